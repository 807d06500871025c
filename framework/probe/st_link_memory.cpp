// Memory through an access port: st-link-protocol.md 4.4.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "framework/probe/st_link_probe.hpp"
#include "framework/probe/status.hpp"
#include "framework/probe/wait_retry.hpp"

namespace rigor {
namespace {

struct MemoryOperation {
  std::uint8_t read = 0;
  std::uint8_t write = 0;
};

MemoryOperation operation_of(AccessSize size) {
  switch (size) {
    case AccessSize::byte:
      return {0x0C, 0x0D};
    case AccessSize::halfword:
      return {0x47, 0x48};
    case AccessSize::word:
      break;
  }
  return {0x07, 0x08};
}

// 46 clocks and turnarounds per access (st-link-protocol.md 7), doubled.
constexpr std::size_t kClocksPerAccess = 100;
constexpr unsigned kAssumedSpeedKhz = 100;  // before set_speed_khz()
// ABORT: STKCMPCLR, STKERRCLR, WDERRCLR, ORUNERRCLR; pyOCD's first write of a session.
constexpr std::uint32_t kAbortClearAll = 0x1E;

Command memory_command(std::uint8_t operation, AccessPort port, std::uint32_t address, std::size_t size) {
  Command command{0xF2, operation};
  command.le32(2, address).le16(6, static_cast<std::uint16_t>(size));
  return command.le32(8, port.number | (port.control & 0xFFFFFF00));
}

std::string describe(std::string_view verb, AccessPort port, std::uint32_t address, std::size_t size) {
  return fmt::format("{} {} bytes at {} through access port {}", verb, size, hex_word(address), port.number);
}

Result<void> check_alignment(AccessSize size, std::uint32_t address, std::size_t length) {
  const auto unit = std::to_underlying(size);
  if (address % unit == 0 && length % unit == 0) return {};
  return fail(Code::usage, fmt::format("{} bytes at {} are not whole accesses of {}", length, hex_word(address), unit));
}

}  // namespace

Duration StLinkProbe::transfer_limit(std::size_t size) const {
  const unsigned khz = speed_khz_ == 0 ? kAssumedSpeedKhz : speed_khz_;
  // One access each for the smallest size; a limit that is too long harms nobody.
  return kCommandLimit + std::chrono::milliseconds(size * kClocksPerAccess / khz);
}

Result<void> StLinkProbe::prepare(AccessPort port) {
  // Older firmware ignores the bytes and would silently use access port 0 with its own CSW.
  if (port.number != 0 || port.control != 0) RIGOR_CHECK(can_.require(Feature::access_port_in_commands));
  if (wanted_.contains(port.number)) return open_access_port(port.number);
  return {};
}

void StLinkProbe::clear_sticky_errors() {
  if (!can_.has(Feature::debug_port_registers)) return;
  // Firmware is not known to clear them always; a failure shows in the next access.
  std::ignore = port_->ask(Command{0xF2, 0x46}.le16(2, 0xFFFF).le32(6, kAbortClearAll), 2);
}

Error StLinkProbe::after_failure(Error error) {
  if (error.code() == Code::swd_fault || error.code() == Code::swd_parity) clear_sticky_errors();
  if (error.code() == Code::access_port_closed) open_.clear();
  return error;
}

Result<std::optional<StLinkProbe::MemoryFault>> StLinkProbe::memory_status(const std::string& what,
                                                                           std::uint32_t address, std::size_t size) {
  const bool with_address = can_.has(Feature::status_with_address);
  RIGOR_TRY(const Bytes reply, with_address ? port_->ask(Command{0xF2, 0x3E}, 12, transfer_limit(size))
                                            : port_->ask(Command{0xF2, 0x3B}, 2, transfer_limit(size)));
  const std::uint32_t failed_at = with_address ? load_le32(reply, 4) : address;
  auto status = check_status(reply[0], what);
  if (status) return std::nullopt;
  Error error = after_failure(std::move(status).error());
  if (with_address && failed_at != address)
    error = Error(error.code(), fmt::format("{}, at {}", error.message(), hex_word(failed_at)));
  return MemoryFault{std::move(error), failed_at};
}

Result<void> StLinkProbe::read_block(AccessSize size, AccessPort port, std::uint32_t address,
                                     std::span<std::uint8_t> into) {
  const Command command = memory_command(operation_of(size).read, port, address, into.size());
  // A read of one byte answers two (st-link-protocol.md 2).
  std::array<std::uint8_t, 2> pair{};
  const std::span<std::uint8_t> reply = into.size() == 1 ? std::span<std::uint8_t>(pair) : into;
  RIGOR_CHECK(retry_while_waiting(clock_, [&]() -> Result<void> {
    RIGOR_CHECK(port_->ask(command, reply, transfer_limit(into.size())));
    RIGOR_TRY(auto fault, memory_status(describe("reading", port, address, into.size()), address, into.size()));
    if (fault) return fail(std::move(fault->error));
    return {};
  }));
  if (into.size() == 1) into[0] = pair[0];
  return {};
}

Result<void> StLinkProbe::write_block(AccessSize size, AccessPort port, std::uint32_t address, ByteView from) {
  const auto unit = std::to_underlying(size);
  return retry_while_waiting(clock_, [&]() -> Result<void> {
    const Command command = memory_command(operation_of(size).write, port, address, from.size());
    RIGOR_CHECK(port_->send(command, from, transfer_limit(from.size())));
    RIGOR_TRY(auto fault, memory_status(describe("writing", port, address, from.size()), address, from.size()));
    if (!fault) return {};
    // What was written before the WAIT stays written: writing it twice would be an error to a flash controller.
    const bool inside =
        fault->address > address && fault->address - address < from.size() && fault->address % unit == 0;
    if (fault->error.code() == Code::swd_wait && inside) {
      from = from.subspan(fault->address - address);
      address = fault->address;
    }
    return fail(std::move(fault->error));
  });
}

Result<void> StLinkProbe::allow_size(AccessSize size) const {
  return size == AccessSize::halfword ? can_.require(Feature::halfword_memory) : Result<void>();
}

Result<void> StLinkProbe::read_sized(AccessSize size, AccessPort port, std::uint32_t address,
                                     std::span<std::uint8_t> into) {
  RIGOR_CHECK(check_alignment(size, address, into.size()));
  RIGOR_CHECK(allow_size(size));
  RIGOR_CHECK(prepare(port));
  // No command for no bytes: a memory command of length zero hangs a V3.
  while (!into.empty()) {
    const std::size_t length = std::min(into.size(), can_.largest_block(size));
    RIGOR_CHECK(read_block(size, port, address, into.first(length)));
    into = into.subspan(length);
    address += static_cast<std::uint32_t>(length);
  }
  return {};
}

Result<void> StLinkProbe::write_sized(AccessSize size, AccessPort port, std::uint32_t address, ByteView from) {
  RIGOR_CHECK(check_alignment(size, address, from.size()));
  RIGOR_CHECK(allow_size(size));
  RIGOR_CHECK(prepare(port));
  while (!from.empty()) {
    const std::size_t length = std::min(from.size(), can_.largest_block(size));
    RIGOR_CHECK(write_block(size, port, address, from.first(length)));
    from = from.subspan(length);
    address += static_cast<std::uint32_t>(length);
  }
  return {};
}

Result<void> StLinkProbe::read_memory(AccessPort port, std::uint32_t address, std::span<std::uint8_t> into) {
  return read_sized(AccessSize::word, port, address, into);
}

Result<void> StLinkProbe::write_memory(AccessPort port, std::uint32_t address, ByteView from) {
  return write_sized(AccessSize::word, port, address, from);
}

Result<std::uint32_t> StLinkProbe::read_word(AccessPort port, std::uint32_t address) {
  std::array<std::uint8_t, 4> bytes{};
  RIGOR_CHECK(read_memory(port, address, bytes));
  return load_le32(bytes);
}

Result<void> StLinkProbe::write_word(AccessPort port, std::uint32_t address, std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes{};
  store_le32(bytes, 0, value);
  return write_memory(port, address, bytes);
}

}  // namespace rigor
