// What must be refused before anything is touched, and that nothing was.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;

const std::string kIdentified = "- power: cycle\n- identify:\n";
const std::string kProven = kIdentified + "- self-test: [nrst, power]\n";
const std::string kProvisioned =
    kProven + "- options: {set: {TZEN: off}}\n- set-state: provisioning\n- provision: password\n";

struct RefusalCase {
  std::string name;
  LabRigSpec spec;
  std::string steps;
  std::string reason;
};

class Refused : public ::testing::TestWithParam<RefusalCase> {};

TEST_P(Refused, WithItsReasonAndTheBoardStaysWhereItCanBeBroughtBack) {
  LabRig rig(GetParam().spec);
  const TestRecord record = rig.run(GetParam().steps);
  EXPECT_EQ(record.verdict, Verdict::refused) << describe(record);
  EXPECT_EQ(record.reason, GetParam().reason) << describe(record);
  // Whatever was refused, the board is found in OPEN afterwards: never left it, or was brought back.
  const TestRecord after = rig.run("- power: cycle\n- expect: {state: open}\n");
  EXPECT_EQ(after.verdict, Verdict::pass) << describe(after);
}

LabRigSpec without_nrst() {
  LabRigSpec spec;
  spec.nrst = "probe";
  spec.lab = "{wires: [swd, power]}";
  return spec;
}

// Everything is wired, but what the probe moves is TRST (stm32h7rs.md 6: STLINK-V3SET on a board that routes JTRST).
LabRigSpec trst_only() {
  LabRigSpec spec;
  spec.board = "stm32h7s78-dk";
  spec.probe = "v3set";
  spec.nrst = "probe";
  spec.lab = "{wires: [swd, nrst-probe, power], probe: {drives-nrst: off}}";
  return spec;
}

LabRigSpec without_consent() {
  LabRigSpec spec;
  spec.allow = "[]";
  return spec;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Refused,
    ::testing::Values(
        RefusalCase{"SelfTestSeesThatNothingMovesNrst", without_nrst(), kProven, "NRST_NOT_DRIVEN"},
        RefusalCase{"SelfTestSeesThatTheProbeMovesTrst", trst_only(), kProven, "NRST_NOT_DRIVEN"},
        RefusalCase{"LeavingOpenWithoutASelfTest", {}, kIdentified + "- set-state: provisioning\n", "NRST_NOT_DRIVEN"},
        RefusalCase{"LeavingOpenThroughAssumedFacts", without_consent(), kProven + "- set-state: provisioning\n",
                    "CONSENT_MISSING"},
        RefusalCase{"CertificateWithTrustZoneOff",
                    {},
                    kProven + "- set-state: provisioning\n- provision: certificate\n",
                    "CREDENTIAL_MISMATCH"},
        RefusalCase{
            "ClosingWithoutARehearsal", {}, kProvisioned + "- discover:\n- set-state: closed\n", "CREDENTIAL_UNPROVEN"},
        RefusalCase{"ClosingWithoutADiscovery",
                    {},
                    kProvisioned +
                        "- discover:\n- regress: password\n- set-state: provisioning\n- provision: password\n"
                        "- set-state: closed\n",
                    "CREDENTIAL_UNPROVEN"},
        RefusalCase{
            "LockingWithoutConsent", {}, kProvisioned + "- discover:\n- set-state: locked\n", "CONSENT_MISSING"}),
    [](const auto& test) { return test.param.name; });

TEST(Skipped, BeforePowerIsApplied) {
  LabRigSpec spec;
  spec.nrst = "none";
  spec.lab = "{wires: [swd, power]}";
  LabRig rig(spec);
  // The suite of LabRig::run() has no `needs`, so ask the step itself.
  const TestRecord record = rig.run("- power: cycle\n- self-test: [nrst]\n");
  EXPECT_EQ(record.reason, "CAPABILITY_MISSING") << describe(record);
}

TEST(Ledger, HoldsTheWayBackBeforeTheStateChanges) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kProven + "- options: {set: {TZEN: off}}\n- set-state: provisioning\n");
  ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
  const auto board = rig.ledger().on_bench("bench");
  ASSERT_TRUE(board && *board);
  const auto& history = (*board)->history;
  const auto event = [&](std::string_view what, std::string_view detail) {
    return std::ranges::find_if(
        history, [&](const HistoryEntry& entry) { return entry.event == what && entry.detail.starts_with(detail); });
  };
  const auto intended = event("intended", "provisioning");
  ASSERT_NE(intended, history.end());
  EXPECT_NE(intended->detail.find("password"), std::string::npos) << intended->detail;
  EXPECT_LT(intended, event("proven", "provisioning"));
  ASSERT_FALSE((*board)->credentials.empty());
  EXPECT_FALSE((*board)->credentials.front().where.empty());
}

TEST(Recovery, ASuiteThatEndsOutsideOpenIsBroughtBack) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kProven + "- options: {set: {TZEN: off}}\n- set-state: provisioning\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_EQ(record.steps.back().verb, "regress") << describe(record);
  const TestRecord after = rig.run("- power: cycle\n- expect: {state: open}\n");
  EXPECT_EQ(after.verdict, Verdict::pass) << describe(after);
}

TEST(Consent, IsAskedForBeforeAnythingThatCannotBeUndone) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kIdentified + "- options: {set: {LOCKBL: 0x1}}\n");
  EXPECT_EQ(record.verdict, Verdict::refused) << describe(record);
  EXPECT_EQ(record.reason, "CONSENT_MISSING");
  const TestRecord after = rig.run("- power: cycle\n- expect: {options: {LOCKBL: 0x0}}\n");
  EXPECT_EQ(after.verdict, Verdict::pass) << describe(after);
}

TEST(Evidence, OfAnEarlierTestProvesNothing) {
  LabRig rig(LabRigSpec{});
  EXPECT_EQ(rig.run(kProven).verdict, Verdict::pass);
  const TestRecord record = rig.run("- power: cycle\n- identify:\n- set-state: provisioning\n");
  EXPECT_EQ(record.reason, "NRST_NOT_DRIVEN") << describe(record);
}

TEST(EmptyChecks, AreNoPass) {
  for (const char* step :
       {"expect:", "self-test: []", "options: {set: {}}", "program: {pattern: 0}", "verify: {pattern: 0}",
        "check-blank: {offset: 512KiB}", "check-blank: {size: 4096MiB}", "erase: {offset: 4096MiB, size: 8KiB}"}) {
    LabRig rig(LabRigSpec{});
    const TestRecord record = rig.run(kIdentified + "- " + step + "\n");
    EXPECT_EQ(record.reason, "USAGE") << step << "\n" << describe(record);
  }
}

TEST(Recovery, AFailureAfterProvisioningStrandsNoBoard) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kProvisioned + "- discover: {expect: {lifecycle: closed}}\n");
  EXPECT_EQ(record.verdict, Verdict::fail);
  EXPECT_EQ(record.reason, "EXPECTATION_FAILED");
  ASSERT_EQ(record.steps.back().verb, "regress") << describe(record);
  EXPECT_EQ(record.steps.back().verdict, Verdict::pass) << describe(record);
  const TestRecord after = rig.run("- power: cycle\n- expect: {state: open}\n- check-blank: flash\n");
  EXPECT_EQ(after.verdict, Verdict::pass) << describe(after);
}

}  // namespace
}  // namespace rigor
