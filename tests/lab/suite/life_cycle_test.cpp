// The drivers against the models: whole lives of a part, with every way of resetting it.
#include <gtest/gtest.h>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;

const std::string kProvenBench = "- power: cycle\n- identify:\n- self-test: [nrst, power]\n";

std::string life(const std::string& method, const std::string& tzen, const std::string& regress) {
  return kProvenBench + "- options: {set: {TZEN: " + tzen + "}}\n" +
         "- set-state: provisioning\n"
         "- provision: " +
         method + "\n" + "- discover: {expect: {integrity: valid, lifecycle: provisioning, method: " + method +
         ", permission: full-regression}}\n" + "- regress: " + regress + "\n" +
         "- expect: {state: open, tzen: off}\n"
         "- options: {set: {TZEN: " +
         tzen + "}}\n" +
         "- erase: all\n- program: {pattern: 16KiB}\n- verify: {pattern: 16KiB}\n"
         "- set-state: provisioning\n"
         "- provision: " +
         method + "\n" +
         "- discover: {expect: {integrity: valid}}\n"
         "- set-state: closed\n"
         "- discover: {expect: {integrity: valid, lifecycle: closed}}\n"
         "- regress: " +
         regress + "\n" +
         "- expect: {state: open, tzen: off, secure-watermarks: whole, options: {BOOT_UBE: 0xB4}}\n"
         "- check-blank: flash\n";
}

struct LifeCase {
  std::string name;
  LabRigSpec spec;
  std::string method;
  std::string tzen;
  std::string opens;
};

class WholeLife : public ::testing::TestWithParam<LifeCase> {};

TEST_P(WholeLife, PassesAndEndsOpenAndBlank) {
  LabRig rig(GetParam().spec);
  const TestRecord record = rig.run(
      life(GetParam().method, GetParam().tzen, "{method: " + GetParam().method + ", opens: " + GetParam().opens + "}"));
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_FALSE(record.timeline.empty());
}

LabRigSpec nucleo(const std::string& probe) {
  return {"nucleo-h533re", probe, "probe", "{wires: [swd, nrst-probe, power]}", "[uncalibrated:set-state]", {}};
}

INSTANTIATE_TEST_SUITE_P(
    Table, WholeLife,
    ::testing::Values(LifeCase{"H533OnV3ByCertificate", nucleo("v3ec"), "certificate", "on", "one"},
                      LifeCase{"H533OnV3ByPassword", nucleo("v3ec"), "password", "off", "two"},
                      LifeCase{"H533OnV21ByCertificate", nucleo("v2-1"), "certificate", "on", "two"},
                      LifeCase{"H533OnV2ByPassword", nucleo("v2"), "password", "off", "one"},
                      LifeCase{"H523OnCloneByCertificate", {}, "certificate", "on", "two"},
                      LifeCase{"H523OnCloneByPassword", {}, "password", "off", "one"}),
    [](const auto& test) { return test.param.name; });

TEST(LifeCycle, TheSameSeedGivesTheSameRun) {
  const auto once = [] {
    LabRig rig(LabRigSpec{});
    return rig.run(life("certificate", "on", "certificate"));
  };
  const TestRecord first = once();
  const TestRecord second = once();
  EXPECT_EQ(first.duration, second.duration);
  ASSERT_EQ(first.timeline.size(), second.timeline.size());
  for (std::size_t i = 0; i < first.timeline.size(); ++i) {
    ASSERT_EQ(first.timeline[i].at, second.timeline[i].at) << i;
    ASSERT_EQ(first.timeline[i].text, second.timeline[i].text) << i;
  }
}

}  // namespace
}  // namespace rigor
