// Who it is, and the evidence of its pins.
#include "framework/target/make_target.hpp"
#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

struct F4Identity : F4 {};

TEST_F(F4Identity, reads_what_the_chip_shows) {
  const auto identity = target->identify();
  ASSERT_TRUE(identity) << identity.error().describe();
  EXPECT_EQ(identity->device_id, 0x413);
  EXPECT_EQ(identity->revision, 0x1007);
  EXPECT_EQ(unique_id_text(*identity), "0032001A 3333510A 30363532");
  EXPECT_EQ(identity->flash_kilobytes, 1024U);
  EXPECT_EQ(identity->bootloader_version, 0x91);
  EXPECT_FALSE(identity->sfsp_version);
  EXPECT_TRUE(identity->core_reachable);
}

TEST_F(F4Identity, what_cannot_be_read_has_no_default) {
  chip.hides_information = true;
  const auto identity = target->identify();
  ASSERT_TRUE(identity) << identity.error().describe();
  EXPECT_TRUE(identity->unique_id_reads_zero);
  EXPECT_FALSE(identity->flash_kilobytes);
  EXPECT_FALSE(identity->bootloader_version);
}

TEST_F(F4Identity, erased_words_are_no_values) {
  chip.words[0x1FFF7A20] = 0xFFFFFFFF;
  chip.words[0x1FFF77DC] = 0xFFFFFFFF;
  const auto identity = target->identify();
  EXPECT_FALSE(identity->flash_kilobytes);
  EXPECT_FALSE(identity->bootloader_version);
}

TEST_F(F4Identity, level_1_still_tells_who_it_is) {
  chip.load_options(0x0FFF55ED);
  const auto identity = target->identify();
  ASSERT_TRUE(identity) << identity.error().describe();
  EXPECT_EQ(identity->device_id, 0x413);
  EXPECT_FALSE(identity->unique_id_reads_zero);
}

TEST_F(F4Identity, another_chip_is_a_mismatch_and_silence_is_silence) {
  chip.words[0xE0042000] = 0x10076419;
  EXPECT_EQ(target->identify().error().code(), Code::identity_mismatch);
  chip.set_power(false);
  EXPECT_EQ(target->identify().error().code(), Code::swd_no_answer);
}

TEST_F(F4Identity, is_made_for_the_parts_of_the_reference_only) {
  EXPECT_TRUE(make_target(chip, clock, facts, timeline));
  facts.device_id = 0x458;
  EXPECT_EQ(make_target(chip, clock, facts, timeline).error().code(), Code::unsupported);
}

struct F4Evidence : F4 {
  FakePin pin{chip};
  FakeSupply supply{chip};
};

TEST_F(F4Evidence, a_system_reset_is_seen) { EXPECT_TRUE(target->system_reset()); }

TEST_F(F4Evidence, a_wired_reset_moves) {
  chip.words[0x40023874] = 1;  // LSION must survive the clearing of the flags
  const auto evidence = target->probe_reset(pin);
  ASSERT_TRUE(evidence) << evidence.error().describe();
  EXPECT_EQ(evidence->moved, Finding::yes);
  EXPECT_FALSE(evidence->seen.options_before);
  EXPECT_EQ(evidence->sentences.front(), "NRST driven by the line");
  EXPECT_EQ(chip.words[0x40023874], 1U);
}

TEST_F(F4Evidence, four_wires_do_not) {
  chip.nrst_wired = false;
  chip.reset_chip(1U << 28);  // long ago
  EXPECT_EQ(target->probe_reset(pin)->moved, Finding::no);
}

TEST_F(F4Evidence, level_1_is_not_the_place) {
  chip.load_options(0x0FFF55ED);
  EXPECT_EQ(target->probe_reset(pin).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->probe_power(supply).error().code(), Code::state_unsuitable);
  EXPECT_EQ(pin.releases, 0);
}

TEST_F(F4Evidence, pin_and_supply_come_back_even_when_taking_them_fails) {
  pin.hold_fails = Code::line_failed;
  EXPECT_EQ(target->probe_reset(pin).error().code(), Code::line_failed);
  EXPECT_EQ(pin.releases, 1);
  supply.off_fails = Code::line_failed;
  EXPECT_EQ(target->probe_power(supply).error().code(), Code::line_failed);
  EXPECT_EQ(supply.switched_on, 1);
}

TEST_F(F4Evidence, a_switched_supply_is_seen) {
  const auto evidence = target->probe_power(supply);
  ASSERT_TRUE(evidence) << evidence.error().describe();
  EXPECT_EQ(evidence->switched, Finding::yes);
  EXPECT_FALSE(evidence->seen.mailbox_pending);
}

TEST_F(F4Evidence, a_second_supply_is_seen) {
  chip.supply_wired = false;
  EXPECT_EQ(target->probe_power(supply)->switched, Finding::no);
}

}  // namespace
}  // namespace rigor
