#include "framework/search/sample_size.hpp"

#include <cassert>
#include <cmath>

#include "framework/search/statistics.hpp"

namespace rigor::statistics {
namespace {

constexpr std::uint64_t kMostTrials = 1000;

// P(exactly k hits), k = 0..trials.
std::vector<double> binomial(std::uint64_t trials, double rate) {
  std::vector<double> chances;
  double below = 0.0;
  for (std::uint64_t k = 0; k <= trials; ++k) {
    const double at_most = binomial_at_most({k, trials}, rate);
    chances.push_back(at_most - below);
    below = at_most;
  }
  return chances;
}

bool one_threshold_separates(std::uint64_t trials, double good_rate, double bad_rate, double error) {
  for (std::uint64_t most = 0; most < trials; ++most) {
    const bool good_passes = 1.0 - binomial_at_most({most, trials}, good_rate) <= error;
    if (good_passes) return binomial_at_most({most, trials}, bad_rate) <= error;
  }
  return false;
}

}  // namespace

std::uint64_t passes_to_prove(double rate, double confidence) {
  assert(0.0 < rate && rate < 1.0 && 0.0 < confidence && confidence < 1.0);
  return static_cast<std::uint64_t>(std::ceil(std::log1p(-confidence) / std::log1p(-rate)));
}

std::uint64_t trials_to_tell_apart(double good_rate, double bad_rate, double error) {
  assert(0.0 < good_rate && good_rate < bad_rate && bad_rate < 1.0 && 0.0 < error && error < 0.5);
  std::uint64_t trials = 1;
  while (!one_threshold_separates(trials, good_rate, bad_rate, error)) ++trials;
  return trials;
}

double power_to_compare(std::uint64_t trials, double better, double worse, double level) {
  const std::vector<double> better_fails = binomial(trials, 1.0 - better);
  const std::vector<double> worse_fails = binomial(trials, 1.0 - worse);
  double power = 0.0;
  std::uint64_t enough = 0;  // failures of the worse arm that suffice; grows with the failures of the better one
  for (std::uint64_t k = 0; k <= trials; ++k) {
    while (enough <= trials && fisher_more_hits({enough, trials}, {k, trials}) > level) ++enough;
    double beyond = 0.0;
    for (std::uint64_t failures = enough; failures <= trials; ++failures) beyond += worse_fails[failures];
    power += better_fails[k] * beyond;
  }
  return power;
}

std::uint64_t trials_to_compare(double better, double worse, double level, double power) {
  assert(worse < better);
  if (power_to_compare(kMostTrials, better, worse, level) < power) return 0;  // tells a hopeless question at once
  for (std::uint64_t trials = 1; trials <= kMostTrials; ++trials)
    if (power_to_compare(trials, better, worse, level) >= power) return trials;
  return 0;
}

}  // namespace rigor::statistics
