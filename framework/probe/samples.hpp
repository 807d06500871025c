// Durations measured many times over: their distribution in a few figures, and whether two of them are alike.
//
//   const Samples a = ..., b = ...;
//   if (compare_samples(a, b).differ) ...            // more than chance explains
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "framework/base/clock.hpp"

namespace rigor {

// Whole microseconds and how often each was measured: what a file keeps of a distribution.
using Histogram = std::map<std::uint64_t, std::size_t>;

class Samples {
 public:
  Samples() = default;
  explicit Samples(const Histogram& histogram) : histogram_(histogram) {}

  // Rounded to the nearest microsecond; a negative duration counts as none.
  void add(Duration duration);

  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] bool empty() const { return histogram_.empty(); }
  // The smallest value that at least `share` (0..1) of the samples do not exceed, in microseconds. 0 without samples.
  [[nodiscard]] std::uint64_t quantile(double share) const;
  [[nodiscard]] const Histogram& histogram() const { return histogram_; }

 private:
  Histogram histogram_;
};

struct SampleComparison {
  double distance = 0;     // largest gap between the two distribution functions, 0..1
  double probability = 1;  // of a gap so large, were both from one distribution
  bool differ = false;     // the probability is below kChance
};
// One wrong alarm in a thousand comparisons.
inline constexpr double kChance = 0.001;

// Two-sample Kolmogorov-Smirnov. With equal values among the samples the probability is an upper bound, so that
// `differ` is on the safe side. Samples of fewer than 8 differ from nothing.
[[nodiscard]] SampleComparison compare_samples(const Samples& a, const Samples& b);

}  // namespace rigor
