// What writing an option can do to a part (stm32h5.md 4.3, stm32h7rs.md 4, stm32f4.md 4), as a table of names.
#pragma once

#include <cstdint>
#include <string_view>

#include "framework/suite/verb.hpp"

namespace rigor {

struct OptionEffect {
  Effect effect = Effect::reversible;
  // The supply that has to lie below the limit, or the option damages the part: VDD, or one that board files know.
  // Empty for options that do not care.
  std::string_view supply = {};
  // It decides how, or whether, debug authentication opens the part: what was proven before does not count any more.
  bool changes_way_back = false;
  std::string_view why = {};  // one clause; empty for what needs no explanation
};

// The supply up to which pins may be told that it is low, in volts (stm32h5.md 9, stm32h7rs.md 9).
inline constexpr double kFastPinLimit = 2.7;
inline constexpr std::string_view kCoreSupply = "VDD";  // what a probe reads

// `value` as written into the field.
[[nodiscard]] OptionEffect option_effect(Family family, std::string_view name, std::uint32_t value);

}  // namespace rigor
