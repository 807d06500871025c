// Schedules beside real steps: the bench's line does what the probe's own pin cannot.
#include <gmock/gmock.h>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::string kProvisioned =
    "- power: cycle\n- identify:\n- self-test: [nrst, power]\n- options: {set: {TZEN: off}}\n"
    "- set-state: provisioning\n- provision: password\n";

TEST(ScheduleVerbs, WithoutTheProbesPinNobodyAnswersAndWithTheScheduleTheChipDoes) {
  LabRig rig(LabRigSpec{});
  const TestRecord record =
      rig.run(kProvisioned +
              "- discover: {reset: probe, fails: DA_NO_RESPONSE}\n- start-schedule: hold-until-release\n"
              "- discover: {reset: probe, expect: {integrity: valid, lifecycle: provisioning}}\n"
              "- end-schedule:\n- regress: password\n- expect: {state: open}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  const auto end = std::ranges::find(record.steps, "end-schedule", &StepRecord::verb);
  ASSERT_NE(end, record.steps.end());
  EXPECT_THAT(end->evidence, Contains(HasSubstr("held: nrst active, 0.0 us late")));
  EXPECT_THAT(end->evidence, Contains("played with virtual time, exact"));
}

TEST(ScheduleVerbs, ADiscoveryWhoseResetIsAPowerOnIsAnsweredToo) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(
      kProvisioned +
      "- start-schedule: power-on-discovery\n- wait: 300ms\n- discover: {reset: probe, expect: {integrity: valid}}\n"
      "- end-schedule:\n- regress: password\n- expect: {state: open}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
}

TEST(ScheduleVerbs, ALineThatIsPlayedIsNobodyElses) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run(kProvisioned + "- start-schedule: hold-until-release\n- discover: {reset: line}\n");
  EXPECT_EQ(record.reason, "LINE_BUSY") << describe(record);
}

TEST(ScheduleVerbs, OffsetsAreSetByNameAndMustFit) {
  LabRig rig(LabRigSpec{});
  const std::string begin = "- power: cycle\n";
  EXPECT_EQ(rig.run(begin + "- start-schedule: {schedule: two-pulses, set: {second-hold: 5ms, second-release: 6ms}}\n")
                .reason,
            "USAGE");
  EXPECT_EQ(rig.run(begin + "- start-schedule: {schedule: two-pulses, set: {third: 5ms}}\n").reason, "NAME_UNKNOWN");
  const TestRecord unknown = rig.run(begin + "- start-schedule: two-pulse\n");
  EXPECT_EQ(unknown.reason, "NAME_UNKNOWN");
  EXPECT_THAT(unknown.hint, HasSubstr("two-pulses"));
}

TEST(ScheduleVerbs, ATrialThatWasNotPlayedIsAnErrorAndNoFailure) {
  LabRig rig(LabRigSpec{});
  const TestRecord record = rig.run("- power: cycle\n- start-schedule: two-pulses\n- end-schedule: {grace: 1ms}\n");
  EXPECT_EQ(record.verdict, Verdict::error) << describe(record);
  EXPECT_THAT(record.steps.back().evidence, Contains(HasSubstr("probe.nrst-release #1 did not come")));
}

TEST(ScheduleVerbs, EdgesOfOneCallNeedABenchThatSetsTheirLinesTogether) {
  LabRigSpec spec;
  spec.lines = "      boot0: {lab: gpio, safe: low}\n";
  spec.lab = "{wires: [swd, nrst-line, power, boot0]}";
  spec.schedules = R"(schedules:
  boot:
    edges:
      - {name: held, line: nrst, to: held, at: start, after: 1ms}
      - {name: boot, line: boot0, to: high, with: held}
      - {name: let-go, line: nrst, to: released, at: {edge: boot}, after: 5ms}
)";
  const std::string steps =
      "- power: cycle\n- start-schedule: boot\n- wait: 20ms\n- end-schedule:\n- line: {name: boot0, to: low}\n";
  LabRig apart(spec);
  const TestRecord refused = apart.run(steps);
  EXPECT_EQ(refused.reason, "USAGE") << describe(refused);
  EXPECT_THAT(refused.message, HasSubstr("in one call, and the bench sets 'nrst' and 'boot0' apart"));
  spec.extra = "    together: [[nrst, boot0]]\n";
  LabRig together(spec);
  const TestRecord record = together.run(steps);
  ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
  std::map<std::string, TimePoint> active;
  for (const Record& each : record.timeline)
    if (each.channel == Channel::line && each.value == 1 && each.text.starts_with("wire")) active[each.name] = each.at;
  EXPECT_EQ(active.at("nrst"), active.at("boot0"));
  EXPECT_THAT(record.steps[3].evidence, Contains(HasSubstr("boot: boot0 active, 0.0 us late")));
}

TEST(ScheduleVerbs, ABenchWithoutTheLineIsToldBeforeAnythingMoves) {
  LabRigSpec spec;
  spec.nrst = "probe";
  spec.lab = "{wires: [swd, nrst-probe, power]}";
  LabRig rig(spec);
  const TestRecord record = rig.run("- power: cycle\n- start-schedule: hold-until-release\n");
  EXPECT_EQ(record.reason, "USAGE") << describe(record);
  EXPECT_THAT(record.message, HasSubstr("the bench has no line for"));
}

}  // namespace
}  // namespace rigor
