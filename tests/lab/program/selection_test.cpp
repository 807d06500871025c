// What of a rig runs, how often, and with what.
#include <map>
#include <set>

#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

class Selection : public ProgramTest {
 protected:
  nlohmann::json run(std::vector<std::string> more, int exit_code) {
    std::vector<std::string> command = {"run", "--rig", kVirtualRig, "--out", "out"};
    command.insert(command.end(), more.begin(), more.end());
    return json(command, exit_code);
  }
  static std::set<std::string> benches(const nlohmann::json& run) {
    std::set<std::string> names;
    for (const auto& test : run["tests"]) names.insert(test["bench"]);
    return names;
  }
};

TEST_F(Selection, BenchesByName) {
  auto one = run({"--bench", "weact-relay"}, 0);
  EXPECT_EQ(one["tests"].size(), 2U);
  EXPECT_EQ(benches(one), std::set<std::string>{"weact-relay"});
  auto two = run({"--bench", "weact-relay", "--bench", "nucleo-h533"}, 0);
  EXPECT_EQ(two["tests"].size(), 4U);
  EXPECT_EQ(benches(two), (std::set<std::string>{"nucleo-h533", "weact-relay"}));
}

TEST_F(Selection, TestsByPattern) {
  const std::pair<const char*, std::size_t> patterns[] = {
      {"*method=password*", 3}, {"*method=password*@weact-relay", 1}, {"close-and-regress.*@nucleo-h53?", 2}, {"*", 6}};
  for (const auto& [pattern, count] : patterns) {
    const Finished finished = rigor({"run", "--rig", kVirtualRig, "--out", "out", "--json", "--filter", pattern});
    EXPECT_EQ(nlohmann::json::parse(finished.out)["tests"].size(), count) << pattern;
  }
}

TEST_F(Selection, RepeatsAreCountedAndRecorded) {
  auto twice = run({"--bench", "nucleo-h533", "--repeat", "2"}, 0);
  ASSERT_EQ(twice["tests"].size(), 4U);
  std::map<int, int> repeats;
  for (const auto& test : twice["tests"]) ++repeats[test["repeat"].get<int>()];
  EXPECT_EQ(repeats, (std::map<int, int>{{1, 2}, {2, 2}}));
  EXPECT_EQ(json({"report", "latest", "--out", "out"}, 0)["tests"].size(), 4U);
}

TEST_F(Selection, FailFastStopsAtTheFirstTestThatDoesNotPass) {
  for (const char* repeat : {"1", "3"}) {
    auto stopped = run({"--fail-fast", "--repeat", repeat}, 1);
    ASSERT_EQ(stopped["tests"].size(), 3U) << stopped;
    EXPECT_EQ(count_verdicts(stopped, "pass"), 2);
    EXPECT_EQ(stopped["tests"][2]["verdict"], "refused");
  }
}

TEST_F(Selection, VariablesAreSet) {
  auto small = run({"--bench", "nucleo-h533", "--set", "image-size=16KiB"}, 0);
  EXPECT_EQ(small["tests"].size(), 2U);
  bool programmed = false;
  auto recorded = json({"report", "latest", "--out", "out"}, 0);
  for (const auto& test : recorded["tests"])
    for (const auto& step : test["steps"])
      if (step["verb"] == "program") {
        programmed = true;
        EXPECT_THAT(step["parameters"].dump(), ::testing::HasSubstr("16")) << step;
      }
  EXPECT_TRUE(programmed) << recorded.dump().substr(0, 500);
  auto usual = run({"--bench", "nucleo-h533"}, 0);
  EXPECT_LT(small["tests"][0]["duration_ms"], usual["tests"][0]["duration_ms"]);
}

TEST_F(Selection, TheSameSeedGivesTheSameRun) {
  const auto essence = [](nlohmann::json run) {
    run.erase("run");
    return run;
  };
  auto first = essence(run({"--seed", "42"}, 1));
  EXPECT_EQ(first["seed"], 42);
  EXPECT_EQ(first, essence(run({"--seed", "42"}, 1)));
  auto one = run({"--bench", "nucleo-h533"}, 0);
  auto other = run({"--bench", "nucleo-h533"}, 0);
  EXPECT_NE(one["seed"], other["seed"]) << "nobody chose one";
  EXPECT_EQ(run({"--bench", "nucleo-h533", "--seed", one["seed"].dump()}, 0)["tests"], one["tests"]);
}

TEST_F(Selection, ArgumentsBehindTwoDashesGoToGoogleTest) {
  const Finished finished =
      rigor({"run", "--rig", kVirtualRig, "--out", "out", "--json", "--", "--gtest_filter=*nucleo*"});
  EXPECT_THAT(finished.err, ::testing::HasSubstr("[  PASSED  ] 2 tests."));
  auto document = nlohmann::json::parse(finished.out, nullptr, false);
  ASSERT_FALSE(document.is_discarded()) << finished.out;
  EXPECT_EQ(document["tests"].size(), 2U);
  EXPECT_EQ(rigor({"run", "--rig", kVirtualRig, "--out", "out", "--", "--gtest_filter=none"}).exit_code, 2);
}

}  // namespace
}  // namespace rigor::test
