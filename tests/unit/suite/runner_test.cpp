#include "framework/suite/runner.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

TEST(VerdictFor, KeepsBoardBenchAndGuardApart) {
  EXPECT_EQ(verdict_for(Code::da_no_response), Verdict::fail);
  EXPECT_EQ(verdict_for(Code::verify_mismatch), Verdict::fail);
  EXPECT_EQ(verdict_for(Code::nrst_not_driven), Verdict::refused);
  EXPECT_EQ(verdict_for(Code::credential_unproven), Verdict::refused);
  EXPECT_EQ(verdict_for(Code::probe_lost), Verdict::error);
  EXPECT_EQ(verdict_for(Code::usage), Verdict::error);
  EXPECT_EQ(verdict_for(Code::time_limit), Verdict::timeout);
  EXPECT_EQ(verdict_for(Code::aborted), Verdict::aborted);
}

struct ExitCase {
  std::vector<Verdict> verdicts;
  int exit;
};

class ExitCodeOfARun : public ::testing::TestWithParam<ExitCase> {};

TEST_P(ExitCodeOfARun, FollowsTheWorst) {
  std::vector<TestRecord> tests;
  for (std::size_t i = 0; i < GetParam().verdicts.size(); ++i) {
    TestRecord test;
    test.suite = "s";
    test.test = std::to_string(i);
    test.verdict = GetParam().verdicts[i];
    tests.push_back(test);
  }
  EXPECT_EQ(exit_code_for(tally(tests)), GetParam().exit);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ExitCodeOfARun,
    ::testing::Values(ExitCase{{Verdict::pass}, 0}, ExitCase{{Verdict::pass, Verdict::skipped}, 0},
                      ExitCase{{Verdict::skipped}, 3}, ExitCase{{}, 3}, ExitCase{{Verdict::pass, Verdict::fail}, 1},
                      ExitCase{{Verdict::pass, Verdict::refused}, 1}, ExitCase{{Verdict::fail, Verdict::error}, 1},
                      ExitCase{{Verdict::pass, Verdict::error}, 3}, ExitCase{{Verdict::pass, Verdict::timeout}, 3},
                      ExitCase{{Verdict::pass, Verdict::aborted}, 3}));

}  // namespace
}  // namespace rigor
