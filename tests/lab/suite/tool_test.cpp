// Another program as a step of a suite.
#include <gmock/gmock.h>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::describe;
using test::LabRig;
using test::LabRigSpec;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(Tool, StatusAndWordsAreJudged) {
  struct Case {
    std::string parameters;
    std::string reason;
  };
  const Case cases[] = {
      {"command: [sh, -c, 'echo serial {serial}'], expect: serial 50FF", ""},
      {"command: [sh, -c, 'exit 3']", "TOOL_FAILED"},
      {"command: [sh, -c, 'exit 3'], status: 3", ""},
      {"command: [echo, one], expect: two", "EXPECTATION_FAILED"},
      {"command: [no-such-programmer]", "NAME_UNKNOWN"},
      {"command: [sleep, '60'], within: 100ms", "TIME_LIMIT"},
      {"command: []", "USAGE"},
  };
  for (const auto& [parameters, reason] : cases) {
    LabRig rig(LabRigSpec{});
    const TestRecord record = rig.run("- power: cycle\n- tool: {" + parameters + ", does: read-only}\n- identify:\n");
    EXPECT_EQ(record.reason, reason) << parameters << "\n" << describe(record);
  }
}

TEST(Tool, WhatMayNotBeUndoneNeedsBothConsents) {
  LabRigSpec spec;
  LabRig unasked(spec);
  EXPECT_EQ(unasked.run("- power: cycle\n- tool: {command: ['true']}\n").reason, "CONSENT_MISSING");
  spec.allow = "[irreversible]";
  spec.consents = {{"irreversible:tool", 1}};
  LabRig asked(spec);
  const TestRecord record = asked.run("- power: cycle\n- tool: {command: ['true']}\n- tool: {command: ['true']}\n");
  EXPECT_EQ(record.reason, "CONSENT_MISSING") << describe(record);
  EXPECT_EQ(record.steps[1].verdict, Verdict::pass);
}

TEST(Tool, WhatItDoesToTheBoardMakesProofsVoid) {
  for (const std::string does : {"read-only", "reversible"}) {
    LabRig rig(LabRigSpec{});
    const TestRecord record = rig.run(
        "- power: cycle\n- identify:\n- self-test: [nrst, power]\n- options: {set: {TZEN: off}}\n"
        "- tool: {command: ['true'], does: " +
        does + "}\n- set-state: provisioning\n");
    EXPECT_EQ(record.reason, does == "read-only" ? "" : "LEDGER_CONFLICT") << describe(record);
  }
}

TEST(Tool, ItsLinesAreEvents) {
  LabRigSpec spec;
  spec.schedules = R"(schedules:
  second-pulse:
    edges:
      - {name: held, line: nrst, to: held, at: {log: Asserting target reset, n: 2}}
      - {name: released, line: nrst, to: released, at: {log: De-asserting target reset, n: 2}, after: 3ms}
)";
  LabRig rig(spec);
  const std::string words =
      "Asserting target reset\\nDe-asserting target reset\\nAsserting target reset\\nDe-asserting target reset\\n";
  const TestRecord record = rig.run("- power: cycle\n- start-schedule: second-pulse\n- tool: {command: [printf, '" +
                                    words + "'], does: reversible}\n- end-schedule:\n");
  ASSERT_EQ(record.verdict, Verdict::pass) << describe(record);
  std::vector<std::string> said;
  for (const Record& each : record.timeline)
    if (each.channel == Channel::log && each.name == "tool") said.push_back(each.text);
  EXPECT_EQ(said.size(), 4U);
  EXPECT_THAT(record.steps.back().evidence, Contains(HasSubstr("held: nrst active, 0.0 us late")));
}

}  // namespace
}  // namespace rigor
