// A rack that fails where a planted combination stands, and elsewhere now and then. For tests and the benchmark.
#pragma once

#include <random>

#include "framework/search/configuration.hpp"

namespace rigor::test {

class PlantedFault {
 public:
  PlantedFault(std::vector<Combination> causes, double flake, std::uint64_t seed)
      : causes_(std::move(causes)), flake_(flake), random_(seed) {}

  bool passes(const Configuration& configuration) {
    const bool flakes = static_cast<double>(random_() >> 11) * 0x1p-53 < flake_;
    return allowed(configuration, causes_) && !flakes;
  }

 private:
  std::vector<Combination> causes_;
  double flake_;
  std::mt19937_64 random_;
};

// A combination of `size` settings of the factors, drawn evenly.
inline Combination draw_combination(const std::vector<Factor>& factors, std::size_t size, std::mt19937_64& random) {
  Configuration configuration;
  for (const Factor& factor : factors) configuration.push_back(random() % factor.values.size());
  const std::vector<Combination> all = combinations_in(configuration, size);
  return all[random() % all.size()];
}

}  // namespace rigor::test
