// `rigor search` as a user runs it: on a bench of the lab, on a written problem, and against another program.
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Search : public ProgramTest {};

const std::vector<std::string> kOnBench{
    "search", "h7s78-two-pulse", "--rig", RIGOR_SOURCE_DIR "/rigs/virtual-windows.yaml", "--bench", "h7s78-jtrst"};

std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// The report of an STM32H7S78-DK whose probe resets JTRST: found, certified, and used for one regression.
TEST_F(Search, TheTwoPulsesOfTheReportAreFoundAndUsed) {
  const auto found = json(with(kOnBench, {"--seed", "7"}), 0);
  EXPECT_EQ(found["verdict"], "window");
  EXPECT_EQ(found["confirmed"]["passed"], 20);
  EXPECT_EQ(found["test"]["verdict"], "pass");
  EXPECT_LE(found["trials"].get<int>(), 200);
  ASSERT_EQ(found["regions"].size(), 1U);
  const auto& edges = found["regions"][0]["edges"];
  // The host waits 5 s for the answer, which the chip gives about 46 ms after it was let go.
  EXPECT_NEAR(edges["first-release"][1].get<double>(), 4954, 25);
  EXPECT_NEAR(edges["second-hold"][1].get<double>(), 21.9, 1.5) << "before the second magic word is written";
  EXPECT_THAT(files("out"), Contains("search.html"));
  EXPECT_THAT(files("out"), Contains("search.json"));
  EXPECT_THAT(files("out"), Contains("junit.xml"));
  EXPECT_THAT(read("out/search.html"), HasSubstr("--at first-release="));
}

TEST_F(Search, OneTrialCanBePlayedAgain) {
  struct Case {
    std::string hold;
    int exit_code;
  };
  for (const auto& [hold, exit_code] : {Case{"5", 0}, Case{"200", 1}}) {
    const Finished again = rigor(
        with(kOnBench, {"--at", "first-release=10", "--at", "second-hold=" + hold, "--at", "second-release=300"}));
    EXPECT_EQ(again.exit_code, exit_code) << again.err;
  }
  EXPECT_EQ(rigor(with(kOnBench, {"--at", "first-release=10"})).exit_code, 2);
  EXPECT_EQ(
      rigor(with(kOnBench, {"--at", "first-release=x", "--at", "second-hold=0", "--at", "second-release=9"})).exit_code,
      2);
}

TEST_F(Search, WrongRequestsSayWhatIsMissing) {
  EXPECT_THAT(rigor({"search"}).err, HasSubstr("a search needs one of"));
  EXPECT_THAT(rigor({"search", "h7s78-two-pulse"}).err, HasSubstr("--rig RIG --bench NAME"));
  const Finished unknown = rigor(
      {"search", "h7s78-two-puls", "--rig", RIGOR_SOURCE_DIR "/rigs/virtual-windows.yaml", "--bench", "h7s78-jtrst"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("h7s78-two-pulse"));
}

// A window from 300 to 340 ms that never flakes, as another program tells of it.
TEST_F(Search, AnotherProgramStatesTheProblemAndAnswers) {
  write("oracle.py", R"(import json, sys
print(json.dumps({"dims": [{"name": "t", "unit": "ms", "lo": 0, "hi": 2000, "anchor_stage": 1}], "symptoms": ["early", "late"],
                  "side_conditions": [], "task": {"kind": "edges", "eps": [2.0]}}), flush=True)
for line in sys.stdin:
    x = json.loads(line)["x"][0]
    inside = 300 <= x <= 340
    print(json.dumps({"passed": inside, "stage": 2 if inside else 1, "symptom": "pass" if inside else "early" if x < 300 else "late"}), flush=True)
)");
  const auto found = json({"search", "--oracle", "python3 oracle.py", "--seed", "3"}, 0);
  EXPECT_EQ(found["verdict"], "window");
  EXPECT_NEAR(found["regions"][0]["edges"]["t"][0].get<double>(), 300, 2);
  EXPECT_NEAR(found["regions"][0]["edges"]["t"][1].get<double>(), 340, 2);
  EXPECT_LE(found["trials"].get<int>(), 60);
}

TEST_F(Search, AnOracleThatFailsIsTheBenchsFault) {
  for (const std::string oracle : {"echo nonsense", "true", "echo '{}'"}) {
    const Finished search = rigor({"search", "--oracle", oracle});
    EXPECT_EQ(search.exit_code, 3) << oracle << search.err;
    EXPECT_THAT(search.err, HasSubstr("error:")) << oracle;
  }
  EXPECT_EQ(rigor({"search", "--oracle", "sleep 60", "--limit", "1"}).exit_code, 3);
}

}  // namespace
}  // namespace rigor::test
