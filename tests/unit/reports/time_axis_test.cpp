#include "reports/time_axis.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

using namespace std::chrono_literals;

std::vector<Duration> every(Duration step, Duration from, Duration to) {
  std::vector<Duration> times;
  for (Duration at = from; at <= to; at += step) times.push_back(at);
  return times;
}

TEST(TimeAxis, IsLinearWithoutLongPauses) {
  const TimeAxis axis(every(10ms, 0ms, 1s), 100, 1100);
  ASSERT_EQ(axis.segments().size(), 1U);
  EXPECT_DOUBLE_EQ(axis.x(0ms), 100);
  EXPECT_DOUBLE_EQ(axis.x(250ms), 350);
  EXPECT_DOUBLE_EQ(axis.x(1s), 1100);
}

TEST(TimeAxis, BreaksWhereAPauseDwarfsTheAction) {
  std::vector<Duration> times = every(1ms, 0ms, 30ms);
  const std::vector<Duration> after = every(1ms, 5s, 5020ms);
  times.insert(times.end(), after.begin(), after.end());
  const TimeAxis axis(times, 0, 1000);
  ASSERT_EQ(axis.segments().size(), 2U);
  EXPECT_EQ(axis.segments()[0].to, 30ms);
  EXPECT_EQ(axis.segments()[1].from, 5s);
  EXPECT_GT(axis.x(30ms), 400);
  EXPECT_LT(axis.x(5s) - axis.x(30ms), 60);
}

TEST(TimeAxis, NeverRunsBackwards) {
  std::vector<Duration> times;
  for (const Duration burst : std::initializer_list<Duration>{0ms, 700ms, 3s, 3100ms, 9s, 20s})
    for (const Duration at : every(2ms, burst, burst + 40ms)) times.push_back(at);
  const TimeAxis axis(times, 10, 900);
  double last = 0;
  for (Duration at = -1s; at <= 22s; at += 3ms) {
    EXPECT_GE(axis.x(at), last);
    last = axis.x(at);
  }
  EXPECT_DOUBLE_EQ(axis.x(-1s), 10);
  EXPECT_NEAR(axis.x(22s), 900, 1e-6);
}

TEST(TimeAxis, AHandfulOfMomentsNeedsNoBreak) {
  EXPECT_EQ(TimeAxis({0ms, 300ms, 315ms, 332ms}, 0, 1000).segments().size(), 1U);
}

TEST(TimeAxis, TicksCountFromTheBeginningOfEachStretch) {
  std::vector<Duration> times = every(1ms, 0ms, 100ms);
  for (const Duration at : every(1ms, 5s, 5100ms)) times.push_back(at);
  const auto ticks = TimeAxis(times, 0, 1044).ticks();
  ASSERT_EQ(ticks.size(), 12U);
  EXPECT_EQ(ticks[0].label, "0 s");
  EXPECT_EQ(ticks[1].label, "20 ms");
  EXPECT_EQ(ticks[6].label, "5 s");
  EXPECT_EQ(ticks[7].label, "+20 ms");
}

TEST(TimeAxis, StandsWithoutAnyMoment) {
  const TimeAxis axis({}, 5, 100);
  EXPECT_DOUBLE_EQ(axis.x(1s), 15);  // the sliver of a lone moment
  EXPECT_EQ(axis.ticks().size(), 1U);
}

}  // namespace
}  // namespace rigor
