// Whether a suite fails more often than it used to, since when, and what changed then.
//
//   FailureWatch watch({.hits = 12, .trials = 600});                                  // failures of a reference period
//   if (watch.tell({.hits = 3, .trials = 10})) ...                                    // alarm: look closer
//   if (const auto change = find_change(nights); change && change->convincing()) ...  // since night change->first
//   attribute(batches, *change);                                                      // the values that came then
//
// The watch is quick and gives some false alarms; the split is slow and gives hardly any. Ten trials a night cannot see
// a fall from 95 % to 90 %. Pure; one thread at a time. Measured figures: docs/statistics.md.
#pragma once

#include <optional>

#include "framework/search/suspects.hpp"

namespace rigor {

// CUSUM of the log likelihood ratio between the reference's failure rate and three times that rate.
class FailureWatch {
 public:
  explicit FailureWatch(statistics::Count reference_failures, double times = 3.0, double alarm_above = 5.0);

  // One night's failures; true while the alarm stands.
  bool tell(statistics::Count failures);
  [[nodiscard]] bool alarm() const { return sum_ > alarm_above_; }
  [[nodiscard]] double sum() const { return sum_; }
  void reset() { sum_ = 0.0; }  // after the cause was found

 private:
  double failure_step_;
  double pass_step_;
  double alarm_above_;
  double sum_ = 0.0;
};

struct FoundChange {
  std::size_t first = 0;     // the first night of the new rate
  std::size_t earliest = 0;  // the change may lie from here ...
  std::size_t latest = 0;    // ... to here: log ratio at most 2 below the best, about 95 %
  double log_ratio = 0.0;    // ln of how much better two rates explain the nights than one
  statistics::Count before;  // failures
  statistics::Count after;

  static constexpr double kConvincing = 9.0;
  [[nodiscard]] bool convincing() const { return log_ratio > kConvincing; }
  [[nodiscard]] bool worse() const { return after.rate() > before.rate(); }
};

// The night that best divides the nights' failures in two rates, either way. Nothing with fewer than two nights.
[[nodiscard]] std::optional<FoundChange> find_change(std::span<const statistics::Count> nights);

// One configuration in one night.
struct NightlyBatch {
  std::size_t night = 0;
  Configuration configuration;  // values of factors: tool, firmware, board ...
  statistics::Count failures;
};

// The values that came first between `earliest` and `latest`, by how well they explain the failures of all nights.
// Those that came in the same batches are rivals. Empty when nothing came then: the cause is no factor that was
// recorded.
[[nodiscard]] std::vector<Suspect> attribute(std::span<const NightlyBatch> batches, const FoundChange& change);

}  // namespace rigor
