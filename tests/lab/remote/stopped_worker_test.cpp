// A worker that is alive and does nothing: it holds up nobody for ever, and it is not disturbed when it is alone.
#include <gmock/gmock.h>
#include <unistd.h>

#include <mutex>
#include <thread>

#include "tests/lab/remote/forked_lab.hpp"
#include "tests/lab/remote/served_lab.hpp"

namespace rigor::remote {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kPatience = 100ms;

// Until the keeper knows so many workers; it hears of an end a little later.
void await_workers(const ForkedLab& lab, const std::string& count) {
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (lab.tell("workers") != count && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_EQ(lab.tell("workers"), count);
}

TEST(StoppedWorker, is_excluded_and_the_lab_goes_on) {
  const ForkedLab lab({.patience = kPatience});
  const auto witness = lab.connect();
  Child worker([&] {
    const auto own = lab.connect();
    const auto actor = own->clock().enroll("stopped");
    const auto power = own->lines().request_output({"lab", "weact-relay/power"}, Drive::push_pull, Level::high);
    if (!power || !own->clock().sleep_for(1s)) ::_exit(1);
    ::raise(SIGSTOP);
    // Excluded meanwhile: whatever it asks for is an error.
    ::_exit(own->clock().sleep_for(1s) ? 2 : 0);
  });
  await_workers(lab, "2");
  worker.await_stop();
  const TimePoint began = witness->clock().now();
  const auto slept = witness->clock().sleep_for(1min);
  ASSERT_TRUE(slept) << slept.error().describe();
  EXPECT_EQ(witness->clock().now(), began + 1min);
  await_workers(lab, "1");
  EXPECT_EQ(lab.tell("volts weact-relay"), "1") << "the board lost its power";
  const auto power = witness->lines().request_output({"lab", "weact-relay/power"}, Drive::push_pull, Level::high);
  EXPECT_TRUE(power) << "the stopped worker still holds its line";
  worker.go_on();
  EXPECT_EQ(worker.await(), 0);
}

struct Patient {
  KeptContractLab kept;
  std::mutex mutex;
  std::vector<std::string> said;
  Server server{seams_of(*kept.lab), {.patience = kPatience, .report = [this](const std::string& line) {
                                        const std::lock_guard lock(mutex);
                                        said.push_back(line);
                                      }}};
};

TEST(StoppedWorker, is_named_with_its_process) {
  Patient patient;
  const auto witness = connect_worker(patient.server);
  const auto silent = connect_worker(patient.server);
  const auto actor = silent->clock().enroll("silent one");
  ASSERT_TRUE(witness->clock().sleep_for(1s));
  EXPECT_FALSE(silent->clock().sleep_for(1s));
  const std::lock_guard lock(patient.mutex);
  EXPECT_THAT(patient.said, ElementsAre(AllOf(HasSubstr("'silent one'"), HasSubstr("100 ms"),
                                              HasSubstr("process " + std::to_string(::getpid())))));
}

TEST(StoppedWorker, who_is_alone_may_think_as_long_as_it_likes) {
  Patient patient;
  const auto slow = connect_worker(patient.server);
  const auto actor = slow->clock().enroll("slow");
  std::this_thread::sleep_for(4 * kPatience);
  EXPECT_TRUE(slow->clock().sleep_for(1s));
  EXPECT_THAT(patient.said, IsEmpty());
}

// Its thread waits in the keeper, so it holds nothing up however long that takes.
TEST(StoppedWorker, who_waits_is_not_stopped) {
  Patient patient;
  const auto holder = connect_worker(patient.server);
  const auto waiter = connect_worker(patient.server);
  const auto actor = holder->clock().enroll("holder");
  Result<void> slept;
  {
    std::jthread thread([&] {
      const auto own = waiter->clock().enroll("waiter");
      slept = waiter->clock().sleep_for(1s);
    });
    // The holder asks now and then, which is enough.
    for (int i = 0; i < 10; ++i) {
      std::this_thread::sleep_for(kPatience / 4);
      EXPECT_TRUE(holder->lines().list());
    }
    EXPECT_TRUE(holder->clock().sleep_for(2s));
  }
  EXPECT_TRUE(slept);
  EXPECT_THAT(patient.said, IsEmpty());
}

}  // namespace
}  // namespace rigor::remote
