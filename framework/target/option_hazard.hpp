// Options that can damage a board when they are set on the wrong supply, for guard rails and drivers.
#pragma once

#include <optional>
#include <string>

#include "framework/target/target.hpp"

namespace rigor {

struct OptionHazard {
  std::string sentence;      // "VDDIO_HSLV may be set only with a supply of at most 2.7 V"
  double highest_volts = 0;  // of the supply with which the value is safe
};

// Nothing for a value that harms on no supply.
[[nodiscard]] std::optional<OptionHazard> option_hazard(const ChipFacts& facts, const OptionValue& wanted);

}  // namespace rigor
