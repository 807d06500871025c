// A process that dies at any moment of its writing leaves every record whole: the old one or the new one.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "tests/unit/ledger/ledger_fixture.hpp"

namespace rigor::test {
namespace {

using namespace std::chrono_literals;

TEST_F(LedgerTest, WhatReturnedSurvivesAKill) {
  ASSERT_TRUE(open().bind(sighting("bench-a", kFirst)));
  std::mt19937 random(7);
  for (int round = 0; round < 25; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto ledger = Ledger::open(directory_, *clock_, {.run = "child"});
      for (std::uint32_t i = 0; ledger; ++i) {
        if (!ledger->confirm(kFirst, std::to_string(i))) break;
        if (::write(pipe_ends[1], &i, sizeof i) != sizeof i) break;
      }
      ::_exit(1);
    }
    ::close(pipe_ends[1]);
    std::uint32_t reported = 0;
    ASSERT_EQ(::read(pipe_ends[0], &reported, sizeof reported), static_cast<ssize_t>(sizeof reported));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    while (::read(pipe_ends[0], &reported, sizeof reported) == static_cast<ssize_t>(sizeof reported)) {
    }
    ::close(pipe_ends[0]);

    Ledger ledger = open();  // the lock died with the child
    const auto record = ledger.find(kFirst);
    ASSERT_TRUE(record) << record.error().describe();
    const auto proven = static_cast<std::uint32_t>(std::stoul((*record)->proven->state));
    EXPECT_TRUE(proven == reported || proven == reported + 1) << proven << " after " << reported;
    for (const auto& entry : std::filesystem::directory_iterator(directory_))
      EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  }
}

}  // namespace
}  // namespace rigor::test
