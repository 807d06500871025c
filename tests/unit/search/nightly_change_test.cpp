// Nightly rates: the alarm, the date, and the values that came with it.
#include "framework/search/nightly_change.hpp"

#include <gmock/gmock.h>

#include "tests/unit/search/nights.hpp"
#include "tests/unit/search/racks.hpp"

namespace rigor::test {
namespace {

using statistics::Count;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FailureWatch, AddsTheLogLikelihoodRatio) {
  FailureWatch watch({.hits = 5, .trials = 99});  // (5 + .5) / (99 + 1): .055, so .165
  watch.tell({2, 10});
  EXPECT_NEAR(watch.sum(), 2 * std::log(3.0) + 8 * std::log((1 - 0.165) / (1 - 0.055)), 1e-12);
  watch.tell({0, 100});
  EXPECT_EQ(watch.sum(), 0.0);  // good nights are not saved up
  EXPECT_FALSE(watch.alarm());
  EXPECT_TRUE(watch.tell({10, 10}));
  watch.reset();
  EXPECT_FALSE(watch.alarm());
}

TEST(FailureWatch, WorksWithAnyReference) {
  for (const Count reference : {Count{0, 0}, Count{0, 100}, Count{90, 100}, Count{100, 100}}) {
    FailureWatch watch(reference);
    EXPECT_FALSE(watch.tell({0, 50})) << reference.hits;
    watch.tell({1000, 1000});
    EXPECT_TRUE(std::isfinite(watch.sum()));
    EXPECT_GT(watch.sum(), 0.0);
  }
}

struct WatchCase {
  std::uint64_t trials;
  double before;
  double after;
  double nights;  // to the alarm, timing-search.md 11
};

class Watch : public ::testing::TestWithParam<WatchCase> {};

TEST_P(Watch, AlarmsInAsManyNightsAsTheReference) {
  double nights = 0;
  constexpr int kRuns = 300;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    Nights source(run);
    FailureWatch watch(source.draw(60 * GetParam().trials, 1 - GetParam().before));
    int night = 1;
    while (!watch.tell(source.draw(GetParam().trials, 1 - GetParam().after))) ++night;
    nights += night / static_cast<double>(kRuns);
  }
  EXPECT_NEAR(nights, GetParam().nights, 0.15 * GetParam().nights + 0.1);
}

INSTANTIATE_TEST_SUITE_P(Rates, Watch,
                         ::testing::Values(WatchCase{10, .95, .80, 5.6}, WatchCase{30, .95, .80, 2.0},
                                           WatchCase{30, .99, .90, 2.6}));

TEST(FindChange, DatesTheNight) {
  const std::vector<Count> nights = {{1, 30}, {0, 30}, {2, 30}, {1, 30}, {9, 30}, {8, 30}, {7, 30}};
  const auto change = find_change(nights);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->first, 4U);
  EXPECT_EQ(change->earliest, 4U);
  EXPECT_EQ(change->latest, 4U);
  EXPECT_EQ(change->before, (Count{4, 120}));
  EXPECT_EQ(change->after, (Count{24, 90}));
  EXPECT_TRUE(change->convincing());
  EXPECT_TRUE(change->worse());
}

TEST(FindChange, IsNotConvincedByAQuietSeries) {
  const std::vector<Count> nights = {{1, 30}, {0, 30}, {2, 30}, {1, 30}, {3, 30}};
  EXPECT_FALSE(find_change(nights)->convincing());
  EXPECT_FALSE(find_change(std::vector<Count>{{1, 30}}));
  EXPECT_FALSE(find_change({}));
  EXPECT_EQ(find_change(std::vector<Count>{{0, 0}, {0, 0}})->log_ratio, 0.0);
  EXPECT_FALSE(find_change(std::vector<Count>{{9, 10}, {9, 10}, {0, 10}, {0, 10}})->worse());
}

// Factors: tool, board. In night 3 the tool is renewed everywhere and board 1 is swapped for board 2 on one bench.
std::vector<NightlyBatch> two_changes(Count with_new_tool, Count with_new_board) {
  std::vector<NightlyBatch> batches;
  for (std::size_t night = 0; night < 6; ++night) {
    const std::size_t tool = night < 3 ? 0 : 1;
    batches.push_back({night, {tool, 0}, night < 3 ? Count{1, 20} : with_new_tool});
    batches.push_back({night, {tool, night < 3 ? 1U : 2U}, night < 3 ? Count{1, 20} : with_new_board});
  }
  return batches;
}

std::vector<Suspect> blame(const std::vector<NightlyBatch>& batches) {
  std::vector<Count> nights(6);
  for (const NightlyBatch& each : batches) {
    nights[each.night].hits += each.failures.hits;
    nights[each.night].trials += each.failures.trials;
  }
  return attribute(batches, *find_change(nights));
}

TEST(Attribute, TellsTheSwappedBoardFromTheToolThatCameTheSameNight) {
  const auto board = blame(two_changes({1, 20}, {12, 20}));
  ASSERT_EQ(board.size(), 2U);
  EXPECT_EQ(board.front().combination, (Combination{{1, 2}}));
  const auto tool = blame(two_changes({12, 20}, {12, 20}));
  EXPECT_EQ(tool.front().combination, (Combination{{0, 1}}));
}

TEST(Attribute, NamesRivalsAndKnowsWhenNothingCame) {
  std::vector<NightlyBatch> batches;
  for (std::size_t night = 0; night < 6; ++night)
    batches.push_back({night, {night < 3 ? 0U : 1U, night < 3 ? 0U : 1U}, night < 3 ? Count{0, 20} : Count{9, 20}});
  const auto both = blame(batches);
  ASSERT_EQ(both.size(), 1U);
  EXPECT_THAT(both.front().rivals, ElementsAre(Combination{{1, 1}}));
  for (NightlyBatch& each : batches) each.configuration = {0, 0};
  EXPECT_THAT(blame(batches), IsEmpty());
}

}  // namespace
}  // namespace rigor::test
