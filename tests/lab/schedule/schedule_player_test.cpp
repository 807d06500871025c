// Schedules on virtual time, where an edge lands exactly or not at all.
#include "framework/gpio/schedule_player.hpp"

#include <gmock/gmock.h>

#include <random>

#include "fixtures/virtual/virtual_clock.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Lines that remember when they were set.
class NotedLines final : public LineDriver {
 public:
  explicit NotedLines(Clock& clock) : clock_(clock) {}
  struct Set {
    std::string line;
    Level level;
    TimePoint at;
  };
  std::vector<Set> sets;
  bool fails = false;
  Duration call{};               // how long a set takes
  Timeline* timeline = nullptr;  // told of each, as by the recording wrapper

  LineCapabilities capabilities() const override { return {}; }
  Result<std::vector<LineInfo>> list() override { return std::vector<LineInfo>(); }
  Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive, Level) override {
    return std::make_unique<Line>(*this, name.line);
  }
  Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest>) override {
    return fail(Code::unsupported, "none");
  }
  Result<std::unique_ptr<InputLine>> request_input(const LineName&, Watch) override {
    return fail(Code::unsupported, "none");
  }

 private:
  class Line final : public OutputLine {
   public:
    Line(NotedLines& lines, std::string name) : lines_(lines), name_(std::move(name)) {}
    Result<EdgeTiming> set(Level level) override {
      if (lines_.fails) return fail(Code::line_failed, "the relay board is gone");
      const TimePoint now = lines_.clock_.now();
      lines_.sets.push_back({name_, level, now});
      if (lines_.call > Duration::zero()) RIGOR_CHECK(lines_.clock_.sleep_for(lines_.call));
      if (lines_.timeline != nullptr) lines_.timeline->add(Channel::line, name_, level == Level::high ? 1 : 0);
      return EdgeTiming{now, now, lines_.clock_.now()};
    }

   private:
    NotedLines& lines_;
    std::string name_;
  };
  Clock& clock_;
};

// Wakes up late, as a busy machine does.
class LateTimer final : public EdgeTimer {
 public:
  explicit LateTimer(Duration late) : late_(late) {}
  TimerQuality prepare() override { return {}; }
  Duration spin() const override { return Duration::zero(); }
  Result<void> finish(Clock& clock, TimePoint moment) override { return clock.sleep_until(moment + late_); }

 private:
  Duration late_;
};

class PlayerTest : public ::testing::Test {
 protected:
  PlayerTest() {
    for (const char* job : {"nrst", "power"}) {
      RelayWiring wiring;
      wiring.job = job;
      wiring.name = {"lines", job};
      relays_.push_back(std::move(Relay::take(lines_, clock_, wiring)).value());
      by_job_[job] = relays_.back().get();
    }
    lines_.sets.clear();
  }
  ~PlayerTest() override { relays_.clear(); }

  std::unique_ptr<SchedulePlayer> start(std::vector<ScheduledEdge> edges) {
    return SchedulePlayer::start({"test", std::move(edges), 10s}, by_job_, {clock_, timeline_, *timer_});
  }
  static ScheduledEdge edge(const char* name, const char* line, bool active, Anchor anchor, Duration offset) {
    return {name, line, active, std::move(anchor), offset, 1ms};
  }
  void wait(Duration duration) { ASSERT_TRUE(clock_.sleep_for(duration)); }

  lab::VirtualClock clock_;
  std::unique_ptr<Actor> actor_ = clock_.enroll("test");
  Timeline timeline_{clock_};
  NotedLines lines_{clock_};
  std::unique_ptr<EdgeTimer> timer_ = make_exact_edge_timer();
  std::vector<std::unique_ptr<Relay>> relays_;
  std::map<std::string, Relay*> by_job_;
};

TEST_F(PlayerTest, EdgesWithoutOffsetAreThereBeforeTheirEventGoesOn) {
  auto player = start({edge("held", "nrst", true, {}, 0ms),
                       edge("released", "nrst", false, {AnchorSource::probe, "nrst-release", 2}, 0ms)});
  EXPECT_EQ(lines_.sets.size(), 1U);
  wait(5ms);
  timeline_.begin_command("nrst-release");
  EXPECT_EQ(lines_.sets.size(), 1U);
  wait(5ms);
  timeline_.begin_command("nrst-release");
  ASSERT_EQ(lines_.sets.size(), 2U);
  EXPECT_EQ(lines_.sets[1].at, clock_.now());
  EXPECT_TRUE(player->finish(1s).valid());
}

TEST_F(PlayerTest, EveryOffsetLandsExactly) {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    lines_.sets.clear();
    const Duration first(std::uniform_int_distribution<std::int64_t>(1, 50'000'000)(random));
    const Duration second(std::uniform_int_distribution<std::int64_t>(1, 50'000'000)(random));
    auto player = start({edge("a", "nrst", true, {AnchorSource::log, "Asserting", 1}, first),
                         edge("b", "nrst", false, {AnchorSource::edge, "a", 1}, second)});
    wait(3ms);
    const TimePoint event = clock_.now();
    timeline_.log("open : Asserting target reset");
    const PlayedSchedule played = player->finish(1s);
    ASSERT_TRUE(played.valid());
    ASSERT_EQ(lines_.sets.size(), 2U);
    EXPECT_EQ(lines_.sets[0].at, event + first);
    EXPECT_EQ(lines_.sets[1].at, event + first + second);
    EXPECT_EQ(played.edges[1].lateness(), 0ns);
  }
}

TEST_F(PlayerTest, ConsoleAndOtherLinesAreEventsToo) {
  auto player = start({edge("a", "nrst", true, {AnchorSource::console, "ready", 1}, 1ms),
                       edge("b", "power", true, {AnchorSource::line, "boot0 active", 1}, 1ms)});
  timeline_.add(Channel::console, "bench", 0, "system ready");
  timeline_.add(Channel::line, "boot0", 1, "wire high");
  EXPECT_TRUE(player->finish(1s).valid());
  EXPECT_EQ(lines_.sets.size(), 2U);
}

TEST_F(PlayerTest, AnEventThatNeverCameIsNamed) {
  auto player = start({edge("a", "nrst", true, {AnchorSource::probe, "nrst-assert", 2}, 0ms)});
  timeline_.begin_command("nrst-assert");
  const PlayedSchedule played = player->finish(1s);
  EXPECT_FALSE(played.valid());
  EXPECT_THAT(played.sentences(), ElementsAre(HasSubstr("never came: probe.nrst-assert #2 did not come")));
  EXPECT_TRUE(lines_.sets.empty());
}

TEST_F(PlayerTest, WhatIsStillDueGetsItsGraceAndNoMore) {
  auto player = start({edge("a", "nrst", true, {}, 50ms), edge("b", "power", true, {}, 5s)});
  const TimePoint begin = clock_.now();
  const PlayedSchedule played = player->finish(100ms);
  EXPECT_EQ(clock_.now(), begin + 100ms);
  EXPECT_TRUE(played.edges[0].in_time());
  EXPECT_EQ(played.edges[1].why_not, "the schedule was ended before");
}

TEST_F(PlayerTest, AnEdgeThatMissesItsToleranceMakesTheTrialInvalid) {
  timer_ = std::make_unique<LateTimer>(2ms);
  auto player = start({edge("a", "nrst", true, {}, 10ms)});
  const PlayedSchedule played = player->finish(1s);
  EXPECT_FALSE(played.valid());
  EXPECT_EQ(played.edges[0].lateness(), 2ms);
  EXPECT_THAT(played.sentences(), ElementsAre(HasSubstr("2000.0 us late")));
}

// Setting a line takes its time: one thread waits for that in the middle of being told of an event, another one has
// something to tell meanwhile.
TEST_F(PlayerTest, EdgesOfTwoThreadsAtOneTimeDoNotHoldEachOther) {
  lines_.call = 100us;
  lines_.timeline = &timeline_;
  auto player = start({edge("due", "power", true, {}, 10ms + 50us),
                       edge("now", "nrst", true, {AnchorSource::probe, "nrst-assert", 1}, 0ms)});
  wait(10ms);
  timeline_.begin_command("nrst-assert");
  const PlayedSchedule played = player->finish(1s);
  EXPECT_TRUE(played.valid());
  EXPECT_EQ(lines_.sets.size(), 2U);
}

// Two edges of one line, the second due while the first is still being set: one after the other.
TEST_F(PlayerTest, OneLineIsSetByOneThreadAtATime) {
  lines_.call = 100us;
  auto player = start({edge("due", "nrst", false, {}, 10ms + 50us),
                       edge("now", "nrst", true, {AnchorSource::probe, "nrst-assert", 1}, 0ms)});
  wait(10ms);
  timeline_.begin_command("nrst-assert");
  const PlayedSchedule played = player->finish(1s);
  EXPECT_TRUE(played.valid());
  ASSERT_EQ(lines_.sets.size(), 2U);
  EXPECT_EQ(lines_.sets[1].at, lines_.sets[0].at + 100us);
}

TEST_F(PlayerTest, ALineThatCannotBeSetIsNoEdge) {
  lines_.fails = true;
  const PlayedSchedule played = start({edge("a", "nrst", true, {}, 0ms)})->finish(1s);
  EXPECT_FALSE(played.valid());
  EXPECT_EQ(played.edges[0].why_not, "the relay board is gone");
}

TEST_F(PlayerTest, APlayerThatDiesPlaysNothingMore) {
  start({edge("a", "nrst", true, {}, 50ms)}).reset();
  wait(100ms);
  timeline_.begin_command("nrst-assert");
  EXPECT_TRUE(lines_.sets.empty());
}

TEST_F(PlayerTest, AnInterruptionEndsIt) {
  auto player = start({edge("a", "nrst", true, {}, 50ms)});
  clock_.interrupt();
  const PlayedSchedule played = player->finish(1s);
  clock_.resume();
  EXPECT_FALSE(played.valid());
  EXPECT_TRUE(lines_.sets.empty());
}

}  // namespace
}  // namespace rigor
