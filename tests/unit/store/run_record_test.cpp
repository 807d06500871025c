#include "framework/store/run_record.hpp"

#include <gtest/gtest.h>

#include "framework/base/wall_time.hpp"

namespace rigor {
namespace {

TestRecord test(const std::string& name, Verdict verdict, unsigned repeat = 1, unsigned attempt = 1) {
  TestRecord record;
  record.suite = "s";
  record.test = name;
  record.bench = "b";
  record.verdict = verdict;
  record.repeat = repeat;
  record.attempt = attempt;
  return record;
}

TEST(Verdict, NamesGoBothWays) {
  for (const Verdict verdict : kVerdicts) EXPECT_EQ(verdict_from(verdict_name(verdict)), verdict);
  EXPECT_EQ(verdict_from("PASS"), std::nullopt);
}

TEST(Verdict, ASkipIsNeverAPassAndNothingHidesAFailure) {
  for (const Verdict verdict : kVerdicts) {
    EXPECT_EQ(worse(Verdict::fail, verdict), Verdict::fail);
    EXPECT_EQ(worse(verdict, Verdict::fail), Verdict::fail);
    EXPECT_EQ(worse(verdict, Verdict::skipped), verdict);
    EXPECT_EQ(worse(verdict, verdict), verdict);
  }
  EXPECT_EQ(worse(Verdict::pass, Verdict::aborted), Verdict::aborted);
  EXPECT_EQ(worse(Verdict::refused, Verdict::error), Verdict::refused);
}

TEST(Tally, CountsLastAttemptsAndNamesTheFlaky) {
  const std::vector<TestRecord> tests{test("a", Verdict::error), test("a", Verdict::pass, 1, 2),
                                      test("a", Verdict::fail, 2), test("b", Verdict::pass)};
  const Tally counts = tally(tests);
  EXPECT_EQ(counts.total, 3U);
  EXPECT_EQ(counts.of(Verdict::pass), 2U);
  EXPECT_EQ(counts.of(Verdict::fail), 1U);
  EXPECT_EQ(counts.of(Verdict::error), 0U);
  EXPECT_EQ(counts.flaky, 1U);
  EXPECT_EQ(tally(tests, "other").total, 0U);
}

TEST(WallTime, IsIso8601InUtc) {
  using namespace std::chrono;
  EXPECT_EQ(utc_text(WallTime(milliseconds(1'777'886'124'042))), "2026-05-04T09:15:24.042Z");
  EXPECT_EQ(utc_text(WallTime(milliseconds(0))), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(utc_text(WallTime(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace rigor
