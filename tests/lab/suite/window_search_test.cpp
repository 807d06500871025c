// Timing searches on a bench of the lab, whose chip has true windows.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/lab_rig.hpp"

namespace rigor {
namespace {

using test::LabRig;
using test::LabRigSpec;
using ::testing::HasSubstr;

// The probe's reset wire reaches nothing; a relay moves NRST.
LabRigSpec jtrst() {
  LabRigSpec spec;
  spec.board = "stm32h7s78-dk";
  spec.probe = "v3ec";
  spec.min_off = "20ms";
  spec.power_keys = ", sense: {lab: gpio}";
  return spec;
}

// A part that is closed answers when NRST is let go after the magic word was written, and not too late.
const std::string kClosed = R"(search: release
schedule: hold-until-release
prepare:
  - power: cycle
  - identify:
  - self-test: [nrst, power]
  - set-state: provisioning
  - provision: password
  - discover: {expect: {integrity: valid}}
  - regress: password
  - set-state: provisioning
  - provision: password
  - discover: {expect: {integrity: valid}}
  - set-state: closed
milestones: [Communication with the target established]
)";
const std::string kTrial = "trial:\n  - discover: {reset: probe, expect: {integrity: valid, lifecycle: closed}}\n";
const std::string kFree = "free: {release: {from: 0ms, to: 8s, within: 20ms}}\n";

TEST(WindowSearch, EdgesAreThoseOfTheChip) {
  LabRig rig(jtrst());
  const std::string text =
      kClosed + kTrial + kFree + "confirm: 5\nfinally:\n  - regress: {method: password, reset: probe}\n";
  const SearchRecord found = rig.search(text);
  ASSERT_EQ(found.record.verdict, Verdict::pass) << test::describe(found.record);
  ASSERT_EQ(found.report.windows.size(), 1U);
  const auto& window = found.report.windows.front();
  EXPECT_TRUE(window.certain);
  EXPECT_TRUE(window.lo[0].bound) << "NRST may follow the probe's command at once";
  EXPECT_EQ(found.confirmed, (statistics::Count{5, 5}));
  EXPECT_LT(found.trials.size(), 40U);
  EXPECT_EQ(found.differed, 0U);
  EXPECT_EQ(found.record.steps.back().verb, "regress");
  // What the search claims is asked of the chip, one trial each.
  const double edge = window.hi[0].at;
  EXPECT_EQ(rig.search(text, search::Point{edge - 40}).record.verdict, Verdict::pass);
  const SearchRecord beyond = rig.search(text, search::Point{edge + 40});
  EXPECT_EQ(beyond.record.verdict, Verdict::fail);
  EXPECT_EQ(beyond.trials.front().symptom, "DA_NO_RESPONSE");
  EXPECT_EQ(beyond.trials.front().stage, 1);
}

TEST(WindowSearch, WhatIsAskedLateIsNotThere) {
  LabRig rig(jtrst());
  const SearchRecord found =
      rig.search(kClosed + kTrial + "free: {release: {from: 6s, to: 8s, within: 100ms}}\nbudget: 60\n");
  EXPECT_EQ(found.record.verdict, Verdict::fail);
  EXPECT_TRUE(found.report.windows.empty());
  EXPECT_THAT(found.record.message, HasSubstr("after"));
}

TEST(WindowSearch, ATrialMayDoNothingThatCannotBeDoneAgain) {
  LabRig rig(jtrst());
  const SearchRecord found = rig.search(kClosed + kFree + "trial:\n  - set-state: closed\n");
  EXPECT_EQ(found.record.verdict, Verdict::refused) << test::describe(found.record);
  EXPECT_EQ(found.record.reason, "CONSENT_MISSING");
  EXPECT_TRUE(found.record.steps.empty()) << "nothing was touched";
}

TEST(WindowSearch, ABenchThatLacksSomethingIsNotSearchedOn) {
  LabRigSpec spec = jtrst();
  spec.nrst = "probe";
  spec.lab = "{wires: [swd, nrst-probe, power]}";
  LabRig rig(spec);
  EXPECT_EQ(rig.search(kClosed + kTrial + kFree + "needs: [nrst-line]\n").record.verdict, Verdict::skipped);
}

TEST(WindowSearch, MistakesOfTheFileHaveTheirPlaces) {
  struct Case {
    std::string more;
    std::string message;
  };
  const std::string head = "search: x\nschedule: hold-until-release\n";
  const Case cases[] = {
      {kTrial, "has no 'free'"},
      {kFree, "has no 'trial'"},
      {kTrial + "free: {releas: {from: 0ms, to: 1s}}\n", "has no offset 'releas'"},
      {kTrial + "free: {release: {from: 1s, to: 1s}}\n", "has nothing to search"},
      {kTrial + "free: {}\n", "nothing is free"},
      {kFree + "trial: []\n", "a trial without steps"},
      {kFree + kTrial + "budget: 0\n", "budget"},
      {kFree + kTrial + "needs: [nrts]\n", "no bench can have 'nrts'"},
      {kFree + "trial:\n  - discovr:\n", "unknown verb 'discovr'"},
      {kFree + kTrial + "milestone: [x]\n", "milestone"},
  };
  LabRig rig(jtrst());
  for (const auto& [more, message] : cases) {
    try {
      static_cast<void>(rig.search(head + more));
      ADD_FAILURE() << "was read: " << more;
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr(message)) << more;
      EXPECT_THAT(error.what(), HasSubstr("search.yaml:")) << more;
    }
  }
}

}  // namespace
}  // namespace rigor
