// One-time memory of the STM32F4: 16 blocks of 32 bytes, each with a lock byte (stm32f4.md 5).
//
// Everything here is final, so everything is checked before the chip is touched, and nothing is corrected. A lock is
// one byte written as one byte: a wider access would lock its neighbours.
#pragma once

#include <vector>

#include "framework/target/stm32f4/controller.hpp"
#include "framework/target/target.hpp"

namespace rigor::f4 {

class OneTime {
 public:
  OneTime(Access& access, Controller& controller) : access_(access), controller_(controller) {}

  [[nodiscard]] Result<std::vector<OtpBlock>> read();
  [[nodiscard]] Result<void> write(std::uint32_t address, ByteView data);
  [[nodiscard]] Result<void> lock(unsigned block);

  // True where the range lies in the cells or begins among the locks.
  [[nodiscard]] bool covers(std::uint32_t address) const;
  [[nodiscard]] Result<std::vector<Protection>> protections(std::uint32_t address, std::uint32_t size);

 private:
  [[nodiscard]] std::uint32_t block_count() const;
  [[nodiscard]] Result<void> check_range(std::uint32_t address, std::size_t size) const;
  [[nodiscard]] Result<Bytes> read_locks();
  [[nodiscard]] Result<void> check_unlocked(std::uint32_t address, std::size_t size);
  [[nodiscard]] Result<void> check_unwritten(std::uint32_t address, std::size_t size);
  [[nodiscard]] Result<void> program(AccessSize size, std::uint32_t address, ByteView data);
  [[nodiscard]] Result<void> check_lock_holds(unsigned block, const Bytes& before);

  Access& access_;
  Controller& controller_;
};

}  // namespace rigor::f4
