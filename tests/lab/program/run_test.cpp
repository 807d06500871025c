// Whole runs of what is shipped: verdicts, the files they leave, and the reports made of them again.
#include <regex>

#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

std::string rig(const std::string& name) { return RIGOR_SOURCE_DIR "/rigs/" + name + ".yaml"; }

class Run : public ProgramTest {
 protected:
  nlohmann::json recorded(const std::string& id) { return json({"report", id, "--format", "json", "--out", "out"}, 0); }
  std::vector<std::string> traces() { return files("out/traces"); }
};

class ShippedRig : public Run, public ::testing::WithParamInterface<const char*> {};

TEST_P(ShippedRig, ThreeBenchesTwoMethodsFourPassTwoAreRefused) {
  auto run = json({"run", "--rig", rig(GetParam()), "--out", "out", "--seed", "7"}, 1);
  ASSERT_EQ(run["tests"].size(), 6U) << run;
  EXPECT_EQ(run["exit"], 1);
  EXPECT_EQ(run["seed"], 7);
  EXPECT_EQ(run["out"], "out");
  for (const auto& test : run["tests"]) {
    const bool four_wires = test["bench"] == "weact-four-wires";
    EXPECT_EQ(test["verdict"], four_wires ? "refused" : "pass") << test;
    EXPECT_EQ(test["reason"], four_wires ? "NRST_NOT_DRIVEN" : "") << test;
    EXPECT_EQ(test["suite"], "close-and-regress");
    EXPECT_EQ(test["attempts"], 1);
    EXPECT_GT(test["duration_ms"], 0.0);
  }

  EXPECT_THAT(files("out"), IsSupersetOf({"junit.xml", "report.html", "results.db", "events.jsonl"}));
  ASSERT_THAT(traces(), SizeIs(2));
  for (const std::string& trace : traces()) {
    EXPECT_THAT(trace, HasSubstr("weact-four-wires"));
    EXPECT_THAT(read("out/traces/" + trace), HasSubstr("$enddefinitions"));
  }
  const std::string junit = read("out/junit.xml");
  EXPECT_THAT(junit, HasSubstr("classname=\"close-and-regress.weact-relay\""));
  EXPECT_TRUE(std::regex_search(junit, std::regex(R"(tests="6")"))) << junit.substr(0, 400);
  EXPECT_THAT(read("out/report.html"), HasSubstr("NRST_NOT_DRIVEN"));
  int tests_ended = 0;
  std::istringstream events(read("out/events.jsonl"));
  for (std::string line; std::getline(events, line);) {
    const auto event = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(event.is_discarded()) << line;
    EXPECT_EQ(event["run"], run["run"]);
    if (event["event"] == "test-ended") ++tests_ended;
  }
  EXPECT_EQ(tests_ended, 6);
}

// One life-cycle suite per family, on every part: whoever has the family passes, whoever has not is skipped.
class EveryPart : public Run, public ::testing::WithParamInterface<std::pair<const char*, int>> {};

TEST_P(EveryPart, PassesTheSuiteOfItsFamily) {
  const auto& [name, passes] = GetParam();
  const auto run = json({"run", "--rig", rig(name), "--out", "out", "--allow", "irreversible:provision=1"}, 0);
  EXPECT_EQ(count_verdicts(run, "pass"), passes);
  EXPECT_EQ(count_verdicts(run, "pass") + count_verdicts(run, "skipped"), static_cast<int>(run["tests"].size())) << run;
}

INSTANTIATE_TEST_SUITE_P(Lab, EveryPart,
                         ::testing::Values(std::pair{"virtual-all", 68}, std::pair{"virtual-all-hostile", 63}));

INSTANTIATE_TEST_SUITE_P(Lab, ShippedRig, ::testing::Values("virtual", "virtual-hostile"),
                         [](const auto& test) { return std::string(test.param) == "virtual" ? "Usual" : "Hostile"; });

// An STM32F413 has four sectors more than the others have in a bank; 14 and 15 share a protection bit.
TEST_F(Run, AnF413IsProgrammedErasedAndProtectedAboveTheFirstMebibyte) {
  write("far.yaml", R"(suite: far
tests:
  - test: sectors 14 and 15
    steps:
      - power: cycle
      - identify:
      - program: {pattern: 256KiB, offset: 1280KiB}
      - verify: {pattern: 256KiB, offset: 1280KiB}
      - options: {set: {WRP14: 0}}
      - protections: {fails: WRITE_PROTECTED}
      - erase: {offset: 1408KiB, size: 128KiB, fails: WRITE_PROTECTED}
      - erase: {offset: 1152KiB, size: 128KiB}
      - verify: {pattern: 256KiB, offset: 1280KiB}
      - options: {set: {WRP14: 1}}
      - erase: {offset: 1408KiB, size: 128KiB}
      - check-blank: {offset: 1408KiB, size: 128KiB}
      - check-blank: {offset: 1280KiB, size: 128KiB, fails: NOT_BLANK}
)");
  for (const char* name : {"virtual-all", "virtual-all-hostile"}) {
    const auto run = json({"run", "far.yaml", "--rig", rig(name), "--bench", "f413", "--out", "out"}, 0);
    EXPECT_EQ(count_verdicts(run, "pass"), 1) << run;
  }
}

TEST_F(Run, TheReportedBrickComesBackByItsResetLine) {
  const auto run =
      json({"run", RIGOR_SOURCE_DIR "/suites/bricking/s000b.yaml", "--rig", rig("bricking/s000b"), "--out", "out"}, 0);
  ASSERT_EQ(run["tests"].size(), 1U);
  EXPECT_EQ(run["tests"][0]["verdict"], "pass");
  EXPECT_THAT(traces(), SizeIs(0));
}

TEST_F(Run, TwoRunsIntoTheSameDirectoryAreBothKept) {
  const std::vector<std::string> command = {"run", "--rig", kVirtualRig, "--bench", "nucleo-h533", "--out", "out"};
  const std::string first = json(command, 0)["run"];
  const std::string second = json(command, 0)["run"];
  ASSERT_NE(first, second);
  for (const std::string& id : {first, second}) {
    auto run = recorded(id);
    EXPECT_EQ(run["run"], id) << run.dump().substr(0, 300);
    EXPECT_EQ(run["tests"].size(), 2U);
  }
  const Finished latest = rigor({"report", "latest", "--format", "json", "--out", "out"});
  EXPECT_EQ(latest.exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(latest.out)["run"], second);
}

TEST_F(Run, AReportIsMadeAgainInEveryFormat) {
  json({"run", "--rig", kVirtualRig, "--bench", "weact-four-wires", "--out", "out"}, 1);
  const std::pair<const char*, const char*> formats[] = {
      {"html", "<!DOCTYPE html"}, {"junit", "<?xml"}, {"json", "{"}, {"csv", "suite"}};
  for (const auto& [format, begins] : formats) {
    const Finished finished = rigor({"report", "latest", "--format", format, "--out", "out"});
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    EXPECT_THAT(finished.out.substr(0, 200), HasSubstr(begins)) << format;
    EXPECT_THAT(finished.out, HasSubstr("NRST_NOT_DRIVEN")) << format;
  }
  EXPECT_EQ(rigor({"report", "2019", "--out", "out"}).exit_code, 2);
}

TEST_F(Run, WhatIsSaidGoesToStandardErrorAndQuietIsQuiet) {
  const std::vector<std::string> command = {"run", "--rig", kVirtualRig, "--bench", "nucleo-h533", "--out", "out"};
  const Finished loud = rigor(command);
  EXPECT_THAT(loud.err, HasSubstr("pass     close-and-regress."));
  EXPECT_THAT(loud.out, HasSubstr("report: "));
  EXPECT_THAT(loud.err, ::testing::Not(HasSubstr("\033"))) << "not a terminal";
  std::vector<std::string> quietly = command;
  quietly.emplace_back("--quiet");
  const Finished quiet = rigor(quietly);
  EXPECT_EQ(quiet.exit_code, 0);
  EXPECT_EQ(quiet.out, "");
  EXPECT_TRUE(std::regex_match(quiet.err, std::regex("run \\S+ with seed \\d+: 2 pass\n"))) << quiet.err;
  quietly[4] = "weact-four-wires";
  const Finished refused = rigor(quietly);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("NRST_NOT_DRIVEN"));
}

TEST_F(Run, ATerminalGetsALiveLineAndColoursUnlessNoneAreWanted) {
  const std::vector<std::string> command = {"run", "--rig", kVirtualRig, "--bench", "nucleo-h533", "--out", "out"};
  const std::regex colour("\033\\[[0-9;]*m");
  setting.terminal = true;
  setting.environment["TERM"] = "xterm";
  const Finished coloured = rigor(command);
  EXPECT_TRUE(std::regex_search(coloured.err, colour)) << coloured.err;
  EXPECT_THAT(coloured.err, HasSubstr("[0/2]"));
  setting.environment["NO_COLOR"] = "1";
  const Finished plain = rigor(command);
  EXPECT_FALSE(std::regex_search(plain.err, colour)) << plain.err;
  EXPECT_THAT(plain.err, HasSubstr("2 pass"));
}

// Whatever records beside a test is told to end when the test has, and what it wrote lies beside the waveforms.
TEST_F(Run, AnObserverRecordsBesideEachTest) {
  write("observer.sh", "trap 'echo ended >>\"$1\"; exit 0' INT\necho began >\"$1\"\nwhile :; do sleep 0.01; done\n");
  write("suite.yaml",
        "suite: seen\ntests:\n  - test: a\n    steps: [{power: cycle}, {tool: {command: [sleep, '1'], does: "
        "read-only}}]\n  - test: b\n    steps: [{power: cycle}, {tool: {command: [sleep, '1'], does: read-only}}]\n");
  std::string rig = small_rig("{wires: [swd, nrst-line, power]}");
  rig += "    observer: {command: [sh, observer.sh, '{file}'], extension: txt}\n";
  write("rig.yaml", rig);
  EXPECT_EQ(rigor({"run", "suite.yaml", "--rig", "rig.yaml", "--all-traces"}).exit_code, 0);
  int recordings = 0, waveforms = 0;
  for (const std::string& name : files("out/traces")) {
    if (name.ends_with(".vcd")) ++waveforms;
    if (!name.ends_with(".observer.txt")) continue;
    ++recordings;
    EXPECT_EQ(read("out/traces/" + name), "began\nended\n") << name;
  }
  EXPECT_EQ(recordings, 2);
  EXPECT_EQ(waveforms, 2);
}

TEST_F(Run, AnObserverThatFailsIsSaidAndJudgesNothing) {
  write("suite.yaml", "suite: seen\ntests:\n  - test: a\n    steps: [{power: cycle}]\n");
  for (const std::string command : {"['false', '{file}']", "[no-such-analyser, '{file}']"}) {
    write("rig.yaml", small_rig("{wires: [swd, nrst-line, power]}") + "    observer: {command: " + command + "}\n");
    const Finished run = rigor({"run", "suite.yaml", "--rig", "rig.yaml"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, ::testing::AnyOf(::testing::HasSubstr("the observer of bench 'bench'"),
                                          ::testing::HasSubstr("no-such-analyser")));
  }
}

}  // namespace
}  // namespace rigor::test
