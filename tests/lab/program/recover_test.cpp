// `rigor ledger recover`: boards that an earlier run left somewhere, as the ledger has them.
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using ::testing::HasSubstr;

const std::string kUid = "004700363133510c35343732";

struct Left {
  const char* what;
  std::string board = "weact-h523";
  std::string chip;      // where the virtual board is
  std::string intended;  // where the ledger has it
  std::vector<std::string> arguments = {};
  int exit_code = 0;
  std::string reason = {};
  std::string says = {};  // of the document's message
  std::string digest = {};
};

class Recovered : public ProgramTest {
 protected:
  // The ledger of a run that has taken such a board out of OPEN and back, and what it would say had it been cut short.
  void leave(const Left& left) {
    const bool f4 = left.board == "black-f407";
    write("rig.yaml", rig(left.board, ""));
    write("leave.yaml", std::string("suite: leave\ntests:\n  - test: leave\n    steps:\n      - power: cycle\n") +
                            "      - identify:\n      - self-test: [nrst, power]\n" +
                            (left.board == "nucleo-h503rb" ? "      - provision: password\n" : "") +
                            (f4 ? "" : "      - set-state: provisioning\n"));
    (void)rigor({"run", "leave.yaml", "--rig", "rig.yaml", "--out", "out", "--allow", "irreversible:provision=2"});
    const auto records = files("out/ledger");
    ASSERT_EQ(std::ranges::count_if(records, [](const auto& name) { return name.ends_with(kUid + ".json"); }), 1);
    std::filesystem::remove_all(directory() / "ledger");
    std::filesystem::create_directory(directory() / "ledger");
    for (const std::string& name : records) {
      if (!name.ends_with(kUid + ".json")) continue;
      auto record = nlohmann::json::parse(read("out/ledger/" + name));
      if (!left.intended.empty())
        record["intended"] = {{"state", left.intended}, {"at", "2026-05-04T09:15:24.042Z"}, {"run", "cut-short"}};
      if (!left.digest.empty()) record["credentials"][0]["use"]["digest"] = left.digest;
      write("ledger/" + kUid + ".json", record.dump());
    }
    std::filesystem::remove_all(directory() / "out");
    write("rig.yaml", rig(left.board, left.chip));
  }

  static std::string rig(const std::string& board, const std::string& chip) {
    std::string text =
        small_rig("{wires: [swd, nrst-line, power], chip: {uid: 00470036 3133510C 35343732" + chip + "}}", board);
    const std::string allow = "[uncalibrated:set-state]";
    return text.replace(text.find(allow), allow.size(), "[uncalibrated:set-state, irreversible:provision]");
  }

  static std::vector<std::string> recover(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"ledger", "recover", kUid, "--rig", "rig.yaml", "--directory", "ledger"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
};

TEST_F(Recovered, AsFarAsTheBoardAndTheGuardRailsLet) {
  const Left kCases[] = {
      {"in PROVISIONING without a record", "weact-h523", ", state: provisioning", "provisioning"},
      {"open after all", "weact-h523", "", "provisioning"},
      {"never cut short", "weact-h523", "", ""},
      {"locked", "weact-h523", ", state: locked", "locked", {}, 1, "DA_NO_RESPONSE", "for ever"},
      {"another kind of credential than the one that TZEN wants now", "weact-h523", ", state: provisioning, tzen: on",
       "provisioning"},
      {"closed with another password than the rig's",
       "weact-h523",
       ", state: closed",
       "closed",
       {},
       4,
       "CREDENTIAL_MISMATCH",
       "its debug port is shut",
       std::string(64, 'a')},
      {"an H503 whose password is not in its one-time memory",
       "nucleo-h503rb",
       ", state: provisioning",
       "provisioning",
       {},
       4,
       "CONSENT_MISSING",
       "irreversible:provision"},
      {"the same with consent",
       "nucleo-h503rb",
       ", state: provisioning",
       "provisioning",
       {"--allow", "irreversible:provision=1"}},
      {"an H7RS", "stm32h7s78-dk", ", state: provisioning", "provisioning"},
      {"an F4 at level 1", "black-f407", ", option-word: 0x0FFF55EC", "rdp-1"},
      {"an F4 at level 2", "black-f407", ", option-word: 0x0FFFCCEC", "rdp-2", {}, 1, "ACCESS_PORT_LOCKED", "for ever"},
  };
  for (const Left& left : kCases) {
    SCOPED_TRACE(left.what);
    leave(left);
    const auto document = json(recover(left.arguments), left.exit_code);
    EXPECT_EQ(document.value("uid", ""), kUid) << document;
    EXPECT_EQ(document["known"]["intended"].is_null(), left.intended.empty());
    EXPECT_FALSE(document["plan"].empty());
    EXPECT_FALSE(document["steps"].empty());
    EXPECT_EQ(document["reason"], left.reason) << document["message"];
    EXPECT_THAT(document["message"].get<std::string>(), HasSubstr(left.says));
    const bool open = document["state"] == "open" || document["state"] == "rdp-0";
    EXPECT_TRUE(open || left.exit_code != 0) << document;
    const auto after = nlohmann::json::parse(read("ledger/" + kUid + ".json"));
    EXPECT_EQ(after["intended"].is_null(), left.exit_code == 0) << after;
  }
}

TEST_F(Recovered, TellsAPersonWhatIsKnownAndWhatWillBeDone) {
  leave({"", "weact-h523", ", state: provisioning", "provisioning"});
  const Finished finished = rigor(recover());
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  for (const char* part :
       {"board 004700363133510c35343732, stm32h523, on bench 'bench'", "its end not seen: provisioning",
        "may be on it: ", "password.bin", "plan: regress with the password", "is back: open"})
    EXPECT_THAT(finished.out, HasSubstr(part));
}

TEST_F(Recovered, AnotherBoardIsNotTakenForIt) {
  leave({"", "weact-h523", "", "provisioning"});
  std::string text = rig("weact-h523", "");
  write("rig.yaml", text.replace(text.find("00470036"), 8, "00470099"));
  const auto document = json(recover(), 4);
  EXPECT_EQ(document["reason"], "LEDGER_CONFLICT");
}

TEST_F(Recovered, WhatMakesNoSenseIsAWrongRequest) {
  leave({"", "weact-h523", "", ""});
  EXPECT_EQ(rigor({"ledger", "recover", kUid, "--directory", "ledger"}).exit_code, 2);
  EXPECT_EQ(rigor({"ledger", "recover", std::string(24, '1'), "--rig", "rig.yaml", "--directory", "ledger"}).exit_code,
            2);
  EXPECT_EQ(rigor(recover({"--bench", "none"})).exit_code, 2);
}

}  // namespace
}  // namespace rigor::test
