#include "fixtures/virtual/lines.hpp"

#include <gmock/gmock.h>

#include "fixtures/virtual/bench_time.hpp"
#include "fixtures/virtual/virtual_clock.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class LinesTest : public testing::Test {
 protected:
  LinesTest() {
    driver_.add({.name = {"lab", "bench/nrst"},
                 .traits = {.operate = 5ms, .release = 2ms, .call = 10us},
                 .active = Level::low,
                 .act = [this](Level level, Drive) { moves_.emplace_back(clock_.now().time_since_epoch(), level); },
                 .sense = [this] { return sensed_; }},
                time_, bench_);
  }

  VirtualClock clock_;
  std::unique_ptr<Actor> actor_ = clock_.enroll("test");
  std::mutex bench_;
  BenchScheduler time_{clock_, bench_};
  std::vector<std::pair<Duration, Level>> moves_;
  Level sensed_ = Level::high;
  VirtualLineDriver driver_{clock_};
  const LineName name_{"lab", "bench/nrst"};
};

TEST_F(LinesTest, ARelayFollowsAfterItsOwnTimeInEachDirection) {
  const auto line = driver_.request_output(name_, Drive::open_drain, Level::high);
  ASSERT_TRUE(line);
  ASSERT_TRUE(clock_.sleep_until(TimePoint(10ms)));
  moves_.clear();
  ASSERT_TRUE((*line)->set(Level::low));
  ASSERT_TRUE(clock_.sleep_until(TimePoint(20ms)));
  ASSERT_TRUE((*line)->set(Level::high));
  ASSERT_TRUE(clock_.sleep_until(TimePoint(30ms)));
  EXPECT_THAT(moves_, ElementsAre(Pair(15ms, Level::low), Pair(22ms, Level::high)));
}

TEST_F(LinesTest, TheFirstLevelComesWithoutAPulse) {
  const auto line = driver_.request_output(name_, Drive::open_drain, Level::low);
  ASSERT_TRUE(line);
  ASSERT_TRUE(clock_.sleep_for(20ms));
  EXPECT_THAT(moves_, ElementsAre(Pair(5ms, Level::low)));
}

TEST_F(LinesTest, APulseShorterThanTheRelayIsSwallowed) {
  const auto line = driver_.request_output(name_, Drive::open_drain, Level::high);
  ASSERT_TRUE(line);
  ASSERT_TRUE(clock_.sleep_for(10ms));
  moves_.clear();
  ASSERT_TRUE((*line)->set(Level::low));
  ASSERT_TRUE(clock_.sleep_for(1ms));
  ASSERT_TRUE((*line)->set(Level::high));
  ASSERT_TRUE(clock_.sleep_for(20ms));
  EXPECT_THAT(moves_, testing::Each(Pair(testing::_, Level::high)));
}

TEST_F(LinesTest, ASetCallSaysWhenItBeganAndEnded) {
  const auto line = driver_.request_output(name_, Drive::open_drain, Level::high);
  ASSERT_TRUE(line);
  const TimePoint before = clock_.now();
  const auto timing = (*line)->set(Level::low);
  ASSERT_TRUE(timing);
  EXPECT_EQ(timing->entry, before);
  EXPECT_EQ(timing->exit, before + 10us);
}

TEST_F(LinesTest, ALineIsHeldOnceAndKeepsItsLevelWhenLetGo) {
  {
    const auto line = driver_.request_output(name_, Drive::open_drain, Level::low);
    ASSERT_TRUE(line);
    const auto second = driver_.request_output(name_, Drive::open_drain, Level::high);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), Code::line_busy);
    EXPECT_EQ(driver_.list()->front().consumer, "rigor");
  }
  ASSERT_TRUE(clock_.sleep_for(20ms));
  EXPECT_THAT(moves_, ElementsAre(Pair(5ms, Level::low)));
  EXPECT_EQ(driver_.list()->front().consumer, "");
  EXPECT_TRUE(driver_.request_input(name_, Watch::level));
}

TEST_F(LinesTest, AnUnknownLineIsMissing) {
  const auto line = driver_.request_output({"lab", "bench/power"}, Drive::push_pull, Level::low);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code(), Code::line_missing);
}

TEST_F(LinesTest, AnInputReadsTheNet) {
  const auto line = driver_.request_input(name_, Watch::level);
  ASSERT_TRUE(line);
  EXPECT_EQ((*line)->get(), Level::high);
  sensed_ = Level::low;
  EXPECT_EQ((*line)->get(), Level::low);
}

TEST_F(LinesTest, AnInterruptedClockDoesNotStopAnEdge) {
  const auto line = driver_.request_output(name_, Drive::open_drain, Level::high);
  ASSERT_TRUE(line);
  ASSERT_TRUE(clock_.sleep_for(10ms));
  moves_.clear();
  clock_.interrupt();
  EXPECT_TRUE((*line)->set(Level::low));
  clock_.resume();
  ASSERT_TRUE(clock_.sleep_for(10ms));
  EXPECT_THAT(moves_, ElementsAre(Pair(15ms, Level::low)));
}

}  // namespace
}  // namespace rigor::lab
