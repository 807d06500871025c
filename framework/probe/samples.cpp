#include "framework/probe/samples.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <set>

namespace rigor {
namespace {

constexpr std::size_t kFewestSamples = 8;

// Kolmogorov's distribution: the chance of a gap beyond `scaled`. Alternating series; 100 terms are far more than a
// double can tell apart for any argument the first test lets through.
double exceeding_probability(double scaled) {
  if (scaled < 0.2) return 1;
  double sum = 0;
  for (int j = 1; j <= 100; ++j) sum += (j % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * j * j * scaled * scaled);
  return std::clamp(sum, 0.0, 1.0);
}

double largest_gap(const Histogram& a, double count_a, const Histogram& b, double count_b) {
  std::set<std::uint64_t> values;
  for (const auto& each : a) values.insert(each.first);
  for (const auto& each : b) values.insert(each.first);
  const auto times = [](const Histogram& histogram, std::uint64_t value) {
    const auto found = histogram.find(value);
    return found == histogram.end() ? 0.0 : static_cast<double>(found->second);
  };
  double below_a = 0;
  double below_b = 0;
  double gap = 0;
  for (const std::uint64_t value : values) {
    below_a += times(a, value);
    below_b += times(b, value);
    gap = std::max(gap, std::abs(below_a / count_a - below_b / count_b));
  }
  return gap;
}

}  // namespace

void Samples::add(Duration duration) {
  const auto whole = std::chrono::round<std::chrono::microseconds>(std::max(duration, Duration::zero()));
  ++histogram_[static_cast<std::uint64_t>(whole.count())];
}

std::size_t Samples::count() const {
  return std::accumulate(histogram_.begin(), histogram_.end(), std::size_t{0},
                         [](std::size_t sum, const auto& each) { return sum + each.second; });
}

std::uint64_t Samples::quantile(double share) const {
  const auto wanted = static_cast<std::size_t>(std::ceil(share * static_cast<double>(count())));
  std::size_t seen = 0;
  for (const auto& [value, times] : histogram_) {
    seen += times;
    if (seen >= wanted) return value;
  }
  return 0;
}

SampleComparison compare_samples(const Samples& a, const Samples& b) {
  if (a.count() < kFewestSamples || b.count() < kFewestSamples) return {};
  const auto count_a = static_cast<double>(a.count());
  const auto count_b = static_cast<double>(b.count());
  SampleComparison result;
  result.distance = largest_gap(a.histogram(), count_a, b.histogram(), count_b);
  const double root = std::sqrt(count_a * count_b / (count_a + count_b));
  // Stephens' correction for finite samples.
  result.probability = exceeding_probability((root + 0.12 + 0.11 / root) * result.distance);
  result.differ = result.probability < kChance;
  return result;
}

}  // namespace rigor
