// The flash controller of the STM32H7RS: erase and program the 64 KB of user flash, from the debugger (stm32h7rs.md 3).
//
// Errors of the chip keep their names: flash_write_protected, flash_sequence, flash_strobe, flash_inconsistent,
// state_unsuitable (RDSERR: hidden from this level), chip_unexpected (DBECCERR), flash_locked (keys refused until the
// next reset), flash_busy (an operation outlasted its limit).
#pragma once

#include <functional>
#include <span>
#include <string>

#include "framework/target/loader/flash_loader.hpp"
#include "framework/target/stm32h7rs/access.hpp"

namespace rigor::h7rs {

inline constexpr std::uint32_t kFlashWord = 16;

class Flash {
 public:
  explicit Flash(Access& access) : access_(access), loader_(access.probe(), access.clock()) {}

  [[nodiscard]] Result<void> erase(std::uint32_t address, std::uint32_t size);
  [[nodiscard]] Result<void> erase_all();
  // Large data go through the loader where the core runs it; the rest, and where it does not, through the access port.
  [[nodiscard]] Result<void> program(std::uint32_t address, ByteView data);

  // FlashLoader::holds() and changed(), where the core can be asked.
  [[nodiscard]] Result<bool> holds(std::uint32_t address, ByteView expected);
  [[nodiscard]] Result<std::optional<std::vector<FlashRange>>> changed(std::span<const FlashRange> pieces,
                                                                       ByteView wanted);
  // After everything that may have let the chip's own code run.
  void forget_ram() { loader_.forget_ram(); }

  // Waits for the queue to empty; the flags then are the outcome. `what` starts the error's sentence.
  [[nodiscard]] Result<void> finish(Duration limit, const std::string& what);
  // Clears old flags, which would be taken for those of this work, unlocks, works, and locks again whatever happened.
  [[nodiscard]] Result<void> unlocked(const std::function<Result<void>()>& work);

 private:
  [[nodiscard]] Result<std::uint32_t> offset_of(std::uint32_t address, std::size_t size);
  [[nodiscard]] Result<void> await_idle(Duration limit, const std::string& what);
  [[nodiscard]] Result<void> run(std::uint32_t mode, Duration limit, const std::string& what);
  [[nodiscard]] Result<void> write_words(std::uint32_t address, ByteView words);
  // The chip is open and its core not one that the loader must leave alone; nothing otherwise.
  [[nodiscard]] Result<std::optional<LoaderSite>> loader_site();
  // Bytes that were programmed: all whole flash words, or none when the core does not run the loader.
  [[nodiscard]] Result<std::size_t> program_through_core(std::uint32_t address, ByteView data);
  [[nodiscard]] Result<void> program_through_port(std::uint32_t address, ByteView data);

  Access& access_;
  FlashLoader loader_;
};

}  // namespace rigor::h7rs
