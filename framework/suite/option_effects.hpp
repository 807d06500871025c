// What writing an option can do to a part (stm32h5.md 4.3, stm32h7rs.md 4, stm32f4.md 4), as a table of names.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "framework/suite/verb.hpp"

namespace rigor {

struct OptionEffect {
  Effect effect = Effect::reversible;
  // Volts above which the option damages the part; nothing for options that do not care.
  std::optional<double> damages_above = {};
  std::string_view why = {};  // one clause; empty for what needs no explanation
};

// `value` as written into the field.
[[nodiscard]] OptionEffect option_effect(Family family, std::string_view name, std::uint32_t value);

}  // namespace rigor
