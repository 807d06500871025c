#include "framework/probe/samples.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rigor {
namespace {

using namespace std::chrono_literals;

Samples constant(std::uint64_t microseconds, std::size_t count) { return Samples(Histogram{{microseconds, count}}); }

TEST(Samples, are_rounded_to_microseconds) {
  Samples samples;
  for (const Duration each : {Duration(1499ns), Duration(1501ns), Duration(-5us), Duration(2us)}) samples.add(each);
  EXPECT_EQ(samples.histogram(), (Histogram{{0, 1}, {1, 1}, {2, 2}}));
}

TEST(Samples, have_quantiles_that_are_samples) {
  const Samples samples(Histogram{{10, 50}, {20, 40}, {30, 9}, {99, 1}});
  EXPECT_EQ(samples.count(), 100U);
  EXPECT_EQ(samples.quantile(0), 10U);
  EXPECT_EQ(samples.quantile(0.5), 10U);
  EXPECT_EQ(samples.quantile(0.51), 20U);
  EXPECT_EQ(samples.quantile(0.9), 20U);
  EXPECT_EQ(samples.quantile(0.99), 30U);
  EXPECT_EQ(samples.quantile(1), 99U);
  EXPECT_EQ(Samples().quantile(0.5), 0U);
}

TEST(CompareSamples, of_one_distribution_are_alike) {
  const SampleComparison same = compare_samples(constant(100, 1000), constant(100, 1000));
  EXPECT_EQ(same.distance, 0);
  EXPECT_EQ(same.probability, 1);
  EXPECT_FALSE(same.differ);
}

TEST(CompareSamples, without_overlap_differ) {
  const SampleComparison other = compare_samples(constant(100, 1000), constant(101, 1000));
  EXPECT_EQ(other.distance, 1);
  EXPECT_LT(other.probability, 1e-9);
  EXPECT_TRUE(other.differ);
}

TEST(CompareSamples, too_few_differ_from_nothing) {
  EXPECT_FALSE(compare_samples(constant(100, 7), constant(900, 1000)).differ);
  EXPECT_FALSE(compare_samples({}, {}).differ);
  EXPECT_TRUE(compare_samples(constant(100, 8), constant(900, 1000)).differ);
}

// Kolmogorov's distribution: 1.3581 is exceeded with probability 0.05, 1.9495 with 0.001.
TEST(CompareSamples, has_the_probabilities_of_the_tables) {
  // n = m = 20000: root is 100, so a gap of x/100.12 is a scaled gap of x.
  const auto shifted = [](std::size_t moved) { return Samples(Histogram{{1, 20000 - moved}, {2, moved}}); };
  const auto gap = [&](double scaled) { return static_cast<std::size_t>(scaled / 100.1211 * 20000 + 0.5); };
  EXPECT_NEAR(compare_samples(shifted(0), shifted(gap(1.3581))).probability, 0.05, 0.001);
  EXPECT_FALSE(compare_samples(shifted(0), shifted(gap(1.93))).differ);
  EXPECT_TRUE(compare_samples(shifted(0), shifted(gap(1.97))).differ);
}

struct Chance {
  const char* what;
  double shift;
  int most_alarms;
  int fewest_alarms;
};
class RandomSamples : public testing::TestWithParam<Chance> {};
TEST_P(RandomSamples, are_told_apart_by_their_distribution_not_by_chance) {
  std::mt19937 random(7);
  int alarms = 0;
  for (int round = 0; round < 400; ++round) {
    std::normal_distribution<double> here(500, 40);
    std::normal_distribution<double> there(500 + GetParam().shift, 40);
    Samples a;
    Samples b;
    for (int i = 0; i < 300; ++i) {
      a.add(std::chrono::microseconds(static_cast<int>(here(random))));
      b.add(std::chrono::microseconds(static_cast<int>(there(random))));
    }
    alarms += compare_samples(a, b).differ ? 1 : 0;
  }
  EXPECT_LE(alarms, GetParam().most_alarms);
  EXPECT_GE(alarms, GetParam().fewest_alarms);
}
INSTANTIATE_TEST_SUITE_P(table, RandomSamples,
                         testing::Values(Chance{"same", 0, 3, 0}, Chance{"shifted", 20, 400, 390}),
                         [](const auto& test) { return test.param.what; });

}  // namespace
}  // namespace rigor
