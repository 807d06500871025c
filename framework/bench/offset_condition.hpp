// What must hold between the offsets of a schedule: "r2 >= a2 + 2ms". Sums of names and durations on both sides of one
// of >=, <=, > and <.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/bench/units.hpp"

namespace rigor {

using Offsets = std::map<std::string, Duration>;

struct OffsetCondition {
  std::string text;
  // left - right of the comparison, turned so that it reads "> 0" or ">= 0".
  std::map<std::string, int> factors;
  Duration constant{};
  bool strict = false;

  // Names that `offsets` does not have count as zero; whoever parsed the text has compared names().
  [[nodiscard]] bool holds(const Offsets& offsets) const;
  [[nodiscard]] std::vector<std::string> names() const;
};

[[nodiscard]] Parsed<OffsetCondition> parse_offset_condition(std::string_view text);

}  // namespace rigor
