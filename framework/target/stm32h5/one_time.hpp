// One-time memory of the STM32H5: cells of 16 bits with an error code of their own, blocks locked through LOCKBL
// (stm32h5.md 3.5, 4.1, 5). Nothing here can be undone.
//
// A cell that was never written reads as all ones or as a bus error, which of them is unknown (lifecycle.md 5); of a
// bus error the controller tells whether it means that. Writing a written cell reports an error and destroys it, so it
// is never tried.
#pragma once

#include "framework/target/stm32h5/flash.hpp"
#include "framework/target/stm32h5/options.hpp"

namespace rigor::h5 {

class OneTimeMemory {
 public:
  OneTimeMemory(Access& access, Flash& flash, Options& options)
      : access_(access), flash_(flash), options_(options), facts_(access.facts().otp) {}

  [[nodiscard]] Result<std::vector<OtpBlock>> blocks();
  [[nodiscard]] Result<void> write(std::uint32_t address, ByteView data);
  // Errors: otp_not_locked. Nothing is written when the block is locked already.
  [[nodiscard]] Result<void> lock(unsigned block);
  [[nodiscard]] Result<bool> locked(unsigned block);
  // Every cell from the address on holds `data`.
  [[nodiscard]] Result<bool> holds(std::uint32_t address, ByteView data);
  [[nodiscard]] unsigned block_of(std::uint32_t address) const { return (address - facts_.base) / facts_.block_size; }

 private:
  // Nothing where the cell is unwritten. Errors: otp_written for one whose content is spoilt.
  [[nodiscard]] Result<std::optional<std::uint16_t>> cell(std::uint32_t address);
  [[nodiscard]] Result<std::optional<std::uint16_t>> faulting_cell(std::uint32_t address);
  [[nodiscard]] Result<bool> blank(std::uint32_t address, std::uint32_t size);
  [[nodiscard]] Result<std::uint32_t> locks();
  [[nodiscard]] Result<void> check_writable(std::uint32_t address, ByteView data);

  Access& access_;
  Flash& flash_;
  Options& options_;
  const OtpFacts& facts_;
};

}  // namespace rigor::h5
