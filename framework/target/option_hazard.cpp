#include "framework/target/option_hazard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace rigor {
namespace {

struct Row {
  Family family = Family::stm32h5;
  std::string_view option;
  double highest_volts = 0;
};

// High-speed pads for low voltage (stm32h7rs.md 9).
constexpr std::array kRows{Row{Family::stm32h7rs, "VDDIO_HSLV", 2.7}};

}  // namespace

std::optional<OptionHazard> option_hazard(const ChipFacts& facts, const OptionValue& wanted) {
  const auto row = std::ranges::find_if(
      kRows, [&](const Row& each) { return each.family == facts.family && each.option == wanted.name; });
  if (row == kRows.end() || wanted.value == 0) return std::nullopt;
  return OptionHazard{fmt::format("{} may be set only with a supply of at most {} V", row->option, row->highest_volts),
                      row->highest_volts};
}

}  // namespace rigor
