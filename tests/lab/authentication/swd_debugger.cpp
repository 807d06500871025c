#include "tests/lab/authentication/swd_debugger.hpp"

#include <algorithm>

#include "framework/base/bytes.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kDhcsr = 0xE000EDF0, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8;
constexpr std::uint32_t kStickyError = 1U << 5;

}  // namespace

void SwdDebugger::start() {
  power(true);
  chip_->nrst(true);
  pass(facts_.restart);
  connect();
}

void SwdDebugger::hold_reset() {
  chip_->nrst(false);
  pass(20ms);
}

void SwdDebugger::restart() {
  hold_reset();
  release_reset();
  pass(facts_.restart);
}

bool SwdDebugger::connect() {
  chip_->swd().line_reset();
  if (chip_->swd().read(false, 0).ack != SwdAck::ok) return false;
  (void)chip_->swd().write(false, 0, 0x1E);
  (void)chip_->swd().write(false, 8, 0);
  return chip_->swd().write(false, 4, 0x50000000) == SwdAck::ok;
}

SwdReply SwdDebugger::transact_read(bool ap, std::uint8_t address) {
  SwdReply reply = chip_->swd().read(ap, address);
  for (int i = 0; reply.ack == SwdAck::wait && i < 60'000'000; ++i) {
    pass(1us);
    reply = chip_->swd().read(ap, address);
  }
  return reply;
}

SwdAck SwdDebugger::transact_write(bool ap, std::uint8_t address, std::uint32_t data) {
  SwdAck ack = chip_->swd().write(ap, address, data);
  for (int i = 0; ack == SwdAck::wait && i < 60'000'000; ++i) {
    pass(1us);
    ack = chip_->swd().write(ap, address, data);
  }
  return ack;
}

// RDBUFF waits for the transfer, CTRL/STAT tells how it ended.
bool SwdDebugger::fault_pending() {
  (void)transact_read(false, 0xC);
  const SwdReply status = chip_->swd().read(false, 4);
  if (status.ack != SwdAck::ok) return true;
  if ((status.data & kStickyError) == 0) return false;
  (void)chip_->swd().write(false, 0, 0x1E);
  return true;
}

bool SwdDebugger::select(Ap ap, std::uint8_t bank) {
  return transact_write(false, 8, static_cast<std::uint32_t>(ap) << 24 | static_cast<std::uint32_t>(bank) << 4) ==
         SwdAck::ok;
}

bool SwdDebugger::prepare(Ap ap, std::uint32_t address, std::uint32_t csw, unsigned size) {
  const std::uint32_t width = size == 4 ? 2U : size == 2 ? 1U : 0U;
  return select(ap, 0) && transact_write(true, 0, csw | width) == SwdAck::ok &&
         transact_write(true, 4, address) == SwdAck::ok;
}

std::optional<std::uint32_t> SwdDebugger::read(Ap ap, std::uint32_t address, std::uint32_t csw, unsigned size) {
  const bool started = prepare(ap, address, csw, size) && transact_read(true, 0xC).ack == SwdAck::ok;
  const SwdReply result = transact_read(false, 0xC);
  if (fault_pending() || !started || result.ack != SwdAck::ok) return std::nullopt;
  const std::uint32_t lanes = result.data >> (8 * (address & 3));
  return size == 4 ? lanes : lanes & ((1U << (8 * size)) - 1);
}

bool SwdDebugger::write(Ap ap, std::uint32_t address, std::uint32_t value, std::uint32_t csw, unsigned size) {
  const bool started =
      prepare(ap, address, csw, size) && transact_write(true, 0xC, value << (8 * (address & 3))) == SwdAck::ok;
  return !fault_pending() && started;
}

void SwdDebugger::poke_block(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4)
    poke(address + static_cast<std::uint32_t>(i), load_le32(bytes, i));
}

bool SwdDebugger::halt() {
  poke(kDhcsr, 0xA05F0003);
  return (peek(kDhcsr) & (1U << 17)) != 0;
}

std::uint32_t SwdDebugger::core_register(std::uint32_t number) {
  poke(kDcrsr, number);
  return peek(kDcrdr);
}

void SwdDebugger::set_core_register(std::uint32_t number, std::uint32_t value) {
  poke(kDcrdr, value);
  poke(kDcrsr, number | 1U << 16);
}

void SwdDebugger::resume() { poke(kDhcsr, 0xA05F0001); }

bool SwdDebugger::wait_halted(Duration limit) {
  const TimePoint end = clock.now() + limit;
  while (clock.now() < end) {
    const auto status = read(Ap::core, kDhcsr);
    if (status && (*status & (1U << 17)) != 0) return true;
    pass(100us);
  }
  return false;
}

}  // namespace rigor::lab::test
