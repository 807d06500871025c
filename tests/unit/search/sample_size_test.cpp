// Numbers of trials, as timing-search.md 8 and 15 give them.
#include "framework/search/sample_size.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace rigor::test {
namespace {

TEST(SampleSize, PassesInARowThatProveARate) { EXPECT_EQ(statistics::passes_to_prove(0.05), 59U); }

struct Sizes {
  double first;
  double second;
  std::uint64_t exact;
  std::uint64_t reference;
};

// The reference's figures are the normal approximation, which promises too much where failures are few.
class FixedSize : public ::testing::TestWithParam<Sizes> {};

TEST_P(FixedSize, SeparatesTwoFailureRates) {
  const auto& [good, bad, exact, reference] = GetParam();
  EXPECT_EQ(statistics::trials_to_tell_apart(good, bad), exact);
  const double spread = std::sqrt(good * (1 - good)) + std::sqrt(bad * (1 - bad));
  EXPECT_EQ(std::llround(std::pow(1.6449 * spread / (bad - good), 2)), reference);
}

INSTANTIATE_TEST_SUITE_P(Rates, FixedSize,
                         ::testing::Values(Sizes{0.01, 0.05, 181, 170}, Sizes{0.02, 0.10, 89, 82},
                                           Sizes{0.02, 0.20, 30, 24}, Sizes{0.05, 0.20, 50, 46},
                                           Sizes{0.1, 0.5, 13, 11}));

// The reference's figures are simulated; at each of them the exact power is .8 within a few hundredths.
class TwoArms : public ::testing::TestWithParam<Sizes> {};

TEST_P(TwoArms, NeedSoManyTrialsEach) {
  const auto& [better, worse, exact, reference] = GetParam();
  EXPECT_EQ(statistics::trials_to_compare(better, worse), exact);
  EXPECT_NEAR(statistics::power_to_compare(reference, better, worse), 0.8, 0.05);
}

INSTANTIATE_TEST_SUITE_P(Rates, TwoArms,
                         ::testing::Values(Sizes{0.95, 0.50, 14, 13}, Sizes{0.95, 0.75, 45, 48},
                                           Sizes{0.95, 0.85, 126, 140}, Sizes{0.99, 0.90, 87, 92}));

TEST(SampleSize, SaysWhenThereIsNoSuchNumber) { EXPECT_EQ(statistics::trials_to_compare(0.951, 0.95), 0U); }

}  // namespace
}  // namespace rigor::test
