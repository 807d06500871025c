// Guard rails as the user of one verb meets them: exit code 4 and a reason, and the neighbour that goes through.
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

struct Guarded {
  const char* what;
  std::string board;
  std::vector<std::string> refused;
  std::string reason;
  std::vector<std::string> allowed;
};

class GuardedVerb : public ProgramTest {
 protected:
  static std::vector<std::string> verb(std::vector<std::string> words) {
    words.insert(words.begin(), "do");
    for (const char* more : {"--rig", "rig.yaml", "--bench", "bench"}) words.emplace_back(more);
    return words;
  }
};

TEST_F(GuardedVerb, EndsWithFour) {
  const std::vector<std::string> write = {"otp", "write=0x1FFF7800", "data=0102"};
  const std::vector<std::string> asked = {"otp", "write=0x1FFF7800", "data=0102", "--allow", "irreversible:otp=1"};
  const Guarded kCases[] = {
      {"locked", "weact-h523", {"set-state", "locked"}, "CONSENT_MISSING", {"expect", "state=open"}},
      {"level 2", "black-f407", {"set-state", "rdp-2"}, "CONSENT_MISSING", {"set-state", "rdp-1"}},
      {"one-time memory", "black-f407", write, "CONSENT_MISSING", asked},
      {"its lock", "black-f407", {"otp", "lock=1"}, "CONSENT_MISSING", {"record-otp"}},
      {"a password for ever", "nucleo-h503rb", {"provision", "password"}, "CONSENT_MISSING", {"identify"}},
      {"a lock by option",
       "weact-h523",
       {"options", "set.LOCKBL=1"},
       "CONSENT_MISSING",
       {"options", "set.WRPSGn1=0xFE"}},
      {"boot lock", "weact-h523", {"options", "set.NSBOOT_LOCK=0xB4"}, "CONSENT_MISSING", {"record-options"}},
      {"fast pins",
       "weact-h523",
       {"options", "set.IO_VDD_HSLV=1"},
       "SUPPLY_UNPROVEN",
       {"options", "set.IO_VDD_HSLV=0"}},
      {"no proven reset", "weact-h523", {"set-state", "provisioning"}, "NRST_NOT_DRIVEN", {"self-test", "nrst"}},
  };
  for (const Guarded& guarded : kCases) {
    SCOPED_TRACE(guarded.what);
    std::string rig = small_rig("{wires: [swd, nrst-line, power]}", guarded.board);
    const std::string allow = "[uncalibrated:set-state]";
    this->write("rig.yaml", rig.replace(rig.find(allow), allow.size(), "[uncalibrated:set-state, irreversible:otp]"));
    const auto document = json(verb(guarded.refused), 4);
    EXPECT_EQ(document["verdict"], "refused");
    EXPECT_EQ(document["result"]["reason"], guarded.reason) << document;
    EXPECT_EQ(json(verb(guarded.allowed), 0)["verdict"], "pass");
  }
}

}  // namespace
}  // namespace rigor::test
