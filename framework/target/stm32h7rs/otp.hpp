// One-time memory of the STM32H7RS: 16-bit cells in blocks, each block with a lock bit in OTPLSR (stm32h7rs.md 5).
//
// A cell that was never written may read as a bus error or as all ones (lifecycle.md 5); both are taken as unwritten.
#pragma once

#include "framework/target/stm32h7rs/flash.hpp"
#include "framework/target/stm32h7rs/options.hpp"
#include "framework/target/target.hpp"

namespace rigor::h7rs {

class Otp {
 public:
  Otp(Access& access, Flash& flash, Options& options) : access_(access), flash_(flash), options_(options) {}

  [[nodiscard]] Result<std::vector<OtpBlock>> read();
  // Address and size are whole 16-bit cells.
  [[nodiscard]] Result<void> write(std::uint32_t address, ByteView data);
  [[nodiscard]] Result<void> lock(unsigned block);

 private:
  [[nodiscard]] Result<void> check_address(std::uint32_t address, std::size_t size) const;
  // Nothing for a cell that answers with a bus error.
  [[nodiscard]] Result<std::optional<std::uint16_t>> read_cell(std::uint32_t address);
  [[nodiscard]] Result<void> check_unwritten(std::uint32_t address, std::size_t size);
  [[nodiscard]] Result<void> write_cells(std::uint32_t address, ByteView data);

  Access& access_;
  Flash& flash_;
  Options& options_;
};

}  // namespace rigor::h7rs
