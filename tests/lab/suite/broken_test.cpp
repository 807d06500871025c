// One wire, one register, one byte at a time is broken; each must be told apart from the others.
#include <gtest/gtest.h>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;

const std::string kBegin = "- power: cycle\n- identify:\n- self-test: [nrst, power]\n";
const std::string kDiscover = kBegin + "- set-state: provisioning\n- provision: password\n- discover:\n";
const std::string kRegress = kDiscover + "- regress: password\n";
const std::string kWires = "wires: [swd, nrst-line, power]";

struct BrokenCase {
  std::string name;
  std::string lab;
  std::string steps;
  Verdict verdict;
  std::string reason;
};

class Broken : public ::testing::TestWithParam<BrokenCase> {};

TEST_P(Broken, IsTold) {
  LabRigSpec spec;
  spec.lab = "{" + GetParam().lab + "}";
  LabRig rig(spec);
  const TestRecord record = rig.run(GetParam().steps);
  EXPECT_EQ(record.verdict, GetParam().verdict) << describe(record);
  EXPECT_EQ(record.reason, GetParam().reason) << describe(record);
}

std::string chip(const std::string& options) { return kWires + ", chip: {" + options + "}"; }
std::string fault(const std::string& fault) { return kWires + ", faults: [{" + fault + "}]"; }

INSTANTIATE_TEST_SUITE_P(
    Wire, Broken,
    ::testing::Values(BrokenCase{"SwdMissing", "wires: [nrst-line, power]", kBegin, Verdict::fail, "SWD_NO_ANSWER"},
                      BrokenCase{"NrstMissing", "wires: [swd, power]", kBegin, Verdict::refused, "NRST_NOT_DRIVEN"},
                      BrokenCase{"PowerRelayBypassed", "wires: [swd, nrst-line]", kBegin, Verdict::error,
                                 "POWER_NOT_SWITCHED"},
                      BrokenCase{"SwdioBroken", fault("break: swdio"), kBegin, Verdict::fail, "SWD_NO_ANSWER"},
                      BrokenCase{"NrstBroken", fault("break: nrst"), kBegin, Verdict::refused, "NRST_NOT_DRIVEN"},
                      BrokenCase{"SupplyBroken", fault("break: power"), kBegin, Verdict::fail, "SWD_NO_ANSWER"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    ProbeByte, Broken,
    ::testing::Values(BrokenCase{"ReplyDropped", fault("drop-reply: 60"), kBegin, Verdict::error, "PROBE_TIMEOUT"},
                      BrokenCase{"CommandStalled", fault("stall-command: 60"), kBegin, Verdict::error, "PROBE_STALLED"},
                      BrokenCase{"Unplugged", fault("unplug-at-command: 60"), kBegin, Verdict::error, "PROBE_LOST"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(ChipRegister, Broken,
                         ::testing::Values(BrokenCase{"SecurityFirmwareVersionIsText", chip("sfsp-version: 0x2D302E00"),
                                                      kBegin, Verdict::fail, "CHIP_UNEXPECTED"},
                                           BrokenCase{"WriteProtectedSectors", chip("option-wrp1: 0xFFFFFFFE"),
                                                      kBegin + "- erase: all\n", Verdict::fail, "WRITE_PROTECTED"},
                                           BrokenCase{"FlashNotErased", chip("flash-fill: pattern"),
                                                      kBegin + "- check-blank: flash\n", Verdict::fail, "NOT_BLANK"},
                                           BrokenCase{
                                               "WrongContent",
                                               {kWires},
                                               kBegin + "- program: {pattern: 1KiB}\n- verify: {pattern: 2KiB}\n",
                                               Verdict::fail,
                                               "VERIFY_MISMATCH"},
                                           BrokenCase{"ProvisioningServiceSaysNo", chip("good-word: 0xF5F5F5F5"),
                                                      kDiscover, Verdict::fail, "PROVISIONING_REFUSED"}),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    AuthenticationByte, Broken,
    ::testing::Values(
        BrokenCase{"AnswerWordUnknown", chip("answer-word: 0x12345678"), kDiscover, Verdict::fail, "DA_PROTOCOL"},
        BrokenCase{"MagicWordUnknown", chip("magic-word: 0x4F454441"), kDiscover, Verdict::fail, "DA_NO_RESPONSE"},
        BrokenCase{"DiscoveryCountTooBig", chip("fault-data-count: 1"), kDiscover, Verdict::fail, "DA_TIMEOUT"},
        BrokenCase{"SilentInTheMiddle", chip("fault-silent-after: 20"), kDiscover, Verdict::fail, "DA_TIMEOUT"},
        BrokenCase{"ChallengeTooShort", chip("fault-challenge-bytes: 28"), kRegress, Verdict::fail, "DA_PROTOCOL"},
        BrokenCase{"ChallengeOfAnotherVersion", chip("fault-challenge-major: 2"), kRegress, Verdict::fail,
                   "DA_PROTOCOL"},
        BrokenCase{"PasswordRefused", chip("fault-final-status: 1"), kRegress, Verdict::fail, "DA_REFUSED"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace rigor
