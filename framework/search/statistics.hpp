// What counts of pass and fail say about a rate, and how long to go on counting.
//
//   const auto range = statistics::confidence_sequence({.hits = 3, .trials = 80});     // looked at after every trial
//   statistics::SequentialTest test(0.02, 0.20);                                       // failure rates: good, bad
//   while (test.verdict() == statistics::Judgement::undecided) test.tell(run_once());  // about 20 trials
//
// Rates and confidences are fractions of one. Everything here is a pure function or a value: any thread may call it.
// Formulas and measured figures: timing-search.md 8; docs/statistics.md says which to use when.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rigor::statistics {

// `hits` of `trials`; hits never exceed trials.
struct Count {
  std::uint64_t hits = 0;
  std::uint64_t trials = 0;

  [[nodiscard]] double rate() const;  // 0 of 0 is 0
  bool operator==(const Count&) const = default;
};

struct Interval {
  double low = 0.0;
  double high = 1.0;

  [[nodiscard]] bool contains(double rate) const { return low <= rate && rate <= high; }
};

// ln B(a, b); a and b above zero.
[[nodiscard]] double log_beta(double a, double b);
// I_x(a, b): the share of the Beta(a, b) distribution below x. Relative error below 1e-11 for a, b up to 1e4.
[[nodiscard]] double beta_below(double x, double a, double b);
// The x below which `share` of Beta(a, b) lies.
[[nodiscard]] double beta_quantile(double share, double a, double b);
// P(at most `hits` of `trials`) at `rate`.
[[nodiscard]] double binomial_at_most(Count count, double rate);

// Intervals for a rate. The first three hold only at a number of trials that was chosen before the first one.
[[nodiscard]] Interval wilson(Count count, double confidence = 0.95);
[[nodiscard]] Interval clopper_pearson(Count count, double confidence = 0.95);
[[nodiscard]] Interval jeffreys(Count count, double confidence = 0.95);  // shortest of the three: for display
// One-sided Clopper-Pearson: "30 passes, no failure: the failure rate is below 9.5 %".
[[nodiscard]] double upper_bound(Count count, double confidence = 0.95);
// Holds at every number of trials at once: for dashboards, and for whoever stops when the figure looks right.
[[nodiscard]] Interval confidence_sequence(Count count, double confidence = 0.95);

// Fisher's exact test, one-sided: how often chance alone would put at least `inside.hits` of all hits inside.
[[nodiscard]] double fisher_more_hits(Count inside, Count outside);

// Which of many tests may be believed when at most `false_share` of the believed ones may be false
// (Benjamini-Hochberg). In the order of `chances`.
[[nodiscard]] std::vector<bool> believable(std::span<const double> chances, double false_share = 0.05);

enum class Judgement : std::uint8_t { undecided, good, bad };

// Wald's sequential probability ratio test between two failure rates. Outside of them the errors are smaller; between
// them it still ends, either way. It may be told more after it has decided; the verdict stays.
class SequentialTest {
 public:
  // 0 < good_rate < bad_rate < 1; `error` is the chance of each wrong verdict, below one half.
  SequentialTest(double good_rate, double bad_rate, double error = 0.05);

  Judgement tell(bool passed);
  [[nodiscard]] Judgement verdict() const { return verdict_; }
  [[nodiscard]] Count failures() const { return failures_; }

 private:
  double failure_step_;
  double pass_step_;
  double bound_;
  double sum_ = 0.0;
  Count failures_;
  Judgement verdict_ = Judgement::undecided;
};

// What a test's failures say about the test itself. Retries count: a failure that a retry hid is a failure here.
enum class Steadiness : std::uint8_t {
  undecided,  // more runs are needed
  good,       // fails surely less often than the limit
  flaky,      // fails surely more often than the limit
  broken,     // fails surely more often than it passes
};
[[nodiscard]] Steadiness steadiness(Count failures, double quarantine_limit, double confidence = 0.95);

}  // namespace rigor::statistics
