// Option bytes as data, name, register and position, and changes of them judged by what reads back.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/target/target.hpp"

namespace rigor {

struct OptionField {
  std::string_view name;
  std::uint32_t offset = 0;  // of the register in the flash controller
  unsigned shift = 0;
  unsigned width = 0;
  bool secure = false;  // reads as zero through a non-secure access

  [[nodiscard]] std::uint32_t mask() const { return (width == 32 ? 0xFFFFFFFFU : ((1U << width) - 1U)) << shift; }
  [[nodiscard]] std::uint32_t get(std::uint32_t word) const { return (word & mask()) >> shift; }
  [[nodiscard]] std::uint32_t set(std::uint32_t word, std::uint32_t value) const {
    return (word & ~mask()) | ((value << shift) & mask());
  }
};

// One field, what it holds and what it shall hold.
struct OptionWish {
  const OptionField* field = nullptr;
  std::uint32_t before = 0;
  std::uint32_t wanted = 0;
};

// The register at an offset in the flash controller.
using ReadRegister = std::function<Result<std::uint32_t>(std::uint32_t offset)>;

// Errors: name_unknown, with the nearest name.
[[nodiscard]] Result<const OptionField*> find_option(std::span<const OptionField> fields, std::string_view name,
                                                     std::string_view chip);

// Errors: name_unknown; usage for a value wider than its field.
[[nodiscard]] Result<std::vector<OptionWish>> resolve_wishes(std::span<const OptionField> fields, std::string_view chip,
                                                             std::span<const OptionValue> wanted,
                                                             const ReadRegister& read);

[[nodiscard]] Result<std::vector<OptionDifference>> read_back(std::span<const OptionWish> wishes,
                                                              const ReadRegister& read);
[[nodiscard]] bool all_stuck(std::span<const OptionDifference> fields);
// "WRP3: 0x0 was asked for, 0x1 is there; ...": those that did not stick.
[[nodiscard]] std::string what_stayed(std::span<const OptionDifference> fields);

}  // namespace rigor
