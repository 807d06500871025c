#include "tests/lab/stm32h5/swd_driver.hpp"

#include <algorithm>
#include <utility>

#include "framework/base/bytes.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kDhcsr = 0xE000EDF0, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8;
constexpr std::uint32_t kStickyError = 1U << 5;

}  // namespace

Bench::Bench(const Stm32h5Options& options, RandomBytes challenges)
    : chip(make_stm32h5(options, clock, std::move(challenges))) {}

void Bench::start() {
  power(true);
  chip->nrst(true);
  pass(1s);
  connect();
}

void Bench::hold_reset() {
  chip->nrst(false);
  pass(20ms);
}

void Bench::restart() {
  hold_reset();
  release_reset();
  pass(1s);
}

bool Bench::connect() {
  chip->swd().line_reset();
  if (chip->swd().read(false, 0).ack != SwdAck::ok) return false;
  (void)chip->swd().write(false, 0, 0x1E);
  (void)chip->swd().write(false, 8, 0);
  return chip->swd().write(false, 4, 0x50000000) == SwdAck::ok;
}

SwdReply Bench::transact_read(bool ap, std::uint8_t address) {
  SwdReply reply = chip->swd().read(ap, address);
  for (int i = 0; reply.ack == SwdAck::wait && i < 60'000'000; ++i) {
    pass(1us);
    reply = chip->swd().read(ap, address);
  }
  return reply;
}

SwdAck Bench::transact_write(bool ap, std::uint8_t address, std::uint32_t data) {
  SwdAck ack = chip->swd().write(ap, address, data);
  for (int i = 0; ack == SwdAck::wait && i < 60'000'000; ++i) {
    pass(1us);
    ack = chip->swd().write(ap, address, data);
  }
  return ack;
}

// RDBUFF waits for the transfer, CTRL/STAT tells how it ended.
bool Bench::fault_pending() {
  (void)transact_read(false, 0xC);
  const SwdReply status = chip->swd().read(false, 4);
  if (status.ack != SwdAck::ok) return true;
  if ((status.data & kStickyError) == 0) return false;
  (void)chip->swd().write(false, 0, 0x1E);
  return true;
}

bool Bench::select(Ap ap, std::uint8_t bank) {
  return transact_write(false, 8, static_cast<std::uint32_t>(ap) << 24 | static_cast<std::uint32_t>(bank) << 4) ==
         SwdAck::ok;
}

bool Bench::prepare(Ap ap, std::uint32_t address, std::uint32_t csw, unsigned size) {
  const std::uint32_t width = size == 4 ? 2U : size == 2 ? 1U : 0U;
  return select(ap, 0) && transact_write(true, 0, csw | width) == SwdAck::ok &&
         transact_write(true, 4, address) == SwdAck::ok;
}

std::optional<std::uint32_t> Bench::read(Ap ap, std::uint32_t address, std::uint32_t csw, unsigned size) {
  const bool started = prepare(ap, address, csw, size) && transact_read(true, 0xC).ack == SwdAck::ok;
  const SwdReply result = transact_read(false, 0xC);
  if (fault_pending() || !started || result.ack != SwdAck::ok) return std::nullopt;
  const std::uint32_t lanes = result.data >> (8 * (address & 3));
  return size == 4 ? lanes : lanes & ((1U << (8 * size)) - 1);
}

bool Bench::write(Ap ap, std::uint32_t address, std::uint32_t value, std::uint32_t csw, unsigned size) {
  const bool started =
      prepare(ap, address, csw, size) && transact_write(true, 0xC, value << (8 * (address & 3))) == SwdAck::ok;
  return !fault_pending() && started;
}

void Bench::poke_block(std::uint32_t address, std::span<const std::uint8_t> bytes) {
  for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4)
    poke(address + static_cast<std::uint32_t>(i), load_le32(bytes, i));
}

bool Bench::halt() {
  poke(kDhcsr, 0xA05F0003);
  return (peek(kDhcsr) & (1U << 17)) != 0;
}

std::uint32_t Bench::core_register(std::uint32_t number) {
  poke(kDcrsr, number);
  return peek(kDcrdr);
}

void Bench::set_core_register(std::uint32_t number, std::uint32_t value) {
  poke(kDcrdr, value);
  poke(kDcrsr, number | 1U << 16);
}

void Bench::resume() { poke(kDhcsr, 0xA05F0001); }

bool Bench::wait_halted(Duration limit) {
  const TimePoint end = clock.now() + limit;
  while (clock.now() < end) {
    const auto status = read(Ap::core, kDhcsr);
    if (status && (*status & (1U << 17)) != 0) return true;
    pass(100us);
  }
  return false;
}

void Bench::unlock_flash(bool secure) {
  const std::uint32_t base = secure ? kSecureFlashRegisters : kFlashRegisters;
  const std::uint32_t csw = secure ? kSecure : kPlain;
  poke(base + (secure ? 0x08 : 0x04), 0x45670123, csw);
  poke(base + (secure ? 0x08 : 0x04), 0xCDEF89AB, csw);
}

void Bench::unlock_options() {
  if ((peek(kFlashRegisters + 0x1C) & 1) == 0) return;
  poke(kFlashRegisters + 0x0C, 0x08192A3B);
  poke(kFlashRegisters + 0x0C, 0x4C5D6E7F);
}

void Bench::wait_flash() {
  for (int i = 0; i < 100'000; ++i) {
    const auto status = read(Ap::core, kFlashRegisters + 0x20);
    if (!status || (*status & 1) == 0) return;
    pass(100us);
  }
}

std::uint32_t Bench::flash_status(bool secure) {
  return secure ? peek(kSecureFlashRegisters + 0x24, kSecure) : peek(kFlashRegisters + 0x20);
}

std::uint32_t Bench::request_option(std::uint32_t program_offset, std::uint32_t value, std::uint32_t csw) {
  unlock_options();
  const std::uint32_t base = csw == kSecure ? kSecureFlashRegisters : kFlashRegisters;
  poke(base + program_offset, value, csw);
  poke(kFlashRegisters + 0x1C, 2);
  wait_flash();
  return flash_status();
}

std::uint32_t Bench::request_state(ProductState state) {
  const std::uint32_t optsr = peek(kFlashRegisters + 0x50);
  return request_option(0x54, (optsr & ~0xFF00U) | static_cast<std::uint32_t>(state) << 8);
}

}  // namespace rigor::lab::test
