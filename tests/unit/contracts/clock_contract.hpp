// What every Clock must do, whoever made it (framework/base/clock.hpp). Include it in one source file of a test program
// and instantiate it:
//
//   INSTANTIATE_TEST_SUITE_P(Clocks, ClockContract, testing::Values(MadeClock{"steady", make_steady_clock}),
//   clock_name);
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "framework/base/clock.hpp"

namespace rigor {

using namespace std::chrono_literals;

struct MadeClock {
  std::string name;
  std::function<std::shared_ptr<Clock>()> make;
};

inline void PrintTo(const MadeClock& clock, std::ostream* out) { *out << clock.name; }

inline std::string clock_name(const testing::TestParamInfo<MadeClock>& info) { return info.param.name; }

class ClockContract : public testing::TestWithParam<MadeClock> {
 protected:
  std::shared_ptr<Clock> clock_ = GetParam().make();
};

TEST_P(ClockContract, ASleepEndsAtItsDeadlineAndNotBefore) {
  const auto actor = clock_->enroll("test");
  const TimePoint deadline = clock_->now() + 3ms;
  ASSERT_TRUE(clock_->sleep_until(deadline));
  EXPECT_GE(clock_->now(), deadline);
}

TEST_P(ClockContract, ADeadlineThatHasPassedEndsTheWaitAtOnce) {
  const auto actor = clock_->enroll("test");
  const auto event = clock_->make_event();
  const auto came = clock_->wait(*event, clock_->now() - 1ms);
  ASSERT_TRUE(came);
  EXPECT_FALSE(*came);
}

TEST_P(ClockContract, ASetEventStaysUntilAWaitConsumesIt) {
  const auto actor = clock_->enroll("test");
  const auto event = clock_->make_event();
  event->set();
  event->set();
  EXPECT_EQ(clock_->wait(*event, clock_->now() + 1ms), true);
  EXPECT_EQ(clock_->wait(*event, clock_->now() + 1ms), false) << "two sets before a wait are one";
}

TEST_P(ClockContract, ASetEventWinsOverAPassedDeadline) {
  const auto actor = clock_->enroll("test");
  const auto event = clock_->make_event();
  event->set();
  EXPECT_EQ(clock_->wait(*event, clock_->now() - 1ms), true);
}

TEST_P(ClockContract, WaitAnyNamesTheEventAndLeavesTheOthers) {
  const auto actor = clock_->enroll("test");
  const auto first = clock_->make_event();
  const auto second = clock_->make_event();
  const std::array<Event*, 2> both{first.get(), second.get()};
  second->set();
  auto index = clock_->wait_any(both, clock_->now() + 1ms);
  ASSERT_TRUE(index);
  EXPECT_EQ(*index, std::optional<std::size_t>(1));
  first->set();
  index = clock_->wait_any(both, clock_->now() + 1ms);
  ASSERT_TRUE(index);
  EXPECT_EQ(*index, std::optional<std::size_t>(0));
}

TEST_P(ClockContract, AnotherThreadsEventEndsAWait) {
  const auto event = clock_->make_event();
  std::latch enrolled(2);
  std::jthread setter([&] {
    const auto actor = clock_->enroll("setter");
    enrolled.arrive_and_wait();
    ASSERT_TRUE(clock_->sleep_for(2ms));
    event->set();
  });
  const auto actor = clock_->enroll("waiter");
  enrolled.arrive_and_wait();
  EXPECT_EQ(clock_->wait(*event, clock_->now() + 10s), true);
}

TEST_P(ClockContract, InterruptEndsPresentAndFutureWaitsUntilResume) {
  const auto event = clock_->make_event();
  std::latch enrolled(2);
  std::jthread interrupter([&] {
    const auto actor = clock_->enroll("interrupter");
    enrolled.arrive_and_wait();
    ASSERT_TRUE(clock_->sleep_for(2ms));
    clock_->interrupt();
  });
  const auto actor = clock_->enroll("waiter");
  enrolled.arrive_and_wait();
  auto present = clock_->wait(*event, clock_->now() + 10s);
  ASSERT_FALSE(present);
  EXPECT_EQ(present.error().code(), Code::aborted);
  const auto future = clock_->sleep_for(1ms);
  ASSERT_FALSE(future);
  EXPECT_EQ(future.error().code(), Code::aborted);
  clock_->resume();
  EXPECT_TRUE(clock_->sleep_for(1ms));
}

TEST_P(ClockContract, AWaitForNothingWithoutADeadlineIsADeadlock) {
  const auto actor = clock_->enroll("test");
  const auto forever = clock_->wait_any({}, kNever);
  ASSERT_FALSE(forever);
  EXPECT_EQ(forever.error().code(), Code::deadlock);
}

TEST_P(ClockContract, ManyThreadsSleepAndSignalWithoutLosingAnEvent) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 20;
  std::vector<std::unique_ptr<Event>> batons;
  for (int i = 0; i < kThreads; ++i) batons.push_back(clock_->make_event());
  std::latch enrolled(kThreads);
  std::atomic<int> passed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        const auto actor = clock_->enroll("runner " + std::to_string(i));
        enrolled.arrive_and_wait();
        for (int round = 0; round < kRounds; ++round) {
          if (i != 0 || round != 0) {
            ASSERT_EQ(clock_->wait(*batons[static_cast<std::size_t>(i)], clock_->now() + 30s), true);
          }
          ASSERT_TRUE(clock_->sleep_for(100us));
          ++passed;
          batons[static_cast<std::size_t>((i + 1) % kThreads)]->set();
        }
      });
    }
  }
  EXPECT_EQ(passed, kThreads * kRounds);
}

}  // namespace rigor
