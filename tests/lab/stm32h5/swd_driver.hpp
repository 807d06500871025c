// A debugger of an STM32H5, for these tests only.
#pragma once

#include <cstdint>
#include <memory>

#include "fixtures/virtual/stm32h5/stm32h5.hpp"
#include "tests/lab/authentication/swd_debugger.hpp"

namespace rigor::lab::test {

inline constexpr std::uint32_t kPlain = 0x4B000000, kSecure = 0x0B000000;  // CSW, stm32h5.md 1

class Bench : public SwdDebugger {
 public:
  explicit Bench(const Stm32h5Options& options = {}, RandomBytes challenges = seeded_bytes(1));

  std::unique_ptr<Stm32h5Chip> chip;

  // Flash controller, non-secure face unless said otherwise.
  void unlock_flash(bool secure = false);
  void unlock_options();
  void wait_flash();
  std::uint32_t flash_status(bool secure = false);
  // Programs the OPTSR state field and launches; returns NSSR.
  std::uint32_t request_state(ProductState state);
  // Any option word: PRG register offset, value; launches; returns NSSR.
  std::uint32_t request_option(std::uint32_t program_offset, std::uint32_t value, std::uint32_t csw = kPlain);
};

inline constexpr std::uint32_t kFlashRegisters = 0x40022000, kSecureFlashRegisters = 0x50022000;
inline constexpr std::uint32_t kFlash = 0x08000000, kSecureFlash = 0x0C000000;

}  // namespace rigor::lab::test
