// The configurations of a rack: factors (probe, firmware, wiring ...), their values, and combinations of some of them.
//
//   const std::vector<Factor> rack = {{"probe", {"genuine", "clone"}}, {"firmware", {"V2", "V3"}}};
//   describe(rack, Combination{{0, 1}, {1, 1}});   // "probe=clone and firmware=V3"
//
// Values are known by their index, factors by theirs. Pure data.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/search/statistics.hpp"

namespace rigor {

struct Factor {
  std::string name;
  std::vector<std::string> values;
};

// One value of every factor, in the order of the factors.
using Configuration = std::vector<std::size_t>;

struct Setting {
  std::size_t factor = 0;
  std::size_t value = 0;
  auto operator<=>(const Setting&) const = default;
};

// Settings of different factors, by ascending factor.
using Combination = std::vector<Setting>;

// What was seen of one configuration; the same one may stand in several records.
struct ConfigurationRecord {
  Configuration configuration;
  statistics::Count failures;
};

[[nodiscard]] bool contains(const Configuration& configuration, const Combination& combination);
// True when it contains none of the forbidden combinations.
[[nodiscard]] bool allowed(const Configuration& configuration, std::span<const Combination> forbidden);

[[nodiscard]] std::string describe(std::span<const Factor> factors, const Combination& combination);
[[nodiscard]] std::string describe_configuration(std::span<const Factor> factors, const Configuration& configuration);

// USAGE when a factor has no values, or a combination or configuration names what is not there.
[[nodiscard]] Result<> check_factors(std::span<const Factor> factors, std::span<const Combination> forbidden,
                                     std::span<const Configuration> configurations = {});

// All combinations of `size` settings that the configuration contains.
[[nodiscard]] std::vector<Combination> combinations_in(const Configuration& configuration, std::size_t size);
// All subsets of `size` of the given factors.
[[nodiscard]] std::vector<std::vector<std::size_t>> subsets_of(std::span<const std::size_t> factors, std::size_t size);

}  // namespace rigor
