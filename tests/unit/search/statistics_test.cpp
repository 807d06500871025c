// Rates, intervals and tests: against Boost.Math, against closed cases, and against the figures of timing-search.md 8.
#include "framework/search/statistics.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace rigor::test {
namespace {

using namespace statistics;
using ::testing::DoubleNear;
using ::testing::ElementsAre;

struct BetaCase {
  double argument;
  double a;
  double b;
  double value;
};

// Boost.Math 1.74, ibeta and ibeta_inv of long double.
constexpr BetaCase kBelow[] = {
    {0.5, 0.5, 0.5, 0.5},
    {0.10000000000000001, 2, 3, 0.052300000000000006},
    {0.90000000000000002, 2, 3, 0.99629999999999996},
    {9.9999999999999995e-07, 0.5, 10, 0.0035239304682413148},
    {0.29999999999999999, 30.5, 70.5, 0.49416533517326566},
    {0.999, 100, 1, 0.90479214711370892},
    {0.050000000000000003, 1, 59, 0.95150547475057679},
    {0.010999999999999999, 10.5, 990.5, 0.60144719527769819},
    {0.5, 5000, 5000, 0.5},
    {0.48999999999999999, 5000, 5000, 0.022742032324574547},
    {0.001, 0.01, 20, 0.96670032759611702},
    {0.02, 0.5, 1000, 0.99999999979256382},
};
constexpr BetaCase kQuantiles[] = {
    {0.025000000000000001, 0.5, 10.5, 4.7890433157581896e-05},
    {0.97499999999999998, 0.5, 10.5, 0.21719626750921051},
    {0.050000000000000003, 1, 59, 0.00086900007152558708},
    {0.94999999999999996, 1, 59, 0.049507609888226931},
    {0.97499999999999998, 31, 270, 0.13967330735510228},
    {0.025000000000000001, 30, 271, 0.068491684491073429},
    {0.5, 500.5, 500.5, 0.5},
    {0.001, 2, 9998, 4.5408726053558788e-06},
    {0.99999899999999997, 3, 4, 0.98382648670494077},
};

TEST(Beta, AgreesWithBoost) {
  for (const BetaCase& each : kBelow)
    EXPECT_NEAR(beta_below(each.argument, each.a, each.b), each.value, 1e-11 * each.value)
        << each.argument << " " << each.a << " " << each.b;
  for (const BetaCase& each : kQuantiles)
    EXPECT_NEAR(beta_quantile(each.argument, each.a, each.b), each.value, 1e-11 * each.value)
        << each.argument << " " << each.a << " " << each.b;
}

TEST(Beta, ClosedCases) {
  EXPECT_NEAR(beta_below(0.3, 1, 1), 0.3, 1e-14);
  EXPECT_NEAR(beta_below(0.3, 4, 1), std::pow(0.3, 4), 1e-14);
  EXPECT_NEAR(beta_below(0.3, 1, 4), 1 - std::pow(0.7, 4), 1e-14);
  EXPECT_EQ(beta_below(0, 2, 3), 0.0);
  EXPECT_EQ(beta_below(1, 2, 3), 1.0);
  EXPECT_NEAR(std::exp(log_beta(2, 3)), 1.0 / 12, 1e-14);
  EXPECT_NEAR(binomial_at_most({1, 3}, 0.5), 0.5, 1e-14);
  EXPECT_EQ(binomial_at_most({3, 3}, 0.5), 1.0);
}

TEST(Intervals, NoFailureBoundsTheRateFromAbove) {
  const std::pair<std::uint64_t, double> cases[] = {{10, .26},  {20, .139},  {30, .095},
                                                    {59, .050}, {100, .030}, {299, .010}};
  for (const auto& [trials, bound] : cases) EXPECT_NEAR(upper_bound({0, trials}), bound, 0.0015) << trials;
  EXPECT_NEAR(upper_bound({0, 20}), 1 - std::pow(0.05, 1.0 / 20), 1e-12);
}

TEST(Intervals, ConfidenceSequence) {
  struct Case {
    Count count;
    Interval interval;
  };
  const Case cases[] = {
      {{0, 30}, {0, .161}}, {{0, 100}, {0, .057}}, {{10, 100}, {.029, .228}}, {{30, 300}, {.050, .171}}};
  for (const auto& [count, interval] : cases) {
    const Interval found = confidence_sequence(count);
    EXPECT_NEAR(found.low, interval.low, 0.0005) << count.trials;
    EXPECT_NEAR(found.high, interval.high, 0.0005) << count.trials;
  }
}

// Ten failures of a hundred, by each method; and what no trials, only hits and no hits say.
TEST(Intervals, KnownValues) {
  EXPECT_NEAR(wilson({10, 100}).low, 0.05523, 1e-5);
  EXPECT_NEAR(wilson({10, 100}).high, 0.17437, 1e-5);
  EXPECT_NEAR(clopper_pearson({10, 100}).low, 0.04900, 1e-5);
  EXPECT_NEAR(clopper_pearson({10, 100}).high, 0.17622, 1e-5);
  EXPECT_NEAR(jeffreys({10, 100}).low, 0.05263, 2e-3);
  for (const auto interval : {wilson, clopper_pearson, jeffreys, confidence_sequence}) {
    EXPECT_EQ(interval({0, 0}, 0.95).low, 0.0);
    EXPECT_EQ(interval({0, 0}, 0.95).high, 1.0);
    EXPECT_NEAR(interval({0, 50}, 0.95).low, 0.0, 1e-12);
    EXPECT_NEAR(interval({50, 50}, 0.95).high, 1.0, 1e-12);
    EXPECT_NEAR(interval({7, 50}, 0.95).low, 1 - interval({43, 50}, 0.95).high, 1e-9);
    EXPECT_TRUE(interval({7, 50}, 0.95).contains(0.14));
  }
}

// The chance that an interval, looked at after each of 500 trials at a rate of .1, excludes .1 at some time: exact, by
// carrying the distribution of the failures from trial to trial without the paths that were excluded.
double ever_excludes(Interval (*interval)(Count, double)) {
  constexpr double kRate = 0.1;
  std::vector<double> alive = {1.0};
  for (std::uint64_t n = 1; n <= 500; ++n) {
    std::vector<double> next(alive.size() + 1);
    for (std::size_t k = 0; k < alive.size(); ++k) {
      next[k] += alive[k] * (1 - kRate);
      next[k + 1] += alive[k] * kRate;
    }
    for (std::size_t k = 0; k < next.size(); ++k)
      if (next[k] > 0 && (next[k] < 1e-6 || !interval({k, n}, 0.95).contains(kRate))) next[k] = 0;
    alive = std::move(next);
  }
  double held = 0;
  for (const double chance : alive) held += chance;
  return 1 - held;
}

TEST(Intervals, OnlyTheSequenceMayBeLookedAtAfterEveryTrial) {
  EXPECT_NEAR(ever_excludes(clopper_pearson), 0.28, 0.02);
  EXPECT_NEAR(ever_excludes(wilson), 0.44, 0.02);
  EXPECT_NEAR(ever_excludes(confidence_sequence), 0.025, 0.005);
}

struct Drawn {
  double trials = 0;
  double bad = 0;
};

Drawn sequential(double good, double bad, double rate) {
  std::mt19937_64 random(1);
  constexpr int kRuns = 4000;
  Drawn mean;
  for (int run = 0; run < kRuns; ++run) {
    SequentialTest test(good, bad);
    while (test.verdict() == Judgement::undecided) test.tell(static_cast<double>(random() >> 11) * 0x1p-53 >= rate);
    mean.trials += static_cast<double>(test.failures().trials) / kRuns;
    if (test.verdict() == Judgement::bad) mean.bad += 1.0 / kRuns;
  }
  return mean;
}

struct SequentialCase {
  double good;
  double bad;
  double at_good;  // mean trials
  double at_worst;
  double at_bad;
};

class Sequential : public ::testing::TestWithParam<SequentialCase> {};

TEST_P(Sequential, TakesAboutHalfOfAFixedNumber) {
  const SequentialCase& expected = GetParam();
  const Drawn good = sequential(expected.good, expected.bad, expected.good);
  const Drawn bad = sequential(expected.good, expected.bad, expected.bad);
  EXPECT_NEAR(good.trials, expected.at_good, 0.05 * expected.at_good);
  EXPECT_NEAR(bad.trials, expected.at_bad, 0.05 * expected.at_bad);
  double worst = 0;
  for (int i = 1; i < 8; ++i)
    worst = std::max(worst,
                     sequential(expected.good, expected.bad, std::lerp(expected.good, expected.bad, i / 8.0)).trials);
  EXPECT_NEAR(worst, expected.at_worst, 0.07 * expected.at_worst);
  EXPECT_LE(good.bad, 0.06);
  EXPECT_GE(bad.bad, 0.94);
}

INSTANTIATE_TEST_SUITE_P(Rates, Sequential,
                         ::testing::Values(SequentialCase{.01, .05, 113, 158, 79}, SequentialCase{.02, .10, 55, 77, 38},
                                           SequentialCase{.02, .20, 19, 25, 12}, SequentialCase{.05, .20, 31, 45, 23},
                                           SequentialCase{.1, .5, 8.6, 12, 6.6}));

TEST(SequentialVerdict, Stays) {
  SequentialTest test(0.1, 0.5);
  for (int i = 0; i < 3; ++i) test.tell(false);
  EXPECT_EQ(test.verdict(), Judgement::bad);
  for (int i = 0; i < 50; ++i) test.tell(true);
  EXPECT_EQ(test.verdict(), Judgement::bad);
  EXPECT_EQ(test.failures(), (Count{3, 53}));
}

TEST(Fisher, TeaTasting) {
  EXPECT_NEAR(fisher_more_hits({3, 4}, {1, 4}), 17.0 / 70, 1e-12);
  EXPECT_NEAR(fisher_more_hits({4, 4}, {0, 4}), 1.0 / 70, 1e-12);
  EXPECT_NEAR(fisher_more_hits({0, 4}, {4, 4}), 1.0, 1e-12);
  EXPECT_NEAR(fisher_more_hits({5, 10}, {0, 0}), 1.0, 1e-12);
}

// The example of Benjamini and Hochberg 1995: four of fifteen may be believed.
TEST(Believable, BenjaminiHochberg) {
  const std::vector<double> chances = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                                       .0459, .3240, .4262, .5719, .6528, .7590, 1.0};
  const std::vector<bool> answer = believable(chances);
  EXPECT_EQ(std::ranges::count(answer, true), 4);
  EXPECT_TRUE(answer[3]);
  EXPECT_THAT(believable(std::vector<double>{.04, .03}), ElementsAre(true, true));  // the second carries the first
  EXPECT_THAT(believable(std::vector<double>{}), ElementsAre());
}

TEST(Steadiness, FollowsTheConfidenceSequence) {
  constexpr double kLimit = 0.05;
  EXPECT_EQ(steadiness({0, 0}, kLimit), Steadiness::undecided);
  EXPECT_EQ(steadiness({0, 100}, kLimit), Steadiness::undecided);
  EXPECT_EQ(steadiness({0, 150}, kLimit), Steadiness::good);
  EXPECT_EQ(steadiness({2, 400}, kLimit), Steadiness::good);  // rare failures, surely below the limit
  EXPECT_EQ(steadiness({20, 100}, kLimit), Steadiness::flaky);
  EXPECT_EQ(steadiness({5, 5}, kLimit), Steadiness::flaky);
  EXPECT_EQ(steadiness({19, 20}, kLimit), Steadiness::broken);
}

}  // namespace
}  // namespace rigor::test
