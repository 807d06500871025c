// Debug of a closed part opened again and taken back, and the regression that keeps the secure side.
#include <gtest/gtest.h>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;

LabRigSpec with_v3(const std::string& board) {
  LabRigSpec spec;
  spec.board = board;
  spec.probe = "v3ec";
  return spec;
}

const std::string kSeenToReset = "- power: cycle\n- identify:\n- self-test: [nrst, power]\n";
const std::string kTrustZoneOn = "- options: {set: {TZEN: on}}\n";
const std::string kRecordStored =
    "- set-state: provisioning\n- provision: certificate\n- discover: {expect: {integrity: valid}}\n";
const std::string kWayBackWalked = kRecordStored + "- regress: certificate\n";

struct Reopened {
  std::string name;
  std::string board;
  std::string before;  // what makes it take a certificate
  std::string ask;
  std::string ram;
};
void PrintTo(const Reopened& part, std::ostream* out) { *out << part.name; }

class Reopening : public ::testing::TestWithParam<Reopened> {};

TEST_P(Reopening, OpensTheCoresPortUntilItIsTakenBack) {
  const Reopened& part = GetParam();
  LabRig rig(with_v3(part.board));
  const std::string look = "- read-memory: {address: " + part.ram + "}\n";
  const std::string shut = "- read-memory: {address: " + part.ram + ", fails: ACCESS_PORT_LOCKED}\n";
  const std::string authenticate = "- authenticate: {ask: " + part.ask + ", method: certificate}\n";
  const TestRecord record =
      rig.run(kSeenToReset + part.before + kWayBackWalked + part.before + kRecordStored +
              "- set-state: closed\n- discover: {expect: {lifecycle: closed}}\n" + shut +  //
              authenticate + look + "- attach:\n" + look + "- power: cycle\n" + shut +     //
              authenticate + look + "- lock-debug:\n" + shut + "- regress: certificate\n- expect: {state: open}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

INSTANTIATE_TEST_SUITE_P(
    Parts, Reopening,
    ::testing::Values(Reopened{"H523", "weact-h523", kTrustZoneOn, "level-3-nonsecure-debug", "0x20000000"},
                      Reopened{"H533", "nucleo-h533re", kTrustZoneOn, "level-3-nonsecure-debug", "0x20000000"},
                      Reopened{"H563", "nucleo-h563zi", kTrustZoneOn, "level-3-nonsecure-debug", "0x20000000"},
                      Reopened{"H7S", "stm32h7s78-dk", "", "level-3-debug", "0x24000000"}),
    [](const auto& test) { return test.param.name; });

// Two secure sectors in front of the non-secure rest of bank 1; bank 2 is non-secure.
const std::string kDivided = kTrustZoneOn + "- options: {set: {SECWM1_END: 1, SECWM2_STRT: 0x1F, SECWM2_END: 0}}\n";

// That the secure side is kept shows on the model alone (lab.stm32h5): no debugger sees it then.
TEST(PartialRegression, ErasesTheNonSecureSideAndEndsInTzClosed) {
  LabRigSpec spec = with_v3("weact-h523");
  spec.allow = "[uncalibrated]";
  LabRig rig(spec);
  const TestRecord record = rig.run(
      kSeenToReset + kTrustZoneOn + kWayBackWalked + kDivided + "- program: {pattern: 32KiB}\n" + kRecordStored +
      "- set-state: closed\n- discover: {expect: {lifecycle: closed}}\n"
      "- regress: {method: certificate, scope: trustzone}\n"
      "- discover: {expect: {lifecycle: tz-closed, integrity: valid, permission: full-regression}}\n"
      "- authenticate: {ask: level-3-nonsecure-debug, method: certificate}\n"
      "- expect: {tzen: on, options: {SECWM1_END: 1}}\n"
      "- check-blank: {offset: 16KiB, size: 16KiB}\n"
      "- regress: certificate\n- expect: {state: open, tzen: off}\n- check-blank: flash\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

struct Without {
  std::string board;
  std::string method;
};

TEST(PartialRegression, IsRefusedWhereThereIsNoSecureSide) {
  for (const Without& part : {Without{"nucleo-h503rb", "password"}, Without{"stm32h7s78-dk", "certificate"}}) {
    LabRig rig(with_v3(part.board));
    const TestRecord record = rig.run(kSeenToReset + "- regress: {method: " + part.method + ", scope: trustzone}\n");
    EXPECT_NE(record.verdict, Verdict::pass) << part.board << '\n' << describe(record);
    EXPECT_NE(record.reason, "DA_NO_RESPONSE") << "refused before the chip is asked";
  }
}

}  // namespace
}  // namespace rigor
