#include "reports/console.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/reports/sample_run.hpp"

namespace rigor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr ConsoleStyle kPlain{.live = false, .color = false, .quiet = false, .width = 80};

std::string shown(ConsoleStyle style, const RunRecord& run) {
  std::ostringstream out;
  ConsoleProgress console(out, style, run.tests.size());
  for (const TestRecord& test : run.tests) {
    console.test_started(test.suite, test.test, test.bench);
    console.step_started(test.bench, "power");
    console.test_ended(test);
  }
  console.run_ended(run);
  return out.str();
}

TEST(Console, PlainLinesElsewhere) {
  const std::string text = shown(kPlain, test::sample_run());
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  EXPECT_THAT(text,
              HasSubstr("pass     close-and-regress.a part can be closed and brought back on nucleo-h533  8.14 s\n"));
  EXPECT_THAT(text, HasSubstr("refused  close-and-regress.a part can be closed and brought back on weact-four-wires"));
  EXPECT_THAT(text, HasSubstr("         what to do: Connect the probe's NRST pin"));
  EXPECT_THAT(text, HasSubstr("weact-four-wires         1 pass, 1 refused\n"));
  EXPECT_THAT(text, HasSubstr("run 20260504-091523-7f3a with seed 7: 5 pass, 1 refused\n"));
}

TEST(Console, LiveLineIsRewrittenAndGoneAtTheEnd) {
  ConsoleStyle style = kPlain;
  style.live = true;
  style.width = 40;
  const std::string text = shown(style, test::sample_run());
  EXPECT_THAT(text, HasSubstr("[0/6]  nucleo-h533: "));
  EXPECT_THAT(text, HasSubstr("\r\033[K"));
  // What stands after the last erasure is whole lines.
  const std::string rest = text.substr(text.rfind("\033[K") + 3);
  EXPECT_THAT(rest, Not(HasSubstr("[6/6]")));
  EXPECT_EQ(rest.back(), '\n');
  // No live line reaches the terminal's edge, where it would wrap.
  for (std::size_t at = text.find("["); at != std::string::npos; at = text.find("\n[", at + 1))
    EXPECT_LT(text.find("\r", at) - at, 48U);
}

TEST(Console, QuietShowsWhatDidNotPassAndTheLastLine) {
  ConsoleStyle style = kPlain;
  style.quiet = true;
  const std::string text = shown(style, test::sample_run());
  EXPECT_THAT(text, ::testing::StartsWith("refused  "));
  EXPECT_THAT(text, Not(HasSubstr("pass     ")));
  EXPECT_THAT(text, ::testing::EndsWith("5 pass, 1 refused\n"));
}

TEST(Console, ColoursTheVerdictOnly) {
  ConsoleStyle style = kPlain;
  style.color = true;
  EXPECT_THAT(shown(style, test::sample_run()), HasSubstr("\033[33mrefused \033[0m close"));
}

TEST(Console, LetsNoControlCharacterThrough) {
  RunRecord run = test::sample_run();
  run.tests[1].message = "bad \033[2J and \x9b";
  const std::string text = shown(kPlain, run);
  EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(Console, CountsARetriedTestOnceAndSaysSo) {
  RunRecord run = test::sample_run();
  run.tests = {test::sample_test("a", false), test::sample_test("a", true)};
  run.tests[1].attempt = 2;
  EXPECT_THAT(shown(kPlain, run), ::testing::EndsWith("1 pass (1 only on a later attempt)\n"));
}

TEST(Console, SaysWhenNothingRan) {
  RunRecord run;
  run.id = "r";
  EXPECT_THAT(shown(kPlain, run), ::testing::EndsWith("run r with seed 0: no test ran\n"));
}

}  // namespace
}  // namespace rigor
