#include "fixtures/virtual/timer_queue.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;

TEST(TimerQueue, HandsOutInOrderAndForgetsCancelledOnes) {
  TimerQueue queue;
  std::vector<int> ran;
  std::vector<Scheduler::Ticket> tickets;
  for (int i = 0; i < 200; ++i)
    tickets.push_back(queue.add(TimePoint((199 - i) / 2 * 1ms), [&ran, i] { ran.push_back(i); }));
  for (std::size_t i = 0; i < 200; i += 2) EXPECT_TRUE(queue.cancel(tickets[i]));
  EXPECT_FALSE(queue.cancel(tickets[0])) << "a second time";
  while (queue.next() != kNever) queue.pop()();
  ASSERT_EQ(ran.size(), 100U);
  for (std::size_t i = 0; i < ran.size(); ++i) EXPECT_EQ(ran[i], 199 - 2 * static_cast<int>(i));
}

TEST(TimerQueue, AnOldTicketDoesNotCancelWhatTookItsPlace) {
  TimerQueue queue;
  const auto old = queue.add(TimePoint(1ms), [] {});
  static_cast<void>(queue.pop());
  bool ran = false;
  const auto young = queue.add(TimePoint(2ms), [&] { ran = true; });
  EXPECT_NE(old, young);
  EXPECT_FALSE(queue.cancel(old));
  queue.pop()();
  EXPECT_TRUE(ran);
}

TEST(TimerQueue, StaysSmallWhenFarTimersAreAlwaysCancelled) {
  TimerQueue queue;
  const auto near = queue.add(TimePoint(1ms), [] {});
  for (int i = 0; i < 100'000; ++i) EXPECT_TRUE(queue.cancel(queue.add(TimePoint(1h), [] {})));
  EXPECT_EQ(queue.next(), TimePoint(1ms));
  EXPECT_TRUE(queue.cancel(near));
  EXPECT_EQ(queue.next(), kNever);
}

}  // namespace
}  // namespace rigor::lab
