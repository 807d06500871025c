#include "framework/search/nightly_change.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace rigor {
namespace {

using statistics::Count;

constexpr double kDatingLoss = 2.0;  // half the 95 % quantile of chi squared with one degree of freedom, rounded up

// A reference without failures is no proof that there are none.
double supposed_rate(Count failures) {
  return (static_cast<double>(failures.hits) + 0.5) / (static_cast<double>(failures.trials) + 1.0);
}

Count sum(Count a, Count b) { return {a.hits + b.hits, a.trials + b.trials}; }

// ln of the likelihood of the counts at their own rate.
double log_likelihood(Count failures) {
  const auto part = [&](std::uint64_t count) {
    const auto n = static_cast<double>(count);
    return count == 0 ? 0.0 : n * std::log(n / static_cast<double>(failures.trials));
  };
  return part(failures.hits) + part(failures.trials - failures.hits);
}

// By night: what a division before that night gains; none before the first.
std::vector<double> gains_of_divisions(std::span<const Count> nights) {
  Count all;
  for (const Count& night : nights) all = sum(all, night);
  std::vector<double> gains = {0.0};
  Count before;
  for (std::size_t night = 1; night < nights.size(); ++night) {
    before = sum(before, nights[night - 1]);
    const Count after{all.hits - before.hits, all.trials - before.trials};
    gains.push_back(log_likelihood(before) + log_likelihood(after) - log_likelihood(all));
  }
  return gains;
}

}  // namespace

FailureWatch::FailureWatch(Count reference_failures, double times, double alarm_above) : alarm_above_(alarm_above) {
  const double usual = supposed_rate(reference_failures);
  const double worse = std::min(times * usual, (1.0 + usual) / 2.0);  // a rate, whatever the reference was
  failure_step_ = std::log(worse / usual);
  pass_step_ = std::log((1.0 - worse) / (1.0 - usual));
}

bool FailureWatch::tell(Count failures) {
  const auto failed = static_cast<double>(failures.hits);
  const auto passed = static_cast<double>(failures.trials - failures.hits);
  sum_ = std::max(0.0, sum_ + failed * failure_step_ + passed * pass_step_);
  return alarm();
}

std::optional<FoundChange> find_change(std::span<const Count> nights) {
  if (nights.size() < 2) return std::nullopt;
  const std::vector<double> gains = gains_of_divisions(nights);
  const auto best = std::max_element(gains.begin() + 1, gains.end());
  FoundChange change;
  change.log_ratio = *best;
  change.first = static_cast<std::size_t>(best - gains.begin());
  change.earliest = change.latest = change.first;
  for (std::size_t night = 1; night < gains.size(); ++night) {
    if (gains[night] < *best - kDatingLoss) continue;
    change.earliest = std::min(change.earliest, night);
    change.latest = night;
  }
  for (std::size_t night = 0; night < nights.size(); ++night) {
    Count& side = night < change.first ? change.before : change.after;
    side = sum(side, nights[night]);
  }
  return change;
}

std::vector<Suspect> attribute(std::span<const NightlyBatch> batches, const FoundChange& change) {
  std::map<Setting, std::size_t> first_night;
  std::vector<ConfigurationRecord> records;
  for (const NightlyBatch& batch : batches) {
    records.push_back({batch.configuration, batch.failures});
    for (const Combination& single : combinations_in(batch.configuration, 1)) {
      const auto [known, is_new] = first_night.emplace(single.front(), batch.night);
      if (!is_new) known->second = std::min(known->second, batch.night);
    }
  }
  std::vector<Suspect> suspects = rank_suspects(records, 1);
  std::erase_if(suspects, [&](const Suspect& each) {
    const std::size_t night = first_night.at(each.combination.front());
    return night < change.earliest || night > change.latest;
  });
  return suspects;
}

}  // namespace rigor
