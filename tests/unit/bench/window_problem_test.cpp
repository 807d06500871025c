#include "framework/bench/window_problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace rigor {
namespace {

// Written problems with the outcomes that every implementation must give; where this machine has them.
std::filesystem::path published() {
  const char* const named = std::getenv("RIGOR_VECTORS");
  const std::filesystem::path root =
      named != nullptr ? std::filesystem::path(named) : std::filesystem::path(RIGOR_SOURCE_DIR) / "../shared/vectors";
  return root / "windows-public.yaml";
}

std::filesystem::path write_problems(const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) / "windows.yaml";
  std::ofstream(path) << text;
  return path;
}

TEST(WindowProblem, published_outcomes_are_given_exactly) {
  if (!std::filesystem::exists(published())) GTEST_SKIP() << "no problems at " << published() << "; set RIGOR_VECTORS";
  Faults faults;
  const auto problems = load_window_problems(published(), faults);
  ASSERT_TRUE(problems.has_value()) << faults.describe();
  std::size_t compared = 0;
  for (const search::WrittenProblem& written : *problems)
    for (const search::Conformance& conformance : written.conformance) {
      search::WrittenOracle oracle(written, conformance.seed);
      for (const auto& [x, expected] : conformance.trials) {
        const search::Outcome outcome = oracle.trial(x);
        EXPECT_EQ(outcome.passed, expected.passed) << written.id << ' ' << compared;
        EXPECT_EQ(outcome.stage, expected.stage) << written.id << ' ' << compared;
        EXPECT_EQ(outcome.symptom, expected.symptom) << written.id << ' ' << compared;
        ++compared;
      }
    }
  EXPECT_GT(compared, 40U);
}

TEST(WindowProblem, side_conditions_are_told_apart) {
  Faults faults;
  const auto path = write_problems(
      "schema: rigor-windows/1\nproblems:\n- id: A\n  dims: [{name: a, lo: 0, hi: 9}, {name: b, lo: 0, hi: 9}]\n"
      "  regions:\n  - constraints:\n    - {coef: [-1, 1], lo: 2, side: true}\n    - {coef: [1, 1], hi: 12}\n"
      "  symptoms: [x]\n  task: {kind: map, eps: 0.5}\n");
  const auto written = load_window_problem(path, "A", faults);
  ASSERT_TRUE(written.has_value()) << faults.describe();
  EXPECT_EQ(written->problem.side_conditions.size(), 1U);
  EXPECT_EQ(written->problem.task.eps, (std::vector<double>{0.5, 0.5}));
}

TEST(WindowProblem, faults_have_their_place) {
  Faults faults;
  const auto path = write_problems(
      "schema: rigor-windows/1\nproblems:\n- id: A\n  dims: [{name: a, lo: zero, hi: 9}]\n  task: {kind: edgs}\n");
  EXPECT_FALSE(load_window_problem(path, "A", faults).has_value());
  const std::string text = faults.describe();
  EXPECT_THAT(text, testing::HasSubstr("windows.yaml:4:24: error: 'lo' is 'zero', expected a number such as 12.5"));
  EXPECT_THAT(text, testing::HasSubstr("there is no kind 'edgs'"));
  Faults missing;
  EXPECT_FALSE(load_window_problem(path, "B", missing).has_value());
  EXPECT_THAT(missing.describe(), testing::HasSubstr("there is no problem 'B'"));
}

}  // namespace
}  // namespace rigor
