#include "tests/lab/stm32h5/swd_driver.hpp"

#include <utility>

namespace rigor::lab::test {

Bench::Bench(const Stm32h5Options& options, RandomBytes challenges)
    : SwdDebugger({.mailbox = 0xE0044100, .control = kPlain}),
      chip(make_stm32h5(options, clock, std::move(challenges))) {
  attach(*chip);
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
