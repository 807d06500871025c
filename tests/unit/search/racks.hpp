// The racks of timing-search.md 7.1, for tests and for the benchmark of the diagnosis.
#pragma once

#include <fmt/format.h>

#include "framework/search/configuration.hpp"

namespace rigor::test {

// Factors "a", "b" ... with values "a0", "a1" ...
inline std::vector<Factor> rack_of(const std::vector<std::size_t>& sizes) {
  std::vector<Factor> factors;
  for (const std::size_t size : sizes) {
    Factor& factor = factors.emplace_back();
    factor.name = std::string(1, static_cast<char>('a' + factors.size() - 1));
    for (std::size_t value = 0; value < size; ++value) factor.values.push_back(fmt::format("{}{}", factor.name, value));
  }
  return factors;
}

inline std::vector<Factor> small_rack() { return rack_of({3, 4, 3, 3, 3, 3, 2, 2}); }
// 6 parts, 5 probes, 4 firmwares, 4 tools, 5 wirings, 3 modes, 3 speeds and two switches.
inline std::vector<Factor> rack() { return rack_of({6, 5, 4, 4, 5, 3, 3, 2, 2}); }
inline std::vector<Factor> large_rack() { return rack_of({10, 8, 6, 8, 6, 4, 4, 2, 2, 3}); }

}  // namespace rigor::test
