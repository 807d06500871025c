// Why erasing or writing user flash of an STM32H7RS would be refused, read from its options (stm32h7rs.md 4.1: the
// "mass erase failed" trap, lifecycle.md 4).
#pragma once

#include <optional>
#include <vector>

#include "framework/target/target.hpp"

namespace rigor::h7rs {

struct ProtectionWords {
  std::uint32_t nvstate = 0;
  std::uint32_t wrps = 0;  // WRPSR: 1 is not protected
  std::uint32_t hdp = 0;   // HDPSR
  // NVSTATE is open in PROVISIONING as well (lifecycle.md 2.1), where a mass erase fails all the same; absent where the
  // services did not tell.
  std::optional<ProductState> state = {};
};

// Of the flash from `offset` on, `size` bytes. Pure.
[[nodiscard]] std::vector<Protection> explain_protections(const ChipFacts& facts, const ProtectionWords& words,
                                                          std::uint32_t offset, std::uint32_t size);

}  // namespace rigor::h7rs
