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

TEST(ChildProgram, ATerminalMakesProgramsWriteLineByLine) {
  const auto clock = make_steady_clock();
  std::vector<std::pair<TimePoint, std::string>> lines;
  const auto note = [&](TimePoint at, std::string_view line) { lines.emplace_back(at, line); };
  // What python prints stays in its buffer until the end when it writes into a pipe.
  const std::string script = "import time\nprint('first')\ntime.sleep(0.2)\nprint('second')";
  for (const bool terminal : {true, false}) {
    lines.clear();
    const auto outcome =
        run_program({{"env", "-u", "PYTHONUNBUFFERED", "python3", "-c", script}, 20s, terminal, note}, *clock);
    ASSERT_TRUE(outcome) << outcome.error().describe();
    EXPECT_EQ(outcome->status, 0);
    EXPECT_EQ(outcome->output, "first\nsecond\n");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].second, "first");
    const Duration apart = lines[1].first - lines[0].first;
    EXPECT_EQ(apart > 100ms, terminal);
    EXPECT_EQ(outcome->together, terminal ? 0U : 1U);
  }
}

TEST(ChildProgram, BehindATerminalItIsALeaderWithATerminalOfItsOwn) {
  const auto clock = make_steady_clock();
  const auto outcome =
      run_program({{"sh", "-c", "test -t 0 && test -t 1 && : </dev/tty && echo ok"}, 10s, true}, *clock);
  ASSERT_TRUE(outcome) << outcome.error().describe();
  EXPECT_EQ(outcome->output, "ok\n");
}

TEST(ChildProgram, WhatHangsBehindATerminalIsKilledToo) {
  const auto clock = make_steady_clock();
  const auto outcome = run_program({{"sh", "-c", "sleep 60 & sleep 60"}, 100ms, true}, *clock);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Code::time_limit);
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
