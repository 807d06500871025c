#include "framework/search/configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace rigor {
namespace {

Result<> check_setting(std::span<const Factor> factors, const Setting& setting) {
  if (setting.factor >= factors.size())
    return fail(Code::usage, fmt::format("factor {} of {}", setting.factor, factors.size()));
  const Factor& factor = factors[setting.factor];
  if (setting.value >= factor.values.size())
    return fail(Code::usage,
                fmt::format("value {} of {}, which has {}", setting.value, factor.name, factor.values.size()));
  return {};
}

Combination whole(const Configuration& configuration) {
  Combination settings;
  for (std::size_t factor = 0; factor < configuration.size(); ++factor)
    settings.push_back({factor, configuration[factor]});
  return settings;
}

}  // namespace

bool contains(const Configuration& configuration, const Combination& combination) {
  return std::ranges::all_of(combination,
                             [&](const Setting& each) { return configuration[each.factor] == each.value; });
}

bool allowed(const Configuration& configuration, std::span<const Combination> forbidden) {
  return std::ranges::none_of(forbidden, [&](const Combination& each) { return contains(configuration, each); });
}

std::string describe(std::span<const Factor> factors, const Combination& combination) {
  std::string text;
  for (const Setting& each : combination) {
    const Factor& factor = factors[each.factor];
    text += fmt::format("{}{}={}", text.empty() ? "" : " and ", factor.name, factor.values[each.value]);
  }
  return text;
}

std::string describe_configuration(std::span<const Factor> factors, const Configuration& configuration) {
  return describe(factors, whole(configuration));
}

Result<> check_factors(std::span<const Factor> factors, std::span<const Combination> forbidden,
                       std::span<const Configuration> configurations) {
  for (const Factor& factor : factors)
    if (factor.values.empty()) return fail(Code::usage, fmt::format("factor '{}' has no values", factor.name));
  for (const Combination& combination : forbidden) {
    if (combination.empty()) return fail(Code::usage, "a forbidden combination of nothing forbids everything");
    for (const Setting& setting : combination) RIGOR_CHECK(check_setting(factors, setting));
    const auto not_ascending = [](const Setting& a, const Setting& b) { return a.factor >= b.factor; };
    if (std::ranges::adjacent_find(combination, not_ascending) != combination.end())
      return fail(Code::usage, "the settings of a combination stand by ascending factor, each factor once");
  }
  for (const Configuration& configuration : configurations) {
    if (configuration.size() != factors.size())
      return fail(Code::usage,
                  fmt::format("a configuration of {} values for {} factors", configuration.size(), factors.size()));
    for (const Setting& setting : whole(configuration)) RIGOR_CHECK(check_setting(factors, setting));
    if (!allowed(configuration, forbidden))
      return fail(Code::usage, "a given configuration is forbidden: " + describe_configuration(factors, configuration));
  }
  return {};
}

std::vector<std::vector<std::size_t>> subsets_of(std::span<const std::size_t> factors, std::size_t size) {
  std::vector<std::vector<std::size_t>> subsets;
  if (size > factors.size()) return subsets;
  std::vector<bool> chosen(factors.size());
  std::fill_n(chosen.begin(), size, true);
  do {
    std::vector<std::size_t> subset;
    for (std::size_t i = 0; i < factors.size(); ++i)
      if (chosen[i]) subset.push_back(factors[i]);
    subsets.push_back(std::move(subset));
  } while (std::prev_permutation(chosen.begin(), chosen.end()));
  return subsets;
}

std::vector<Combination> combinations_in(const Configuration& configuration, std::size_t size) {
  std::vector<std::size_t> factors(configuration.size());
  std::iota(factors.begin(), factors.end(), 0U);
  std::vector<Combination> combinations;
  for (const std::vector<std::size_t>& subset : subsets_of(factors, size)) {
    Combination& combination = combinations.emplace_back();
    for (const std::size_t factor : subset) combination.push_back({factor, configuration[factor]});
  }
  return combinations;
}

}  // namespace rigor
