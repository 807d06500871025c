// Inputs that watch the lines of a bench: what really happened, and when.
#include <gmock/gmock.h>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;
using test::describe;
using test::LabRig;
using test::LabRigSpec;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::string kSchedules = R"(schedules:
  pulse:
    edges:
      - {name: held, line: nrst, to: held, at: start, after: 1ms}
      - {name: let-go, line: nrst, to: released, at: {edge: held}, after: 5ms}
  follow:
    edges:
      - {name: held, line: nrst, to: held, at: start, after: 1ms}
      - {name: let-go, line: nrst, to: released, at: {sense: "nrst held"}, after: 5ms}
)";

// Relays that take their time: NRST 2 ms to hold and 1 ms to let go, the supply 8 ms on and 3 ms off.
LabRigSpec watched(const std::string& supply = "{rise: 1ms, discharge: 90ms}") {
  LabRigSpec spec;
  spec.schedules = kSchedules;
  spec.min_off = "1ms";
  spec.power_keys = ", sense: {lab: gpio}";
  spec.nrst_keys = ", sense: {lab: gpio}";
  spec.lab = "{wires: [swd, nrst-line, power], chip: {uid: 00470036 3133510C 35343732}, supply: " + supply +
             ", relays: {nrst: {operate: 2ms, release: 1ms}, power: {operate: 8ms, release: 3ms}}}";
  return spec;
}

std::vector<Record> sensed(const TestRecord& record, const std::string& line) {
  std::vector<Record> found;
  for (const Record& each : record.timeline)
    if (each.channel == Channel::sense && each.name == line) found.push_back(each);
  return found;
}

TEST(Sense, TheTimelineHasTheEdgesOfThePinBesideThoseOfTheCall) {
  LabRig rig(watched());
  const TestRecord record = rig.run("- power: cycle\n- reset: pin\n");
  ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
  const auto is_call = [](const Record& each) {
    return each.channel == Channel::line && each.name == "nrst" && each.value == 1 && each.text.starts_with("wire");
  };
  const auto call = std::ranges::find_if(record.timeline, is_call);
  ASSERT_NE(call, record.timeline.end());
  const auto edges = sensed(record, "nrst");
  const auto held =
      std::ranges::find_if(edges, [&](const Record& each) { return each.value == 1 && each.at > call->at - 1ms; });
  ASSERT_NE(held, edges.end());
  EXPECT_NEAR(static_cast<double>((held->at - call->at).count()), 2e6, 5e4);
}

TEST(Sense, LatencyAndDischargeAreMeasuredAndRecorded) {
  LabRig rig(watched());
  const TestRecord record = rig.run("- power: on\n- reset: pin\n- power: off\n");
  ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
  ASSERT_TRUE(record.metrics.contains("nrst-latency-us"));
  EXPECT_NEAR(record.metrics.at("nrst-latency-us"), 2000.0, 1.0);
  ASSERT_TRUE(record.metrics.contains("discharge-us"));
  // 3 ms for the contact, then the capacitors: 90 ms to 1.6 V, more to the 1 V that an input reads as low.
  EXPECT_GT(record.metrics.at("discharge-us"), 93e3);
  EXPECT_LT(record.metrics.at("discharge-us"), 250e3);
}

TEST(Sense, PowerIsOffWhenTheSupplyIsGoneAndNotBefore) {
  LabRig rig(watched());
  const TestRecord record = rig.run("- power: on\n- power: off\n");
  ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
  const StepRecord& off = record.steps.back();
  EXPECT_NEAR(static_cast<double>((off.ended - off.started).count()), record.metrics.at("discharge-us") * 1e3, 1e6);
}

TEST(Sense, ASupplyThatStaysIsNamed) {
  struct Case {
    LabRigSpec spec;
    std::string message;  // empty: it is believed to be off
  };
  LabRigSpec by_probe = watched("{rise: 1ms, discharge: 90ms, backfeed-volts: 0.7}");
  by_probe.probe = "v2-1";
  by_probe.power_keys = ", discharge: {below-millivolts: 300, within: 2s}";
  LabRigSpec believed = by_probe;
  believed.power_keys = ", discharge: {below-millivolts: 900, within: 2s}";
  LabRigSpec constant = believed;
  constant.probe = "v2-clone";
  for (const auto& [spec, message] :
       {Case{watched("{rise: 1ms, discharge: 90ms, backfeed-volts: 1.3}"), "still there 3000 ms after"},
        Case{by_probe, "not under 300 mV"}, Case{believed, ""}, Case{constant, "reads 3.26 V"}}) {
    LabRig rig(spec);
    const TestRecord record = rig.run("- power: on\n- power: off\n");
    if (message.empty()) {
      EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
      continue;
    }
    EXPECT_EQ(record.reason, "POWER_NOT_SWITCHED") << describe(record);
    EXPECT_THAT(record.message, HasSubstr(message));
    EXPECT_THAT(record.hint, HasSubstr("back-feeding"));
  }
}

TEST(Sense, ANrstRelayThatReachesNothingIsNamedAtOnce) {
  LabRigSpec spec = watched();
  spec.lab = "{wires: [swd, power], chip: {uid: 00470036 3133510C 35343732}}";
  LabRig rig(spec);
  const TestRecord record = rig.run("- power: cycle\n- reset: pin\n");
  EXPECT_EQ(record.reason, "NRST_NOT_DRIVEN") << describe(record);
}

TEST(Sense, AScheduleStoresWhenItsEdgesWereSeen) {
  LabRig rig(watched());
  const TestRecord record = rig.run("- power: cycle\n- start-schedule: pulse\n- wait: 20ms\n- end-schedule:\n");
  ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_THAT(record.steps.back().evidence,
              Contains(HasSubstr("held: nrst active, 0.0 us late, set in 10.0 us, seen 2000.0 us later")));
  EXPECT_THAT(record.steps.back().evidence,
              Contains(HasSubstr("let-go: nrst inactive, 0.0 us late, set in 10.0 us, seen 1000.0 us later")));
}

TEST(Sense, AnEdgeOfThePinIsAnEvent) {
  LabRig rig(watched());
  const TestRecord record = rig.run("- power: cycle\n- start-schedule: follow\n- wait: 20ms\n- end-schedule:\n");
  ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
  const auto edges = sensed(record, "nrst");
  ASSERT_GE(edges.size(), 2U);
  const Record& held = edges[edges.size() - 2];
  const Record& released = edges.back();
  // Released 5 ms after the pin was seen low, and the contact takes 1 ms to let go.
  EXPECT_EQ(released.at - held.at, 6ms);
}

}  // namespace
}  // namespace rigor
