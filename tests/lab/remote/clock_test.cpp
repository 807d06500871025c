// The contract of clocks over a keeper with virtual time and over one with the machine's.
#include "tests/lab/remote/forked_lab.hpp"
#include "tests/lab/remote/served_lab.hpp"
#include "tests/unit/contracts/clock_contract.hpp"

namespace rigor::remote {
namespace {

using testing::HasSubstr;

std::shared_ptr<Clock> make_served_clock() {
  struct Remote {
    KeptContractLab kept;
    Server server{seams_of(*kept.lab)};
    std::unique_ptr<RemoteLab> worker = connect_worker(server);
  };
  auto remote = std::make_shared<Remote>();
  return {remote, &remote->worker->clock()};
}

std::shared_ptr<Clock> make_forked_clock() {
  struct Remote {
    ForkedLab lab;
    std::unique_ptr<RemoteLab> worker = lab.connect();
  };
  auto remote = std::make_shared<Remote>();
  return {remote, &remote->worker->clock()};
}

// The lab's seams beside a clock that is not theirs.
std::shared_ptr<Clock> make_steady() {
  struct Remote {
    KeptContractLab kept;
    std::unique_ptr<Clock> steady = make_steady_clock();
    Server server{{.usb = kept.lab->usb(), .lines = kept.lab->lines(), .serial = kept.lab->serial(), .clock = *steady}};
    std::unique_ptr<RemoteLab> worker = connect_worker(server);
  };
  auto remote = std::make_shared<Remote>();
  return {remote, &remote->worker->clock()};
}

// Two workers are two threads of the same time: a second of one is a second of the other.
TEST(RemoteClock, workers_share_time_and_each_waits_for_the_other) {
  ServedLab served;
  const auto other = connect_worker(served.server);
  std::latch enrolled(2);
  TimePoint seen{};
  std::jthread thread([&] {
    const auto actor = other->clock().enroll("other");
    enrolled.arrive_and_wait();
    ASSERT_TRUE(other->clock().sleep_for(3s));
    seen = other->clock().now();
  });
  enrolled.arrive_and_wait();
  const TimePoint began = served.worker->clock().now();
  ASSERT_TRUE(served.worker->clock().sleep_for(10s));
  thread.join();
  EXPECT_EQ(seen, began + 3s);
  EXPECT_EQ(served.worker->clock().now(), began + 10s);
}

TEST(RemoteClock, an_interruption_is_the_workers_own) {
  ServedLab served;
  const auto other = connect_worker(served.server);
  other->clock().interrupt();
  ASSERT_FALSE(other->clock().sleep_for(1ms));
  EXPECT_TRUE(served.worker->clock().sleep_for(1ms));
  other->clock().resume();
  EXPECT_TRUE(other->clock().sleep_for(0ms));
}

TEST(RemoteClock, a_worker_that_left_interrupted_leaves_nothing_behind) {
  ServedLab served;
  connect_worker(served.server)->clock().interrupt();
  EXPECT_TRUE(connect_worker(served.server)->clock().sleep_for(0ms));
}

TEST(RemoteClock, a_deadlock_of_all_workers_is_told_to_each_with_all_names) {
  ServedLab served;
  const auto other = connect_worker(served.server);
  const auto never = served.worker->clock().make_event();
  std::latch enrolled(2);
  Result<bool> theirs = true;
  std::jthread thread([&] {
    const auto actor = other->clock().enroll("other");
    const auto event = other->clock().make_event();
    enrolled.arrive_and_wait();
    theirs = other->clock().wait(*event, kNever);
  });
  enrolled.arrive_and_wait();
  const auto ours = served.worker->clock().wait(*never, kNever);
  thread.join();
  for (const auto& result : {ours, theirs}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Code::deadlock);
    EXPECT_THAT(result.error().message(), HasSubstr("other, test"));
  }
}

TEST(RemoteClock, now_of_an_actor_is_exact_without_asking) {
  ServedLab served;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(served.worker->clock().now(), served.kept.lab->clock().now());
    ASSERT_TRUE(served.worker->clock().sleep_for(7ms));
  }
}

}  // namespace
}  // namespace rigor::remote

namespace rigor {

INSTANTIATE_TEST_SUITE_P(Remote, ClockContract,
                         testing::Values(MadeClock{"virtual", remote::make_served_clock},
                                         MadeClock{"forked_virtual", remote::make_forked_clock},
                                         MadeClock{"steady", remote::make_steady}),
                         clock_name);

}  // namespace rigor
