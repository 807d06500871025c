// Families of window problems, drawn from a seed: where the window is, how noisy, what the symptoms say.
//
// The search is tuned on none of them in particular: seeds below kHeldOut are for looking at, those from there on are
// only ever run to see how it does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/search/written_oracle.hpp"

namespace rigor::search {

inline constexpr std::uint64_t kHeldOut = 1000;

struct Family {
  std::string name;
  WrittenProblem (*draw)(std::uint64_t seed);
};
[[nodiscard]] const std::vector<Family>& families();

}  // namespace rigor::search
