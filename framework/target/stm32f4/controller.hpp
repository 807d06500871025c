// The flash controller of the STM32F4 at work: one operation after the other, on a halted core with its watchdogs
// frozen (stm32f4.md 3).
//
// Errors of the chip keep their names: flash_write_protected (WRPERR), flash_alignment (PGAERR), flash_parallelism
// (PGPERR), flash_sequence (PGSERR), read_protected (RDERR), flash_operation (OPERR), flash_locked (keys refused
// until the next reset), flash_busy (an operation outlasted its limit).
#pragma once

#include <functional>
#include <string>

#include "framework/target/loader/flash_loader.hpp"
#include "framework/target/stm32f4/access.hpp"

namespace rigor::f4 {

using Work = std::function<Result<void>()>;

class Controller {
 public:
  explicit Controller(Access& access) : access_(access) {}

  // Runs `work` with the core halted and the watchdogs frozen, and lets the core go as it was found. A watchdog that
  // the option bytes started would cut a long erase; code that runs from a busy flash stalls anyway.
  [[nodiscard]] Result<void> quietly(const Work& work);
  // The same with CR unlocked on entry and locked on exit.
  [[nodiscard]] Result<void> unlocked(const Work& work);

  // Inside unlocked(). `mode`: SER with its sector, MER, MER1.
  [[nodiscard]] Result<void> erase(std::uint32_t mode, Duration limit, const std::string& what);
  // Inside unlocked(). Accesses of `size` each; address and length are multiples of it. The wire must be slow.
  [[nodiscard]] Result<void> program(AccessSize size, std::uint32_t address, ByteView data);

  // Inside unlocked(): through the core, whole words. False: the core does not run the loader, nothing was programmed.
  [[nodiscard]] Result<bool> program_through_core(FlashLoader& loader, const LoaderSite& site, std::uint32_t address,
                                                  ByteView data);

  // Waits until the controller is idle. Errors: what its flags say.
  [[nodiscard]] Result<void> finish(Duration limit, const std::string& what);
  // Flags of an earlier failure would be taken for this one's.
  [[nodiscard]] Result<void> clear_flags(const std::string& what);

 private:
  Access& access_;
};

// The fastest wire that programming can follow, in kHz: one access a unit, and the flash takes up to 100 us for one.
inline constexpr unsigned kProgramSpeedKhz = 50 * 10;

}  // namespace rigor::f4
