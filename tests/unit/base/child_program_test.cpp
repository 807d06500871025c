// Programs that end, fail, hang and leave children behind.
#include "framework/base/child_program.hpp"

#include <gmock/gmock.h>

namespace rigor {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Result<ProgramOutcome> shell(const std::string& script, Duration limit = 10s) {
  const auto clock = make_steady_clock();
  return run_program({{"sh", "-c", script}, limit}, *clock);
}

TEST(ChildProgram, StatusAndBothOutputsAreKept) {
  const auto outcome = shell("echo out; echo err >&2; exit 3");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 3);
  EXPECT_EQ(outcome->output, "out\nerr\n");
}

TEST(ChildProgram, ASignalIsAStatusAsShellsCountIt) { EXPECT_EQ(shell("kill -TERM $$")->status, 128 + 15); }

TEST(ChildProgram, NoInputAndNoBlockedSignals) {
  EXPECT_EQ(shell("cat; grep SigBlk /proc/self/status")->output, "SigBlk:\t0000000000000000\n");
}

TEST(ChildProgram, OfMuchOutputTheEndIsKept) {
  const auto outcome = shell("yes x | head -c 300000; echo end");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output.size(), kMostOutput);
  EXPECT_TRUE(outcome->output.ends_with("end\n"));
}

TEST(ChildProgram, WhatHangsIsKilledWithItsChildren) {
  const auto outcome = shell("sleep 60 & sleep 60", 100ms);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Code::time_limit);
}

TEST(ChildProgram, AChildThatHoldsTheOutputDoesNotHoldUs) {
  const auto outcome = shell("sleep 60 & echo done");
  ASSERT_TRUE(outcome) << outcome.error().describe();
  EXPECT_EQ(outcome->output, "done\n");
}

TEST(ChildProgram, AnInterruptedClockEndsTheProgram) {
  const auto clock = make_steady_clock();
  clock->interrupt();
  const auto outcome = run_program({{"sleep", "60"}, 60s}, *clock);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Code::aborted);
}

TEST(ChildProgram, AProgramThatIsNotThereHasItsNameInTheError) {
  const auto clock = make_steady_clock();
  const auto outcome = run_program({{"no-such-program-anywhere"}, 1s}, *clock);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Code::name_unknown);
  EXPECT_THAT(outcome.error().message(), HasSubstr("no-such-program-anywhere"));
}

}  // namespace
}  // namespace rigor
