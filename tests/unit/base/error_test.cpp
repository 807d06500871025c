#include "framework/base/result.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(Error(Code::usage, "odd").hint("give an even number"));
  return value / 2;
}

Result<int> quarter(int value) {
  RIGOR_TRY(const int once, half(value));
  RIGOR_TRY(const int twice, half(once));
  return twice;
}

Result<void> outer(int value) {
  if (auto inner = quarter(value); !inner) return fail(Code::io_failed, "outer failed", std::move(inner).error());
  return {};
}

TEST(Result, TryHandsTheValueOn) { EXPECT_EQ(quarter(12), 3); }

TEST(Result, TryHandsTheErrorOn) { EXPECT_EQ(quarter(6).error().code(), Code::usage); }

TEST(Error, DescribesCausesAndHintsOnLinesOfTheirOwn) {
  EXPECT_EQ(outer(6).error().describe(),
            "IO_FAILED: outer failed\n"
            "  because USAGE: odd\n"
            "    hint: give an even number");
}

TEST(Error, KnowsItsWholeChain) {
  const Error error = outer(6).error();
  EXPECT_TRUE(error.involves(Code::usage));
  EXPECT_TRUE(error.involves(Code::io_failed));
  EXPECT_FALSE(error.involves(Code::aborted));
}

TEST(Error, BlameSeparatesBoardBenchAndGuardRail) {
  EXPECT_EQ(blame_of(Code::da_no_response), Blame::board);
  EXPECT_EQ(blame_of(Code::probe_lost), Blame::bench);
  EXPECT_EQ(blame_of(Code::nrst_not_driven), Blame::guard);
  EXPECT_EQ(blame_of(Code::usage), Blame::request);
  EXPECT_EQ(blame_of(Code::aborted), Blame::abort);
  EXPECT_EQ(code_name(Code::nrst_not_driven), "NRST_NOT_DRIVEN");
}

}  // namespace
}  // namespace rigor
