#include "framework/suite/scenario.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace rigor {
namespace {

class SuiteFile : public ::testing::Test {
 protected:
  std::optional<Suite> load(const std::string& text, const Variables& set = {}) {
    path_ = ::testing::TempDir() + "suite-" + std::to_string(::getpid()) + ".yaml";
    std::ofstream(path_) << text;
    auto suite = load_suite(path_, verbs_, set, faults_);
    std::filesystem::remove(path_);
    return suite;
  }

  std::vector<std::string> faults() {
    std::vector<std::string> lines;
    for (const Fault& fault : faults_.sorted())
      lines.push_back(std::to_string(fault.line) + ":" + std::to_string(fault.column) + ": " + fault.message +
                      (fault.hint.empty() ? "" : ", " + fault.hint));
    return lines;
  }

  VerbTable verbs_ = make_verb_table();
  Faults faults_;
  std::string path_;
};

TEST_F(SuiteFile, SchedulesCanBeWrittenOutInASuite) {
  const auto suite = load(R"(
suite: demo
schedules:
  pulse:
    vars: {hold: 5ms}
    edges:
      - {name: held, line: nrst, to: held, at: {console: ready}}
      - {line: nrst, to: released, at: {edge: held}, after: $hold}
tests:
  - test: one
    steps:
      - start-schedule: {schedule: pulse, set: {hold: 2ms}}
)");
  ASSERT_TRUE(suite) << faults_.describe();
  ASSERT_TRUE(suite->schedules.contains("pulse"));
  EXPECT_EQ(suite->schedules.at("pulse").schedule.edges.size(), 2U);

  EXPECT_FALSE(
      load("suite: demo\nschedules:\n  pulse:\n    edges: []\ntests:\n  - test: one\n    steps: [identify]\n"));
}

TEST_F(SuiteFile, EveryRowOfTheMatrixIsATestWithItsVariables) {
  const auto suite = load(R"(
suite: demo
about: two rows
needs: [power]
vars: {hold: 5ms}
matrix:
  - {method: certificate, tzen: on}
  - {method: password, tzen: off}
tests:
  - test: first
    steps:
      - power: cycle
      - identify
      - identify:
      - provision: $method
      - options: {set: {TZEN: $tzen}}
      - reset: {by: pin, hold: $hold}
      - discover: {reset: probe, fails: DA_NO_RESPONSE}
)");
  ASSERT_TRUE(suite) << faults_.describe();
  EXPECT_EQ(suite->needs, std::vector<std::string>{"power"});
  EXPECT_EQ(suite->variables, std::vector<std::string>{"hold"});
  ASSERT_EQ(suite->tests.size(), 2u);
  EXPECT_EQ(suite->tests[0].name, "first [method=certificate, tzen=on]");
  const ScenarioTest& second = suite->tests[1];
  ASSERT_EQ(second.steps.size(), 7u);
  EXPECT_EQ(second.steps[0].arguments.text("state"), "cycle");
  EXPECT_EQ(second.steps[3].arguments.text("method"), "password");
  EXPECT_EQ(second.steps[4].arguments.table("set"), (Table{{"TZEN", "off"}}));
  EXPECT_EQ(second.steps[5].arguments.duration("hold", Duration::zero()), std::chrono::milliseconds(5));
  EXPECT_EQ(second.steps[6].fails, "DA_NO_RESPONSE");
  EXPECT_FALSE(second.steps[6].arguments.has("fails"));
}

TEST_F(SuiteFile, AMapOfListsIsEveryCombination) {
  const auto suite = load("suite: s\nmatrix: {a: [1, 2], b: [x, y, z]}\ntests: [{test: t, steps: [identify]}]\n");
  ASSERT_TRUE(suite) << faults_.describe();
  EXPECT_EQ(suite->tests.size(), 6u);
}

TEST_F(SuiteFile, TheCommandLineOverridesVariables) {
  const std::string text = "suite: s\nvars: {size: 32KiB}\ntests: [{test: t, steps: [{program: {pattern: $size}}]}]\n";
  const auto suite = load(text, {{"size", "64KiB"}, {"other", "ignored"}});
  ASSERT_TRUE(suite) << faults_.describe();
  EXPECT_EQ(suite->tests[0].steps[0].arguments.integer("pattern"), 64 * 1024);
}

TEST_F(SuiteFile, EveryMistakeIsReportedAtItsPlace) {
  EXPECT_FALSE(load(R"(suite: s
needs: [pwoer]
tests:
  - test: t
    steps:
      - pover: on
      - power: onn
      - provision: $methd
      - discover: {fails: DA_NO_RESPONS}
  - test: t
    step: []
)"));
  const auto lines = faults();
  ASSERT_EQ(lines.size(), 8u) << faults_.describe();
  EXPECT_EQ(lines[0], "2:1: no bench can have 'pwoer', did you mean 'power'?");
  EXPECT_EQ(lines[1], "6:9: unknown verb 'pover', did you mean 'power'?");
  EXPECT_EQ(lines[2].substr(0, 36), "7:16: 'state' does not know 'onn', d");
  EXPECT_EQ(lines[3], "8:20: unknown variable '$methd', the suite has neither `vars` nor `matrix`");
  EXPECT_EQ(lines[5], "9:27: 'DA_NO_RESPONS' is not an error code, did you mean 'DA_NO_RESPONSE'?");
}

TEST_F(SuiteFile, ASuiteWithoutTestsOrStepsIsAFault) {
  EXPECT_FALSE(load("suite: s\ntests: []\n"));
  EXPECT_FALSE(load("suite: s\ntests: [{test: t, steps: []}]\n"));
  EXPECT_FALSE(load("suite: s\n"));
  EXPECT_FALSE(load(""));
}

TEST_F(SuiteFile, TheSuitesOfThisTreeLoad) {
  for (const char* name : {"close-and-regress", "bricking/s000b"}) {
    Faults faults;
    EXPECT_TRUE(load_suite(std::string(RIGOR_SOURCE_DIR "/suites/") + name + ".yaml", verbs_, {}, faults))
        << faults.describe();
  }
}

}  // namespace
}  // namespace rigor
