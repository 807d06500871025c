#include "framework/probe/command_port.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace rigor {
namespace {

constexpr std::uint8_t kDebugInterface = 0;

// Uses the descriptor's packet size where there is one; a missing endpoint is a device that only pretends.
Result<StLinkEndpoints> find_endpoints(const UsbIdentity& usb, const StLinkProduct& product) {
  StLinkEndpoints endpoints = endpoints_of(product.kind);
  const auto debug = std::ranges::find(usb.interfaces, kDebugInterface, &UsbInterface::number);
  if (debug == usb.interfaces.end()) return endpoints;
  for (const std::uint8_t address : {endpoints.out, endpoints.in}) {
    const auto found = std::ranges::find(debug->endpoints, address, &UsbEndpoint::address);
    if (found == debug->endpoints.end()) {
      return fail(Code::probe_confused,
                  fmt::format("the {} at {} has no endpoint 0x{:02X}", product.model, usb.path, address));
    }
    if (found->max_packet != 0) endpoints.packet = found->max_packet;
  }
  return endpoints;
}

}  // namespace

Command::Command(std::initializer_list<std::uint8_t> first) { std::ranges::copy(first, bytes_.begin()); }

Command& Command::le16(std::size_t at, std::uint16_t value) {
  store_le16(bytes_, at, value);
  return *this;
}

Command& Command::le32(std::size_t at, std::uint32_t value) {
  store_le32(bytes_, at, value);
  return *this;
}

Result<std::unique_ptr<CommandPort>> CommandPort::open(UsbHost& host, const std::string& usb_path) {
  RIGOR_TRY(std::unique_ptr<UsbDevice> device, host.open(usb_path));
  const UsbIdentity& usb = device->identity();
  const StLinkProduct* product = find_st_link_product(usb.vendor, usb.product);
  if (product == nullptr) {
    return fail(Code::unsupported,
                fmt::format("the device {:04x}:{:04x} at {} is no ST-LINK", usb.vendor, usb.product, usb_path));
  }
  if (product->kind == StLinkKind::v1) {
    return fail(Error(Code::unsupported,
                      fmt::format("{} at {}: its mass-storage framing is not spoken here", product->model, usb_path))
                    .hint("use an ST-LINK/V2 or later"));
  }
  RIGOR_TRY(const StLinkEndpoints endpoints, find_endpoints(usb, *product));
  RIGOR_CHECK(device->claim(kDebugInterface));
  return std::unique_ptr<CommandPort>(new CommandPort(std::move(device), *product, endpoints));
}

CommandPort::CommandPort(std::unique_ptr<UsbDevice> device, const StLinkProduct& product, StLinkEndpoints endpoints)
    : device_(std::move(device)), product_(product), endpoints_(endpoints) {}

void CommandPort::drain() {
  Bytes packet(endpoints_.packet);
  for (int i = 0; i < kDrainPackets; ++i) {
    const auto read = device_->read(endpoints_.in, packet, kDrainLimit);
    if (read) continue;
    // A halt that nobody cleared would answer the next command; any other failure will show itself there again.
    if (read.error().code() == Code::probe_stalled) std::ignore = device_->clear_halt(endpoints_.in);
    break;
  }
  stale_ = false;
}

void CommandPort::clear_halts() {
  std::ignore = device_->clear_halt(endpoints_.in);
  std::ignore = device_->clear_halt(endpoints_.out);
}

Result<void> CommandPort::send(const Command& command) { return begin(command); }

Result<void> CommandPort::send(const Command& command, ByteView data, Duration limit) {
  RIGOR_CHECK(begin(command));
  if (auto sent = device_->write(endpoints_.out, data, limit); !sent) return broken(std::move(sent).error(), command);
  return {};
}

Result<Bytes> CommandPort::ask(const Command& command, std::size_t size, Duration limit) {
  Bytes reply(size);
  RIGOR_CHECK(ask(command, reply, limit));
  return reply;
}

Result<Bytes> CommandPort::exchange(const Command& command, std::size_t size, Duration limit) {
  RIGOR_CHECK(begin(command));
  const std::size_t packets = (size + endpoints_.packet - 1) / endpoints_.packet;
  Bytes buffer(packets * endpoints_.packet);
  auto read = device_->read(endpoints_.in, buffer, limit);
  if (!read) return broken(std::move(read).error(), command);
  buffer.resize(*read);
  return buffer;
}

Result<void> CommandPort::ask(const Command& command, std::span<std::uint8_t> into, Duration limit) {
  RIGOR_TRY(const Bytes reply, exchange(command, into.size(), limit));
  if (reply.size() != into.size()) {
    return broken(Error(Code::probe_confused, fmt::format("{} bytes came where {} are due", reply.size(), into.size())),
                  command);
  }
  std::ranges::copy(reply, into.begin());
  return {};
}

Result<Bytes> CommandPort::ask_up_to(const Command& command, std::size_t most, Duration limit) {
  RIGOR_TRY(Bytes reply, exchange(command, most, limit));
  if (reply.size() > most) {
    return broken(
        Error(Code::probe_confused, fmt::format("{} bytes came where at most {} are due", reply.size(), most)),
        command);
  }
  return reply;
}

Result<void> CommandPort::begin(const Command& command) {
  if (stale_) drain();
  if (auto sent = device_->write(endpoints_.out, command.bytes(), kCommandLimit); !sent) {
    return broken(std::move(sent).error(), command);
  }
  return {};
}

std::unexpected<Error> CommandPort::broken(Error error, const Command& command) {
  stale_ = true;
  const Code code = error.code();
  if (code == Code::probe_stalled) clear_halts();
  return fail(
      code,
      fmt::format("{} at {}, command {}", product_.model, device_->identity().path, to_hex(command.bytes().first(2))),
      std::move(error));
}

}  // namespace rigor
