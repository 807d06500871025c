// A board's console beside everything else: in the timeline, waited for, and as an event of a schedule.
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

LabRigSpec with_console(const std::string& banner = "boot 1.2 ready") {
  LabRigSpec spec;
  spec.lab = "{wires: [swd, nrst-line, power], chip: {uid: 00470036 3133510C 35343732}, console: {banner: \"" + banner +
             "\", after: 7ms}}";
  spec.extra = "    console: {lab: on}\n";
  return spec;
}

std::vector<Record> console_records(const TestRecord& record) {
  std::vector<Record> found;
  for (const Record& each : record.timeline)
    if (each.channel == Channel::console) found.push_back(each);
  return found;
}

TEST(Console, WhatTheBoardPrintsIsInTheTimelineWithItsTime) {
  LabRig rig(with_console());
  const TestRecord record =
      rig.run("- power: cycle\n- console: ready\n- reset: pin\n- console: {expect: \"boot 1\", within: 100ms}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  EXPECT_THAT(record.steps[1].evidence, Contains("console: boot 1.2 ready"));
  const auto printed = console_records(record);
  ASSERT_EQ(printed.size(), 2U);
  EXPECT_EQ(printed[0].text, "boot 1.2 ready");
  // The banner comes 7 ms after NRST is let go.
  const auto released = std::ranges::find_if(record.timeline, [](const Record& each) {
    return each.channel == Channel::line && each.name == "nrst" && each.value == 0 && each.text.starts_with("wire");
  });
  ASSERT_NE(released, record.timeline.end());
  EXPECT_NEAR(static_cast<double>((printed[1].at - released->at).count()), 7e6, 1e6);
}

TEST(Console, ATextThatDoesNotComeIsTheBoardsFailureWithTheLastLine) {
  LabRig rig(with_console());
  const TestRecord record = rig.run("- power: cycle\n- console: {expect: \"boot 2\", within: 50ms}\n");
  EXPECT_EQ(record.verdict, Verdict::fail);
  EXPECT_EQ(record.reason, "EXPECTATION_FAILED");
  EXPECT_THAT(record.hint, HasSubstr("the last it said was 'boot 1.2 ready'"));
}

TEST(Console, SilenceIsToldApart) {
  LabRig rig(with_console(""));
  const TestRecord record = rig.run("- power: cycle\n- console: {expect: ready, within: 50ms}\n");
  EXPECT_THAT(record.hint, HasSubstr("it said nothing")) << describe(record);
}

// The console of the lab is a plug that returns what is written.
TEST(Console, WhatIsSentComesBackAndIsRecorded) {
  LabRig rig(with_console());
  const TestRecord record = rig.run("- power: cycle\n- console: {send: version, expect: version, within: 1s}\n");
  EXPECT_EQ(record.verdict, Verdict::pass) << describe(record);
  const auto all = console_records(record);
  EXPECT_TRUE(
      std::ranges::any_of(all, [](const Record& each) { return each.text == "sent: version" && each.value == 1; }));
}

TEST(Console, EachTextIsWaitedForOnce) {
  LabRig rig(with_console());
  const TestRecord record = rig.run("- power: cycle\n- console: ready\n- console: {expect: ready, within: 50ms}\n");
  EXPECT_EQ(record.reason, "EXPECTATION_FAILED") << describe(record);
}

TEST(Console, ABenchWithoutOneHasNoConsole) {
  LabRig rig(LabRigSpec{});
  EXPECT_EQ(rig.run("- power: cycle\n- console: ready\n").reason, "CAPABILITY_MISSING");
}

}  // namespace
}  // namespace rigor
