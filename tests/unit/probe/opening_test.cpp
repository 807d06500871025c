#include <gtest/gtest.h>

#include "framework/probe/st_link.hpp"
#include "framework/probe/st_link_listing.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/probe/scripted_usb.hpp"

namespace rigor {
namespace {

using namespace test;

struct Opening : testing::Test {
  ScriptedHost host;
  Script& script = host.script;
  InstantClock clock;

  Result<std::unique_ptr<Probe>> open() { return open_st_link(host, "1-2", clock); }
  void TearDown() override { script.finish(); }
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

TEST_F(Opening, starts_the_application_of_a_fresh_v2) {
  script.answer("f5", "0000");
  script.take("f307");
  script.answer("f5", "0100");
  script.answer("f1", kV2J47S7);
  ASSERT_TRUE(open());
}

TEST_F(Opening, leaves_debug_only_in_debug_mode) {
  script.answer("f5", "0200");
  script.take("f221");
  script.answer("f5", "0100");
  script.answer("f1", kV2J47S7);
  ASSERT_TRUE(open());
}

TEST_F(Opening, leaves_swim) {
  script.answer("f5", "0300");
  script.take("f401");
  script.answer("f5", "0100");
  script.answer("f1", kV2J47S7);
  ASSERT_TRUE(open());
}

TEST_F(Opening, asks_a_v3_for_its_long_version) {
  host.identity.product = 0x374F;
  script.answer("f5", "0100");
  script.answer("f1", "3000 8304 4f37");
  script.answer("fb", "0301110a06000000 8304 4f37");
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

TEST_F(Opening, resets_the_probe_once_when_it_is_confused) {
  script.answer("f5", "0100");
  script.answer("f1", "0200 0000 0000");
  script.open_with(kV2J47S7);
  ASSERT_TRUE(open());
  EXPECT_EQ(script.resets, 1);
}

TEST_F(Opening, gives_up_after_one_reset) {
  for (int i = 0; i < 2; ++i) script.break_with("f5", Code::probe_stalled);
  const auto probe = open();
  ASSERT_FALSE(probe);
  EXPECT_EQ(probe.error().code(), Code::probe_stalled);
  EXPECT_EQ(script.resets, 1);
  EXPECT_EQ(script.halts_cleared, 4);
}

TEST_F(Opening, does_not_reset_what_somebody_else_uses) {
  script.open_failure = Code::probe_busy;
  EXPECT_EQ(open().error().code(), Code::probe_busy);
  EXPECT_EQ(script.opens, 1);
  EXPECT_EQ(script.resets, 0);
}

TEST_F(Opening, takes_a_longer_reply_for_what_it_is) {
  script.answer("f5", "0100 5a5a 5a5a");
  script.answer("f5", "0100 5a5a 5a5a");
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
