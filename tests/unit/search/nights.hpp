// Nights with a known failure rate. For tests and the benchmark.
#pragma once

#include <random>

#include "framework/search/statistics.hpp"

namespace rigor::test {

class Nights {
 public:
  explicit Nights(std::uint64_t seed) : random_(seed) {}

  statistics::Count draw(std::uint64_t trials, double failure_rate) {
    statistics::Count failures{0, trials};
    for (std::uint64_t i = 0; i < trials; ++i)
      if (static_cast<double>(random_() >> 11) * 0x1p-53 < failure_rate) ++failures.hits;
    return failures;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace rigor::test
