// `rigor probe`: what a probe is, whether it is a genuine one, and how two of them differ (docs/probes.md).
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ProbeCommands : public ProgramTest {
 protected:
  static nlohmann::json row(const nlohmann::json& print, const std::string& feature) {
    for (const auto& each : print.at("evidence"))
      if (each.at("feature") == feature) return each;
    ADD_FAILURE() << "no row " << feature;
    return {};
  }
};

TEST_F(ProbeCommands, TellTheClonesOfARigFromItsGenuineProbe) {
  struct Case {
    const char* bench;
    int exit_code;
    const char* verdict;
  };
  for (const Case& c :
       {Case{"nucleo-h533", 0, "genuine"}, Case{"weact-four-wires", 1, "clone"}, Case{"weact-relay", 1, "clone"}}) {
    SCOPED_TRACE(c.bench);
    const auto print = json({"probe", "fingerprint", "--rig", "virtual", "--bench", c.bench}, c.exit_code);
    EXPECT_EQ(print["verdict"], c.verdict);
    int sum = 0;
    for (const auto& each : print["evidence"]) sum += each["weight"].get<int>();
    EXPECT_EQ(print["score"], sum);
    EXPECT_EQ(print["usb"], std::string("lab:") + c.bench);
    EXPECT_TRUE(print["capabilities"].is_object());
    EXPECT_EQ(print["timing"]["n"], 1000);
    EXPECT_GT(print["usb_round_trips"], 1000);
  }
}

TEST_F(ProbeCommands, AskTheChipWhetherNrstMoves) {
  const auto driven = json({"probe", "fingerprint", "--rig", "virtual", "--bench", "nucleo-h533"}, 0);
  EXPECT_EQ(row(driven, "nrst-drive")["answer"], "driven");
  const auto dead = json({"probe", "fingerprint", "--rig", "virtual", "--bench", "weact-four-wires"}, 1);
  EXPECT_EQ(row(dead, "nrst-drive")["answer"], "not-driven");
  EXPECT_EQ(row(dead, "nrst-drive")["weight"], 30);
  const auto relay = json({"probe", "fingerprint", "--rig", "virtual", "--bench", "weact-relay"}, 1);
  EXPECT_TRUE(row(relay, "nrst-drive")["value"].is_null());
  EXPECT_THAT(row(relay, "nrst-drive")["not_asked"].get<std::string>(), HasSubstr("does not say"));
}

TEST_F(ProbeCommands, WithoutABenchSayWhatTheyCouldNotAsk) {
  const auto print = json({"probe", "fingerprint", "--rig", "virtual", "--usb", "lab:nucleo-h533"}, 0);
  EXPECT_EQ(print["verdict"], "undecided");
  EXPECT_THAT(row(print, "voltage-floating")["not_asked"].get<std::string>(), HasSubstr("--unplugged"));
}

TEST_F(ProbeCommands, CompareMarkWhatDiffers) {
  const auto two =
      json({"probe", "compare", "--rig", "virtual", "--bench", "nucleo-h533", "--bench", "weact-relay"}, 0);
  EXPECT_GT(two["differences"], 5);
  EXPECT_EQ(two["timing"]["differs"], true);
  EXPECT_EQ(two["a"]["verdict"], "genuine");
  EXPECT_EQ(two["b"]["verdict"], "clone");
  const auto same =
      json({"probe", "compare", "--rig", "virtual", "--usb", "lab:weact-relay", "--usb", "lab:weact-four-wires"}, 0);
  EXPECT_EQ(same["differences"], 0) << same["evidence"];
  EXPECT_EQ(same["timing"]["differs"], false);
}

TEST_F(ProbeCommands, CompareWithAFingerprintOnFile) {
  const auto print = json({"probe", "fingerprint", "--rig", "virtual", "--bench", "weact-relay"}, 1);
  write("genuine.json", print.dump());
  const auto same =
      json({"probe", "compare", "--rig", "virtual", "--bench", "weact-relay", "--with", "genuine.json"}, 0);
  EXPECT_EQ(same["differences"], 0) << same;
  EXPECT_EQ(same["b"]["timing"], print["timing"]);
  EXPECT_EQ(same["b"]["evidence"], print["evidence"]);
  EXPECT_EQ(same["b"]["capabilities"], print["capabilities"]);
  write("none.json", "{\"usb\": 7}");
  const auto wrong = json({"probe", "compare", "--rig", "virtual", "--bench", "weact-relay", "--with", "none.json"}, 2);
  EXPECT_EQ(wrong["error"]["code"], "FILE_INVALID");
}

TEST_F(ProbeCommands, ShowEveryProbeOfARigWithItsVersionFields) {
  const auto shown = json({"probe", "show", "--rig", "virtual"}, 0);
  ASSERT_EQ(shown.size(), 3U);
  EXPECT_EQ(shown[0]["firmware"], "V3J15M6");
  EXPECT_EQ(shown[0]["version"]["disk"], 6);
  EXPECT_EQ(shown[0]["interfaces"].size(), 4U);
  EXPECT_EQ(shown[0]["interfaces"][0]["claimed"], true);
  EXPECT_EQ(shown[0]["interfaces"][1]["purpose"], "disk");
  EXPECT_EQ(shown[0]["interfaces"][1]["claimed"], false);
  EXPECT_LT(shown[0]["usb_round_trips"], 30);
  const Finished plain = rigor({"probe", "show", "--rig", "virtual", "--bench", "weact-relay"});
  EXPECT_EQ(plain.exit_code, 0);
  EXPECT_THAT(plain.out, StartsWith("ST-LINK/V2 at lab:weact-relay"));
}

TEST_F(ProbeCommands, WrongRequestsTouchNothing) {
  struct Case {
    std::vector<std::string> arguments;
    int exit_code;
    const char* code;
  };
  const Case kCases[] = {
      {{"probe"}, 2, "USAGE"},
      {{"probe", "show", "--bench", "x"}, 2, "USAGE"},
      {{"probe", "show", "--rig", "virtual", "--bench", "x"}, 2, "NAME_UNKNOWN"},
      {{"probe", "show", "--rig", "virtal"}, 2, "NAME_UNKNOWN"},
      {{"probe", "fingerprint", "--rig", "virtual"}, 3, "PROBE_AMBIGUOUS"},
      {{"probe", "fingerprint", "--rig", "virtual", "--usb", "9-9"}, 3, "PROBE_MISSING"},
      {{"probe", "fingerprint", "--rig", "virtual", "--usb", "50FF6D065052784825260567"}, 3, "PROBE_AMBIGUOUS"},
      {{"probe", "fingerprint", "--rig", "virtual", "--bench", "nucleo-h533", "--bench", "weact-relay"}, 2, "USAGE"},
      {{"probe", "compare", "--rig", "virtual", "--bench", "nucleo-h533"}, 2, "USAGE"},
      {{"probe", "compare", "--rig", "virtual", "--bench", "nucleo-h533", "--with", "no.json"}, 2, "FILE_UNREADABLE"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.arguments.back());
    EXPECT_EQ(json(c.arguments, c.exit_code)["error"]["code"], c.code);
  }
}

}  // namespace
}  // namespace rigor::test
