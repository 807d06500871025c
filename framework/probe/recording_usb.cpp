#include "framework/probe/recording_usb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "framework/probe/command_port.hpp"

namespace rigor {
namespace {

constexpr std::size_t kShownBytes = 16;
constexpr const char* kResetLine = "nrst (probe)";

enum class DataPhase : std::uint8_t { none, out, in };

// Which way data moves after a command, so that a data block is never taken for one (st-link-protocol.md 4).
DataPhase data_phase(ByteView command) {
  const auto is_one_of = [&](std::initializer_list<int> operations) {
    return std::ranges::find(operations, command[1]) != operations.end();
  };
  switch (command[0]) {
    case 0xF2:
      if (is_one_of({0x08, 0x0D, 0x48, 0x50, 0x51})) return DataPhase::out;
      return is_one_of({0x20, 0x21}) ? DataPhase::none : DataPhase::in;
    case 0xF3:
      return is_one_of({0x07}) ? DataPhase::none : is_one_of({0x01}) ? DataPhase::out : DataPhase::in;
    case 0xF4:
      return is_one_of({0x00, 0x01}) ? DataPhase::none : DataPhase::in;
    case 0xF9:
      return is_one_of({0x01}) ? DataPhase::none : DataPhase::in;
    default:
      return DataPhase::in;
  }
}

std::string command_text(ByteView command) {
  std::size_t length = command.size();
  while (length > 2 && command[length - 1] == 0) --length;
  return to_hex(command.first(length));
}

std::string data_text(ByteView data) {
  const std::string shown = to_hex(data.first(std::min(data.size(), kShownBytes)));
  return data.size() > kShownBytes ? fmt::format("{}... ({} bytes)", shown, data.size()) : shown;
}

class RecordingUsbDevice final : public UsbDevice {
 public:
  RecordingUsbDevice(std::unique_ptr<UsbDevice> inner, Timeline& timeline, std::shared_ptr<UsbTraffic> traffic)
      : inner_(std::move(inner)), timeline_(timeline), traffic_(std::move(traffic)) {}
  ~RecordingUsbDevice() override { finish({}); }

  [[nodiscard]] const UsbIdentity& identity() const override { return inner_->identity(); }
  [[nodiscard]] Result<void> claim(std::uint8_t interface_number) override { return inner_->claim(interface_number); }
  [[nodiscard]] Result<void> write(std::uint8_t endpoint, ByteView data, Duration limit) override;
  [[nodiscard]] Result<std::size_t> read(std::uint8_t endpoint, std::span<std::uint8_t> buffer,
                                         Duration limit) override;
  [[nodiscard]] Result<std::size_t> control(const UsbSetup& setup, std::span<std::uint8_t> data,
                                            Duration limit) override {
    return inner_->control(setup, data, limit);
  }
  [[nodiscard]] Result<void> clear_halt(std::uint8_t endpoint) override { return inner_->clear_halt(endpoint); }
  [[nodiscard]] Result<void> reset() override { return inner_->reset(); }

 private:
  struct Exchange {
    std::string name;
    std::string text;
    DataPhase phase = DataPhase::none;
    bool concealed = false;
  };

  void begin(ByteView command);
  // Writes the open exchange, if any, with what came of it.
  void finish(const std::string& outcome);

  std::unique_ptr<UsbDevice> inner_;
  Timeline& timeline_;
  std::shared_ptr<UsbTraffic> traffic_;
  std::optional<Exchange> exchange_;
};

void RecordingUsbDevice::begin(ByteView command) {
  finish({});
  exchange_ = Exchange{.name = command_name(command),
                       .text = command_text(command),
                       .phase = data_phase(command),
                       .concealed = timeline_.concealing()};
  ++traffic_->round_trips;
}

void RecordingUsbDevice::finish(const std::string& outcome) {
  if (!exchange_) return;
  const Exchange done = std::move(*exchange_);
  exchange_.reset();
  // The timeline hides text itself while concealing; this covers an exchange that outlasts the concealment.
  timeline_.add(Channel::usb, done.name, 0, done.concealed ? std::string() : done.text + outcome);
}

Result<void> RecordingUsbDevice::write(std::uint8_t endpoint, ByteView data, Duration limit) {
  const bool is_data = exchange_ && exchange_->phase == DataPhase::out;
  if (!is_data && data.size() == kCommandSize) begin(data);
  auto written = inner_->write(endpoint, data, limit);
  ++traffic_->transfers;
  if (!written) {
    finish(fmt::format(" ! {}", code_name(written.error().code())));
    return written;
  }
  traffic_->bytes_out += data.size();
  if (is_data) {
    finish(" > " + data_text(data));
  } else if (exchange_) {
    // The pin moves with this command, not with the reply.
    if (exchange_->name == "nrst-assert") timeline_.add(Channel::line, kResetLine, 0);
    if (exchange_->name == "nrst-release") timeline_.add(Channel::line, kResetLine, 1);
    if (exchange_->phase == DataPhase::none) finish({});
  }
  return written;
}

Result<std::size_t> RecordingUsbDevice::read(std::uint8_t endpoint, std::span<std::uint8_t> buffer, Duration limit) {
  auto read = inner_->read(endpoint, buffer, limit);
  if (!exchange_) return read;  // draining: nothing was asked, nothing is recorded
  ++traffic_->transfers;
  if (!read) {
    finish(fmt::format(" ! {}", code_name(read.error().code())));
    return read;
  }
  traffic_->bytes_in += *read;
  finish(" < " + data_text(ByteView(buffer).first(*read)));
  return read;
}

}  // namespace

RecordingUsbHost::RecordingUsbHost(UsbHost& inner, Timeline& timeline)
    : inner_(inner), timeline_(timeline), traffic_(std::make_shared<UsbTraffic>()) {}

Result<std::vector<UsbIdentity>> RecordingUsbHost::list(std::uint16_t vendor) { return inner_.list(vendor); }

Result<std::unique_ptr<UsbDevice>> RecordingUsbHost::open(const std::string& path) {
  RIGOR_TRY(auto device, inner_.open(path));
  return std::make_unique<RecordingUsbDevice>(std::move(device), timeline_, traffic_);
}

Event* RecordingUsbHost::changed() { return inner_.changed(); }

Result<void> RecordingUsbHost::cycle_port_power(const std::string& path, Duration off) {
  return inner_.cycle_port_power(path, off);
}

}  // namespace rigor
