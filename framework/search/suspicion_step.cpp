#include "framework/search/suspicion_step.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "framework/search/partial_row.hpp"

namespace rigor {
namespace {

bool fails(const ConfigurationRecord& record) { return 2 * record.failures.hits >= record.failures.trials; }

std::set<Combination> suspicious(std::span<const ConfigurationRecord> records, std::size_t size) {
  std::set<Combination> found;
  for (const ConfigurationRecord& record : records)
    if (fails(record))
      for (Combination& each : combinations_in(record.configuration, size)) found.insert(std::move(each));
  for (const ConfigurationRecord& record : records)
    if (!fails(record))
      for (const Combination& each : combinations_in(record.configuration, size)) found.erase(each);
  return found;
}

// How suspicious each single value is: the mean of its share of the failures, its own failure rate, and its share of
// the suspicious combinations.
class Suspicion {
 public:
  Suspicion(std::span<const Factor> factors, std::span<const ConfigurationRecord> records,
            const std::set<Combination>& suspects) {
    const auto failures = static_cast<double>(std::ranges::count_if(records, fails));
    for (std::size_t factor = 0; factor < factors.size(); ++factor) {
      auto& of_factor = of_.emplace_back();
      for (std::size_t value = 0; value < factors[factor].values.size(); ++value) {
        const Setting setting{factor, value};
        double failing = 0.0;
        double all = 0.0;
        for (const ConfigurationRecord& record : records) {
          if (record.configuration[factor] != value) continue;
          ++all;
          if (fails(record)) ++failing;
        }
        const auto within = static_cast<double>(std::ranges::count_if(
            suspects, [&](const Combination& each) { return std::ranges::find(each, setting) != each.end(); }));
        of_factor.push_back(((failures > 0 ? failing / failures : 0.0) + (all > 0 ? failing / all : 0.0) +
                             within / static_cast<double>(suspects.size())) /
                            3.0);
      }
    }
  }

  [[nodiscard]] double of(const Setting& setting) const { return of_[setting.factor][setting.value]; }
  [[nodiscard]] double of(const Combination& combination) const {
    double sum = 0.0;
    for (const Setting& each : combination) sum += of(each);
    return sum / static_cast<double>(combination.size());
  }
  // Of the factors around the combination, in the least suspicious of the failing configurations with it.
  [[nodiscard]] double around(const Combination& combination, std::span<const ConfigurationRecord> records) const {
    double least = 1.0;
    for (const ConfigurationRecord& record : records) {
      if (!fails(record) || !contains(record.configuration, combination)) continue;
      double sum = 0.0;
      for (std::size_t factor = 0; factor < record.configuration.size(); ++factor)
        sum += of(Setting{factor, record.configuration[factor]});
      sum -= of(combination) * static_cast<double>(combination.size());
      const auto others =
          static_cast<double>(std::max<std::size_t>(record.configuration.size() - combination.size(), 1));
      least = std::min(least, sum / others);
    }
    return least;
  }

 private:
  std::vector<std::vector<double>> of_;
};

// The least suspicious allowed values around the combination; if that was run before, one value differs.
std::optional<Configuration> environment_for(const Combination& combination, const std::vector<Factor>& factors,
                                             const std::vector<Combination>& forbidden,
                                             std::span<const ConfigurationRecord> records, const Suspicion& suspicion) {
  PartialRow row(factors, forbidden);
  if (!row.can_take(combination)) return std::nullopt;
  row.take(combination);
  const std::vector<std::size_t> around = row.open_factors();
  for (const std::size_t factor : around) {
    std::optional<Setting> best;
    for (std::size_t value = 0; value < row.values(factor); ++value) {
      const Setting setting{factor, value};
      if (row.can_take(setting) && (!best || suspicion.of(setting) < suspicion.of(*best))) best = setting;
    }
    row.take(*best);
  }
  const auto is_new = [&](const Configuration& configuration) {
    return allowed(configuration, forbidden) &&
           std::ranges::find(records, configuration, &ConfigurationRecord::configuration) == records.end();
  };
  if (is_new(row.row())) return row.row();
  for (const std::size_t factor : around)
    for (std::size_t value = 0; value < row.values(factor); ++value) {
      Configuration other = row.row();
      other[factor] = value;
      if (is_new(other)) return other;
    }
  return std::nullopt;
}

}  // namespace

std::optional<SuspicionStep> suspicion_step(const std::vector<Factor>& factors,
                                            const std::vector<Combination>& forbidden,
                                            std::span<const ConfigurationRecord> records, std::size_t size) {
  const std::set<Combination> suspects = suspicious(records, size);
  const Suspicion suspicion(factors, records, suspects);
  std::vector<std::pair<double, const Combination*>> ranked;
  for (const Combination& each : suspects)
    ranked.emplace_back(suspicion.around(each, records) - suspicion.of(each), &each);
  std::ranges::stable_sort(ranked, {}, &std::pair<double, const Combination*>::first);
  for (const auto& [rank, combination] : ranked)
    if (auto configuration = environment_for(*combination, factors, forbidden, records, suspicion))
      return SuspicionStep{*combination, std::move(*configuration), suspects.size()};
  return std::nullopt;
}

}  // namespace rigor
