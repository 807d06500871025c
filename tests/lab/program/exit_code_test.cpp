// Exit codes and the form of what goes wrong (docs/verdicts.md, docs/command-line.md).
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct WrongRequest {
  const char* what;
  std::vector<std::string> arguments;
  const char* code;
  const char* message;
  const char* hint;
};

const WrongRequest kWrongRequests[] = {
    {"nothing", {}, "USAGE", "subcommand", "--help"},
    {"command", {"rnu"}, "NAME_UNKNOWN", "there is no command 'rnu'", "did you mean 'run'?"},
    {"option", {"run", "--rig", "virtual", "--bogus"}, "USAGE", "--bogus", "--help"},
    {"rig missing", {"run"}, "USAGE", "--rig", "--help"},
    {"rig", {"run", "--rig", "virtal"}, "NAME_UNKNOWN", "virtal", "did you mean 'virtual'?"},
    {"rig file", {"run", "--rig", "none.yaml"}, "FILE_UNREADABLE", "none.yaml", ""},
    {"suite", {"run", "close-and-regres", "--rig", "virtual"}, "NAME_UNKNOWN", "", "did you mean 'close-and-regress'?"},
    {"bench", {"run", "--rig", "virtual", "--bench", "weact-rely"}, "NAME_UNKNOWN", "", "did you mean 'weact-relay'?"},
    {"filter", {"run", "--rig", "virtual", "--filter", "none"}, "NOTHING_SELECTED", "'none'", "there are:"},
    {"variable",
     {"run", "--rig", "virtual", "--set", "image-siz=1KiB"},
     "NAME_UNKNOWN",
     "image-siz",
     "did you mean 'image-size'?"},
    {"assignment", {"run", "--rig", "virtual", "--set", "image-size"}, "USAGE", "NAME=VALUE", ""},
    {"repeat", {"run", "--rig", "virtual", "--repeat", "0"}, "USAGE", "--repeat", ""},
    {"jobs", {"run", "--rig", "virtual", "--jobs", "2"}, "USAGE", "--jobs 2", ""},
    {"consent", {"run", "--rig", "virtual", "--allow", "otp"}, "USAGE", "--allow otp", "EFFECT:VERB=COUNT"},
    {"seed", {"run", "--rig", "virtual", "--seed", "x"}, "USAGE", "--seed", ""},
    {"verb",
     {"do", "identfy", "--rig", "virtual", "--bench", "weact-relay"},
     "NAME_UNKNOWN",
     "identfy",
     "did you mean 'identify'?"},
    {"verb's bench",
     {"do", "identify", "--rig", "virtual", "--bench", "weact-rely"},
     "NAME_UNKNOWN",
     "",
     "did you mean 'weact-relay'?"},
    {"verb to explain", {"help", "idntify"}, "NAME_UNKNOWN", "idntify", "did you mean 'identify'?"},
    {"list", {"list", "bences"}, "USAGE", "bences", ""},
    {"rig to list", {"list", "benches"}, "USAGE", "of a rig", "--rig"},
    {"no results", {"report", "latest"}, "FILE_UNREADABLE", "results.db", "--out"},
    {"board", {"ledger", "show", "xyz"}, "USAGE", "xyz", "24 hex digits"},
};

class WrongRequests : public ProgramTest {};

TEST_F(WrongRequests, EndWithTwoSayWhatWouldBeRightAndTouchNothing) {
  for (const WrongRequest& wrong : kWrongRequests) {
    SCOPED_TRACE(wrong.what);
    const Finished finished = rigor(wrong.arguments);
    EXPECT_EQ(finished.exit_code, 2);
    EXPECT_EQ(finished.out, "");
    EXPECT_THAT(finished.err, StartsWith(std::string("error: ") + wrong.code + ": "));
    EXPECT_THAT(finished.err, HasSubstr(wrong.message));
    EXPECT_THAT(finished.err, HasSubstr(wrong.hint));
    auto document = json(wrong.arguments, 2);
    ASSERT_TRUE(document.contains("error")) << document;
    EXPECT_EQ(document["error"]["code"], wrong.code);
    EXPECT_TRUE(document["error"]["causes"].is_array());
    if (wrong.arguments != std::vector<std::string>{"ledger", "show", "xyz"}) {
      EXPECT_THAT(files(), IsEmpty());
      EXPECT_FALSE(std::filesystem::exists(directory() / "out"));
    }
  }
}

class ExitCodes : public ProgramTest {
 protected:
  std::vector<std::string> verb(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {"do"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    for (const char* more : {"--rig", "rig.yaml", "--bench", "bench"}) all.emplace_back(more);
    return all;
  }
};

TEST_F(ExitCodes, OfAVerbFollowItsVerdict) {
  struct Case {
    const char* lab;
    std::vector<std::string> arguments;
    int exit_code;
    const char* verdict;
    const char* reason;
  };
  const std::string wires = "wires: [swd, nrst-line, power]";
  for (const Case& c : {
           Case{"", {"identify"}, 0, "pass", ""},
           Case{", chip: {flash-fill: pattern}", {"check-blank", "flash"}, 1, "fail", "NOT_BLANK"},
           Case{", faults: [{unplug-at-command: 20}]", {"identify"}, 3, "error", "PROBE_LOST"},
           Case{", faults: [{break: swdio}]", {"identify"}, 1, "fail", "SWD_NO_ANSWER"},
           Case{"", {"set-state", "provisioning"}, 4, "refused", "NRST_NOT_DRIVEN"},
           Case{"", {"set-state", "closed"}, 4, "refused", "STATE_UNSUITABLE"},
           Case{"", {"otp", "lock=3"}, 4, "refused", "CONSENT_MISSING"},
           Case{"", {"write-memory", "address=0x08000000", "data=00000000"}, 2, "error", "ADDRESS_INVALID"},
           Case{"", {"erase", "offset=1GiB", "size=8KiB"}, 2, "error", "USAGE"},
           Case{"", {"options", "set.ZZZ=1"}, 2, "error", "NAME_UNKNOWN"},
       }) {
    SCOPED_TRACE(c.reason);
    write("rig.yaml", small_rig("{" + wires + c.lab + "}"));
    auto document = json(verb(c.arguments), c.exit_code);
    EXPECT_EQ(document["verb"], c.arguments[0]);
    EXPECT_EQ(document["verdict"], c.verdict) << document;
    EXPECT_EQ(document["result"]["reason"], c.reason);
    EXPECT_TRUE(document["result"]["evidence"].is_array());
    const Finished plain = rigor(verb(c.arguments));
    EXPECT_EQ(plain.exit_code, c.exit_code);
    EXPECT_THAT(plain.err, StartsWith(c.exit_code == 0 ? "" : std::string("error: ") + c.reason));
  }
  EXPECT_EQ(files(), std::vector<std::string>{"rig.yaml"}) << "a virtual board leaves nothing behind";
}

TEST_F(ExitCodes, OfARunFollowItsVerdicts) {
  struct Case {
    const char* lab;
    const char* needs;
    const char* step;
    int exit_code;
    const char* verdict;
  };
  const std::string wires = "{wires: [swd, nrst-line, power]";
  for (const Case& c : {
           Case{"}", "[power]", "identify", 0, "pass"},
           Case{"}", "[console]", "identify", 3, "skipped"},
           Case{", chip: {flash-fill: pattern}}", "[]", "check-blank: flash", 1, "fail"},
           Case{", faults: [{break: nrst}]}", "[]", "self-test: [nrst]", 1, "refused"},
           Case{", faults: [{unplug-at-command: 20}]}", "[]", "identify", 3, "error"},
       }) {
    SCOPED_TRACE(c.verdict);
    write("rig.yaml", small_rig(wires + c.lab));
    write("s.yaml", std::string("suite: s\nneeds: ") + c.needs +
                        "\ntests:\n  - test: t\n    steps:\n      - power: cycle\n      - " + c.step + "\n");
    auto document = json({"run", "s.yaml", "--rig", "rig.yaml", "--out", "out"}, c.exit_code);
    EXPECT_EQ(document["exit"], c.exit_code);
    ASSERT_EQ(document["tests"].size(), 1U) << document;
    EXPECT_EQ(document["tests"][0]["verdict"], c.verdict);
  }
}

TEST_F(ExitCodes, AProbeThatIsNotThereIsTheBenchsFault) {
  write("rig.yaml",
        "rig: r\nbenches:\n  - name: bench\n    board: weact-h523\n    probe: {usb: 99-9.9}\n    wiring: {nrst: "
        "probe}\n");
  auto document = json(verb({"identify"}), 3);
  const std::string reason = document.contains("error") ? document["error"]["code"] : document["result"]["reason"];
  // Where libusb cannot even start, that is what is said.
  EXPECT_TRUE(reason == "PROBE_MISSING" || reason == "IO_FAILED") << document;
}

TEST_F(ExitCodes, HelpAndVersionAreOneDocumentToo) {
  for (const char* argument : {"--help", "--version", "help"}) {
    auto document = json({argument}, 0);
    EXPECT_FALSE(document.value("text", "").empty()) << argument;
    const Finished plain = rigor({argument});
    EXPECT_EQ(plain.exit_code, 0);
    EXPECT_EQ(plain.out, document["text"].get<std::string>() + "\n");
  }
  EXPECT_THAT(rigor({"help"}).out, HasSubstr("ledger"));
  EXPECT_EQ(json({"help", "discover"}, 0)["verb"], "discover");
}

TEST_F(ExitCodes, ListsAreArrays) {
  for (const char* what : {"suites", "verbs", "boards", "chips", "benches", "probes", "lines"}) {
    auto document = json({"list", what, "--rig", "virtual"}, 0);
    EXPECT_TRUE(document.is_array()) << what;
    EXPECT_FALSE(document.empty()) << what;
  }
}

}  // namespace
}  // namespace rigor::test
