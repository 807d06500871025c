#include "framework/search/statistics.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

namespace rigor::statistics {
namespace {

constexpr double kTiny = 1e-300;  // instead of zero in a denominator (modified Lentz)
constexpr int kFractionTerms = 20000;

double as_double(std::uint64_t count) { return static_cast<double>(count); }

// std::lgamma also writes a global; this one may run in any thread.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

double log_choose(double n, double k) { return log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1); }

// The continued fraction of I_x(a, b) (DLMF 8.17.22), by modified Lentz; converges fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double x, double a, double b) {
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1.0;
  double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
  double fraction = d;
  for (int m = 1; m < kFractionTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    double step = 1.0;
    for (const double coefficient : {even, odd}) {
      d = 1.0 / away_from_zero(1.0 + coefficient * d);
      c = away_from_zero(1.0 + coefficient / c);
      step = c * d;
      fraction *= step;
    }
    if (std::abs(step - 1.0) < std::numeric_limits<double>::epsilon()) break;
  }
  return fraction;
}

// The argument in [low, high] at which `above` changes from false to true.
double bisect(double low, double high, const std::function<bool(double)>& above) {
  for (;;) {
    const double middle = std::midpoint(low, high);
    // Below 1e-30 nobody asks which rate it is, and halving on through the denormals would take a thousand steps.
    if (middle <= low || middle >= high || high < 1e-30) return middle;
    (above(middle) ? high : low) = middle;
  }
}

double normal_quantile(double share) {
  return bisect(-40.0, 40.0, [&](double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2) > share; });
}

Interval clamped(double low, double high) { return {std::max(low, 0.0), std::min(high, 1.0)}; }

}  // namespace

double Count::rate() const { return trials == 0 ? 0.0 : as_double(hits) / as_double(trials); }

double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

double beta_below(double x, double a, double b) {
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  const double front = std::exp(a * std::log(x) + b * std::log1p(-x) - log_beta(a, b));
  if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(x, a, b) / a;
  return 1.0 - front * beta_fraction(1.0 - x, b, a) / b;
}

double beta_quantile(double share, double a, double b) {
  if (share <= 0.0) return 0.0;
  if (share >= 1.0) return 1.0;
  return bisect(0.0, 1.0, [&](double x) { return beta_below(x, a, b) > share; });
}

double binomial_at_most(Count count, double rate) {
  if (count.hits >= count.trials) return 1.0;
  return beta_below(1.0 - rate, as_double(count.trials - count.hits), as_double(count.hits) + 1.0);
}

Interval wilson(Count count, double confidence) {
  if (count.trials == 0) return {};
  const double n = as_double(count.trials);
  const double rate = count.rate();
  const double z = normal_quantile(0.5 + confidence / 2.0);
  const double scale = 1.0 + z * z / n;
  const double centre = (rate + z * z / (2.0 * n)) / scale;
  const double half = z * std::sqrt(rate * (1.0 - rate) / n + z * z / (4.0 * n * n)) / scale;
  return clamped(centre - half, centre + half);
}

Interval clopper_pearson(Count count, double confidence) {
  const double tail = (1.0 - confidence) / 2.0;
  const Count others{count.trials - count.hits, count.trials};
  return {1.0 - upper_bound(others, 1.0 - tail), upper_bound(count, 1.0 - tail)};
}

Interval jeffreys(Count count, double confidence) {
  if (count.trials == 0) return {};
  const double tail = (1.0 - confidence) / 2.0;
  const double a = as_double(count.hits) + 0.5;
  const double b = as_double(count.trials - count.hits) + 0.5;
  // With no hit (or nothing else) the bound at that end is the end itself, or the truth 0 could never be inside.
  return {count.hits == 0 ? 0.0 : beta_quantile(tail, a, b),
          count.hits == count.trials ? 1.0 : beta_quantile(1.0 - tail, a, b)};
}

double upper_bound(Count count, double confidence) {
  if (count.hits >= count.trials) return 1.0;
  return beta_quantile(confidence, as_double(count.hits) + 1.0, as_double(count.trials - count.hits));
}

// The ratio of the Beta(1/2, 1/2) mixture to the likelihood of the true rate is a martingale that starts at 1, so that
// it ever exceeds 1 / alpha with a chance of at most alpha (Ville). The rates at which it has not are the interval.
Interval confidence_sequence(Count count, double confidence) {
  const double k = as_double(count.hits);
  const double rest = as_double(count.trials - count.hits);
  const double evidence = log_beta(k + 0.5, rest + 0.5) - log_beta(0.5, 0.5) + std::log1p(-confidence);
  const auto excluded = [&](double rate) {
    const double hits = k == 0.0 ? 0.0 : k * std::log(rate);
    const double others = rest == 0.0 ? 0.0 : rest * std::log1p(-rate);
    return evidence - hits - others >= 0.0;
  };
  const double rate = count.rate();
  Interval interval;
  if (k > 0.0) interval.low = bisect(0.0, rate, [&](double low) { return !excluded(low); });
  if (rest > 0.0) interval.high = bisect(rate, 1.0, excluded);
  return interval;
}

double fisher_more_hits(Count inside, Count outside) {
  const double n = as_double(inside.trials);
  const double others = as_double(outside.trials);
  const double hits = as_double(inside.hits + outside.hits);
  const double all = log_choose(n + others, hits);
  double sum = 0.0;
  for (double k = as_double(inside.hits); k <= std::min(n, hits); ++k) {
    if (hits - k > others) continue;  // so many hits do not fit outside
    sum += std::exp(log_choose(n, k) + log_choose(others, hits - k) - all);
  }
  return std::min(sum, 1.0);
}

std::vector<bool> believable(std::span<const double> chances, double false_share) {
  std::vector<double> sorted(chances.begin(), chances.end());
  std::ranges::sort(sorted);
  double limit = -1.0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double allowed = false_share * static_cast<double>(i + 1) / static_cast<double>(sorted.size());
    if (sorted[i] <= allowed) limit = sorted[i];
  }
  std::vector<bool> answer;
  for (const double chance : chances) answer.push_back(chance <= limit);
  return answer;
}

SequentialTest::SequentialTest(double good_rate, double bad_rate, double error)
    : failure_step_(std::log(bad_rate / good_rate)),
      pass_step_(std::log((1.0 - bad_rate) / (1.0 - good_rate))),
      bound_(std::log((1.0 - error) / error)) {
  assert(0.0 < good_rate && good_rate < bad_rate && bad_rate < 1.0 && 0.0 < error && error < 0.5);
}

Judgement SequentialTest::tell(bool passed) {
  ++failures_.trials;
  if (!passed) ++failures_.hits;
  sum_ += passed ? pass_step_ : failure_step_;
  if (verdict_ != Judgement::undecided) return verdict_;
  if (sum_ >= bound_) verdict_ = Judgement::bad;
  if (sum_ <= -bound_) verdict_ = Judgement::good;
  return verdict_;
}

Steadiness steadiness(Count failures, double quarantine_limit, double confidence) {
  const Interval rate = confidence_sequence(failures, confidence);
  if (rate.low > 0.5) return Steadiness::broken;
  if (rate.low > quarantine_limit) return Steadiness::flaky;
  if (rate.high < quarantine_limit) return Steadiness::good;
  return Steadiness::undecided;
}

}  // namespace rigor::statistics
