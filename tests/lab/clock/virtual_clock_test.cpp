#include "fixtures/virtual/virtual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr TimePoint at(Duration since_start) { return TimePoint(since_start); }

TEST(VirtualClock, TimeMovesByWaitingAloneAndByExactlyThat) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  EXPECT_EQ(clock.now(), at(0ns));
  ASSERT_TRUE(clock.sleep_for(24h));
  EXPECT_EQ(clock.now(), at(24h));
}

TEST(VirtualClock, CallbacksRunInOrderOfTimeThenOfRegistration) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  std::vector<std::string> order;
  clock.at(at(5ms), [&] { order.push_back("5 first"); });
  clock.at(at(2ms), [&] {
    order.push_back("2");
    clock.at(clock.now(), [&] { order.push_back("2, from the callback"); });
  });
  clock.at(at(5ms), [&] { order.push_back("5 second"); });
  clock.at(at(9ms), [&] { order.push_back("too late"); });
  ASSERT_TRUE(clock.sleep_until(at(5ms)));
  EXPECT_THAT(order, ElementsAre("2", "2, from the callback", "5 first", "5 second"));
}

TEST(VirtualClock, ACallbackInThePastRunsNow) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  ASSERT_TRUE(clock.sleep_for(5ms));
  TimePoint ran{};
  clock.at(at(1ms), [&] { ran = clock.now(); });
  ASSERT_TRUE(clock.sleep_for(1ms));
  EXPECT_EQ(ran, at(5ms));
}

TEST(VirtualClock, ACancelledCallbackDoesNotRun) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  bool ran = false;
  const auto ticket = clock.at(at(1ms), [&] { ran = true; });
  EXPECT_NE(ticket, 0U);
  clock.cancel(ticket);
  clock.cancel(ticket);
  ASSERT_TRUE(clock.sleep_for(2ms));
  EXPECT_FALSE(ran);
}

TEST(VirtualClock, ACallbackEndsAWaitByAnEventAtItsOwnTime) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  const auto event = clock.make_event();
  clock.at(at(7ms), [&] { event->set(); });
  EXPECT_EQ(clock.wait(*event, at(1h)), true);
  EXPECT_EQ(clock.now(), at(7ms));
}

TEST(VirtualClock, AnEventSetAtTheDeadlineWins) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  const auto event = clock.make_event();
  clock.at(at(7ms), [&] { event->set(); });
  EXPECT_EQ(clock.wait(*event, at(7ms)), true);
}

TEST(VirtualClock, AWaitInsideACallbackIsRefused) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  Code code = Code::usage;
  clock.at(at(1ms), [&] { code = clock.sleep_for(1ms).error().code(); });
  ASSERT_TRUE(clock.sleep_for(2ms));
  EXPECT_EQ(code, Code::deadlock);
}

TEST(VirtualClock, ADeadlockIsReportedToEveryWaiterWithTheNamesOfAll) {
  VirtualClock clock;
  const auto never = clock.make_event();
  std::latch enrolled(3);
  std::mutex mutex;
  std::vector<Error> errors;
  const auto wait_forever = [&](const std::string& name) {
    const auto actor = clock.enroll(name);
    enrolled.arrive_and_wait();
    const auto waited = clock.wait(*never, kNever);
    ASSERT_FALSE(waited);
    const std::lock_guard lock(mutex);
    errors.push_back(waited.error());
  };
  {
    std::jthread first(wait_forever, "console reader");
    std::jthread second(wait_forever, "probe");
    wait_forever("scenario");
  }
  ASSERT_EQ(errors.size(), 3U);
  for (const Error& error : errors) {
    EXPECT_EQ(error.code(), Code::deadlock);
    EXPECT_THAT(error.message(), HasSubstr("console reader, probe, scenario"));
  }
}

TEST(VirtualClock, APendingCallbackIsNoDeadlock) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  const auto event = clock.make_event();
  clock.at(at(24h), [&] { event->set(); });
  EXPECT_EQ(clock.wait(*event, kNever), true);
}

TEST(VirtualClock, AnActorThatLeavesDoesNotHoldUpTheOthers) {
  VirtualClock clock;
  std::latch enrolled(2);
  std::jthread leaver([&] {
    const auto actor = clock.enroll("leaver");
    enrolled.arrive_and_wait();
    ASSERT_TRUE(clock.sleep_for(1ms));
  });
  const auto actor = clock.enroll("stayer");
  enrolled.arrive_and_wait();
  ASSERT_TRUE(clock.sleep_for(1h));
  EXPECT_EQ(clock.now(), at(1h));
}

TEST(VirtualClock, EnrolmentNests) {
  VirtualClock clock;
  const auto outer = clock.enroll("outer");
  {
    const auto inner = clock.enroll("inner");
    ASSERT_TRUE(clock.sleep_for(1ms));
  }
  ASSERT_TRUE(clock.sleep_for(1ms));
  EXPECT_EQ(clock.now(), at(2ms));
}

TEST(VirtualClock, AThreadThatDidNotEnrolTakesPartForOneWait) {
  VirtualClock clock;
  ASSERT_TRUE(clock.sleep_for(3ms));
  EXPECT_EQ(clock.now(), at(3ms));
}

// A background thread is told to stop and joined by an actor that is still enrolled: the event has to release it at
// once, also when its own deadline has come at the same instant.
TEST(VirtualClock, AnActorMayStopAndJoinAThreadThatWaits) {
  for (const Duration deadline : {1ms, 5ms, 50ms}) {
    VirtualClock clock;
    const auto stop = clock.make_event();
    std::latch enrolled(2);
    const auto actor = clock.enroll("owner");
    std::thread background([&] {
      const auto own = clock.enroll("background");
      enrolled.arrive_and_wait();
      while (clock.wait(*stop, clock.now() + deadline) == false) {
      }
    });
    enrolled.arrive_and_wait();
    ASSERT_TRUE(clock.sleep_for(5ms));
    stop->set();
    background.join();
    EXPECT_EQ(clock.now(), at(5ms));
  }
}

// The order in which actors go on at one instant is that of enrolment, whatever the threads of the machine do.
TEST(VirtualClock, ActorsDueAtTheSameInstantGoOnInOrderOfEnrolment) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    VirtualClock clock;
    std::vector<int> order;
    std::vector<std::jthread> threads;
    std::latch gate(6);
    std::atomic<int> turn = 0;
    for (int i = 0; i < 5; ++i) {
      threads.emplace_back([&, i] {
        while (turn != i) std::this_thread::yield();
        const auto actor = clock.enroll("actor " + std::to_string(i));
        ++turn;
        gate.arrive_and_wait();
        for (int round = 1; round <= 3; ++round) {
          ASSERT_TRUE(clock.sleep_until(at(round * 1ms)));
          order.push_back(i);  // no lock: one at a time
        }
      });
    }
    gate.arrive_and_wait();
    threads.clear();
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4));
  }
}

TEST(VirtualClock, AnInterruptEndsAWaitThatOnlyPeriodicCallbacksSurround) {
  VirtualClock clock;
  const auto actor = clock.enroll("test");
  const auto never = clock.make_event();
  int ticks = 0;
  std::function<void()> tick = [&] {
    if (++ticks == 1000) clock.interrupt();
    clock.at(clock.now() + 1ms, tick);
  };
  clock.at(at(0ms), tick);
  const auto waited = clock.wait(*never, kNever);
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code(), Code::aborted);
}

}  // namespace
}  // namespace rigor::lab
