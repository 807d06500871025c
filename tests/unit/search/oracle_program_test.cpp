// Oracles made of shell: what a search hears from them, and what it says of those that do not keep to the protocol.
#include "framework/cli/oracle_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rigor::cli::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto kLong = 20s;

std::string line(const std::string& document) { return "echo '" + document + "'; "; }
std::string answer_all(const std::string& document) { return "while read -r point; do " + line(document) + "done"; }

const std::string kProblem = line(
    R"({"dims": [{"name": "t", "unit": null, "lo": 0, "hi": 2000, "anchor_stage": null}], "symptoms": ["early", "late"],)"
    R"( "side_conditions": [{"coef": [1], "lo": 2, "hi": null}],)"
    R"( "task": {"kind": "none", "eps": [2.0], "budget": null, "must_exclude_width": 20, "confidence": 0.9}})");

TEST(OracleProgram, states_its_problem) {
  auto oracle = OracleProgram::start(kProblem + "cat", kLong);
  ASSERT_TRUE(oracle.has_value());
  const auto problem = oracle->problem();
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->dims.at(0).hi, 2000);
  EXPECT_EQ(problem->dims.at(0).anchor_stage, 1);
  EXPECT_EQ(problem->side_conditions.at(0).lo, 2);
  EXPECT_EQ(problem->task.kind, search::TaskKind::none);
  EXPECT_EQ(problem->task.must_exclude_width, std::vector<double>{20});
  EXPECT_EQ(problem->task.confidence, 0.9);
  EXPECT_FALSE(problem->task.budget.has_value());
}

TEST(OracleProgram, answers_trials_with_what_was_achieved) {
  auto oracle = OracleProgram::start(
      kProblem + answer_all(R"({"passed": false, "stage": null, "symptom": "late", "achieved": [7.5]})"), kLong);
  ASSERT_TRUE(oracle.has_value());
  ASSERT_TRUE(oracle->problem().has_value());
  for (int i = 0; i < 3; ++i) {
    const auto outcome = oracle->trial({7});
    ASSERT_TRUE(outcome.has_value());
    EXPECT_FALSE(outcome->passed);
    EXPECT_EQ(outcome->stage, 1);
    EXPECT_EQ(outcome->symptom, "late");
    EXPECT_EQ(outcome->achieved, search::Point{7.5});
  }
}

struct Fault {
  std::string name;
  std::string command;
  std::string says;
};

class ProblemFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(ProblemFaults, are_told) {
  auto oracle = OracleProgram::start(GetParam().command, kLong);
  ASSERT_TRUE(oracle.has_value());
  const auto problem = oracle->problem();
  ASSERT_FALSE(problem.has_value());
  EXPECT_EQ(problem.error().code(), Code::io_failed);
  EXPECT_THAT(problem.error().message(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Oracles, ProblemFaults,
    ::testing::Values(
        Fault{"none", "true", "has ended"}, Fault{"missing", "exec /nowhere/oracle 2>/dev/null", "has ended"},
        Fault{"words", "echo ready", "'ready' is no JSON object"}, Fault{"list", "echo '[1]'", "no JSON object"},
        Fault{"half", "printf '{\"dims\": '", "has ended"}, Fault{"no_dims", line("{}") + "cat", "dims"},
        Fault{"empty_range", line(R"({"dims": [{"name": "t", "lo": 5, "hi": 5}]})") + "cat", "protocol"},
        Fault{"wrong_type", line(R"({"dims": [{"name": "t", "lo": "five", "hi": 9}]})") + "cat", "protocol"},
        Fault{"endless_line", "head -c 3000000 /dev/zero | tr '\\0' x; cat", "without end"}),
    [](const auto& each) { return each.param.name; });

class AnswerFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(AnswerFaults, are_told) {
  auto oracle = OracleProgram::start(kProblem + GetParam().command, kLong);
  ASSERT_TRUE(oracle.has_value());
  ASSERT_TRUE(oracle->problem().has_value());
  const auto outcome = oracle->trial({7});
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code(), Code::io_failed);
  EXPECT_THAT(outcome.error().message(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(Oracles, AnswerFaults,
                         ::testing::Values(Fault{"death", "read -r point; exit 1", "has ended"},
                                           Fault{"death_before", "exit 0", "has ended"},
                                           Fault{"closed_output", "exec 1>&- 0<&-; sleep 5", "has ended"},
                                           Fault{"words", answer_all("passed"), "'passed' is no JSON object"},
                                           Fault{"no_verdict", answer_all(R"({"stage": 1})"), "passed"},
                                           Fault{"wrong_type", answer_all(R"({"passed": "yes"})"), "an answer"}),
                         [](const auto& each) { return each.param.name; });

TEST(OracleProgram, that_is_silent_is_waited_for_no_longer_than_the_limit) {
  const auto from = std::chrono::steady_clock::now();
  {
    auto oracle = OracleProgram::start("sleep 600", 150ms);
    ASSERT_TRUE(oracle.has_value());
    const auto problem = oracle->problem();
    ASSERT_FALSE(problem.has_value());
    EXPECT_EQ(problem.error().code(), Code::time_limit);
    EXPECT_THAT(problem.error().message(), HasSubstr("silent"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - from, 20s);  // it is ended, not waited for
}

}  // namespace
}  // namespace rigor::cli::test
