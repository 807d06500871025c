#include <gtest/gtest.h>

#include "framework/probe/st_link_listing.hpp"
#include "tests/unit/probe/scripted_probe.hpp"

namespace rigor {
namespace {

using namespace test;

struct Opening : ScriptedTest {
  Result<std::unique_ptr<Probe>> open() { return open_st_link(host, "1-2", clock); }
};

TEST_F(Opening, reads_the_version_of_an_idle_probe) {
  script.open_with(kV2J47S7);
  const auto probe = open();
  ASSERT_TRUE(probe) << probe.error().describe();
  EXPECT_EQ((*probe)->identity().firmware, "V2J47S7");
  EXPECT_EQ((*probe)->identity().model, "ST-LINK/V2");
  EXPECT_EQ((*probe)->identity().usb_path, "1-2");
}

TEST_F(Opening, throws_stale_replies_away) {
  script.stale = {hex("8000"), hex("0200")};
  script.open_with(kV2J47S7);
  ASSERT_TRUE(open());
}

struct LeftMode {
  const char* what;
  const char* mode;
  const char* leave;
};
class OpeningLeaves : public Opening, public testing::WithParamInterface<LeftMode> {};
TEST_P(OpeningLeaves, the_mode_by_its_own_command) {
  script.answer("f5", GetParam().mode);
  script.take(GetParam().leave);
  script.open_with(kV2J47S7);
  ASSERT_TRUE(open());
}
INSTANTIATE_TEST_SUITE_P(table, OpeningLeaves,
                         testing::Values(LeftMode{"bootloader", "0000", "f307"}, LeftMode{"debug", "0200", "f221"},
                                         LeftMode{"swim", "0300", "f401"}),
                         [](const auto& test) { return test.param.what; });

TEST_F(Opening, asks_a_v3_for_its_long_version) {
  host.identity.product = 0x374F;
  script.open_with_long_version("0301110a0600");
  const auto probe = open();
  ASSERT_TRUE(probe);
  EXPECT_EQ((*probe)->identity().firmware, "V3J17M10B6S1");
  EXPECT_EQ((*probe)->identity().model, "STLINK-V3SET");
}

TEST_F(Opening, forgives_a_first_command_without_answer) {
  script.break_with("f5", Code::probe_timeout);
  script.open_with(kV2J47S7);
  ASSERT_TRUE(open());
  EXPECT_EQ(script.resets, 0);
}

TEST_F(Opening, follows_a_bootloader_that_re_enumerates) {
  script.answer("f5", "0002");
  script.take("f307");
  script.break_with("f5", Code::probe_lost);
  script.open_with(kV2J47S7);
  ASSERT_TRUE(open());
  EXPECT_EQ(script.opens, 2);
  EXPECT_EQ(clock.waits(), 1);
}

TEST_F(Opening, a_bootloader_that_never_comes_back_is_a_loss) {
  script.answer("f5", "0002");
  script.take("f307");
  script.break_with("f5", Code::probe_lost);
  script.vanishes_after = 1;
  const TimePoint start = clock.now();
  const auto probe = open();
  ASSERT_FALSE(probe);
  EXPECT_EQ(probe.error().code(), Code::probe_lost);
  EXPECT_LT(clock.now() - start, std::chrono::seconds(6));
}

// The ladder of recovery.hpp: each rung only when the one before did not help.
struct Rung {
  const char* what;
  int failures;
  bool hub;
  int resets;
  int power_cycles;
  bool cured;
};
class Recovery : public Opening, public testing::WithParamInterface<Rung> {};
TEST_P(Recovery, goes_no_further_than_it_must) {
  host.switches_power = GetParam().hub;
  for (int i = 0; i < GetParam().failures; ++i) {
    script.answer("f5", "0100");
    script.answer("f1", "0200 0000 0000");  // a stale mode, taken for a version
  }
  if (GetParam().cured) script.open_with(kV2J47S7);
  const auto probe = open();
  EXPECT_EQ(probe.has_value(), GetParam().cured);
  EXPECT_EQ(script.resets, GetParam().resets);
  EXPECT_EQ(host.power_cycles, GetParam().power_cycles);
  if (!probe) {
    EXPECT_EQ(probe.error().code(), Code::probe_confused);
    EXPECT_NE(probe.error().message().find(GetParam().hub ? "usb-reset, port-power" : "clear-halt, usb-reset"),
              std::string::npos)
        << probe.error().message();
  }
}
INSTANTIATE_TEST_SUITE_P(ladder, Recovery,
                         testing::Values(Rung{"nothing", 0, true, 0, 0, true}, Rung{"halts", 1, true, 0, 0, true},
                                         Rung{"reset", 2, true, 1, 0, true}, Rung{"power", 3, true, 1, 1, true},
                                         Rung{"hopeless", 4, true, 1, 1, false},
                                         Rung{"hopeless_without_hub", 3, false, 1, 0, false}),
                         [](const auto& test) { return test.param.what; });

TEST_F(Opening, a_stall_is_cleared_before_anything_harsher) {
  script.break_with("f5", Code::probe_stalled);
  script.open_with(kV2J47S7);
  ASSERT_TRUE(open());
  EXPECT_EQ(script.resets, 0);
  EXPECT_EQ(script.halts_cleared, 4) << "by the failed command, and by the first rung";
}

TEST_F(Opening, an_interruption_ends_the_ladder) {
  script.answer("f5", "0100");
  script.answer("f1", "0200 0000 0000");
  script.answer("f5", "0100");
  script.answer("f1", "0200 0000 0000");
  clock.interrupt();
  EXPECT_EQ(open().error().code(), Code::aborted);
}

TEST_F(Opening, does_not_reset_what_somebody_else_uses) {
  script.open_failure = Code::probe_busy;
  EXPECT_EQ(open().error().code(), Code::probe_busy);
  EXPECT_EQ(script.opens, 1);
  EXPECT_EQ(script.resets, 0);
}

TEST_F(Opening, takes_a_longer_reply_for_what_it_is) {
  for (int i = 0; i < 3; ++i) script.answer("f5", "0100 5a5a 5a5a");
  EXPECT_EQ(open().error().code(), Code::probe_confused);
}

TEST_F(Opening, refuses_other_devices) {
  host.identity.product = 0x3744;
  EXPECT_EQ(open().error().code(), Code::unsupported);
  host.identity.product = 0x5740;
  EXPECT_EQ(open().error().code(), Code::unsupported);
  EXPECT_EQ(open_st_link(host, "9-9", clock).error().code(), Code::probe_missing);
}

TEST_F(Opening, refuses_a_device_without_the_endpoints) {
  host.identity.interfaces = {{.number = 0, .device_class = 0xFF, .endpoints = {{0x81, 64}, {0x01, 64}}}};
  const auto probe = open();
  ASSERT_FALSE(probe);
  EXPECT_EQ(probe.error().code(), Code::probe_confused);
  EXPECT_TRUE(script.commands.empty());
}

TEST_F(Opening, listing_changes_no_mode) {
  script.answer("f1", kV2J47S7);
  const auto found = list_st_links(host);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().firmware, "V2J47S7");
  EXPECT_EQ(found->front().usb_path, "1-2");
}

TEST_F(Opening, listing_shows_a_busy_probe_with_its_trouble) {
  script.open_failure = Code::probe_busy;
  const auto found = list_st_links(host);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_FALSE(found->front().firmware);
  ASSERT_TRUE(found->front().trouble);
  EXPECT_EQ(found->front().trouble->code(), Code::probe_busy);
}

}  // namespace
}  // namespace rigor
