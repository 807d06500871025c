#include <algorithm>
#include <map>
#include <set>

#include "framework/target/stm32f4/part.hpp"
#include "framework/target/stm32f4/protection.hpp"
#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;
using Wanted = std::vector<OptionValue>;
using enum ProductState;

struct F4Options : F4 {
  std::uint32_t value(const std::string& name) { return target->read_option(name).value().value; }
};
struct F42Options : F42 {};

TEST_F(F4Options, reads_by_name_and_all) {
  EXPECT_EQ(value("RDP"), 0xAAU);
  EXPECT_EQ(value("BOR_LEV"), 3U);
  EXPECT_EQ(value("WDG_SW"), 1U);
  EXPECT_EQ(value("nRST_STOP"), 1U);
  EXPECT_EQ(value("WRP11"), 1U);
  EXPECT_EQ(target->read_options()->size(), 17U);
  const auto unknown = target->read_option("SPRMOD");
  EXPECT_EQ(unknown.error().code(), Code::name_unknown) << "an F407 has no code protection";
  EXPECT_EQ(target->read_option("WPR3").error().hint_text(), "did you mean 'WRP3'?");
}

TEST_F(F4Options, writes_several_in_one_launch_and_reads_back_what_is_stored) {
  const auto change = target->write_options(Wanted{{"WRP3", 0}, {"BOR_LEV", 1}, {"WDG_SW", 1}});
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_EQ(chip.launches, 1);
  EXPECT_EQ(chip.stored & ~1U, 0x0FF7AAE4U);
  ASSERT_EQ(change->fields.size(), 3U);
  EXPECT_EQ(change->fields[1].name, "BOR_LEV");
  EXPECT_EQ(change->fields[1].before, 3U);
  EXPECT_EQ(change->fields[1].after, 1U);
  EXPECT_EQ(change->fields[2].before, 1U) << "asked for, and held already";
  EXPECT_FALSE(change->link_lost);
  EXPECT_EQ(chip.read_word({}, 0x40023C14).value() & 1U, 1U) << "locked again";
  EXPECT_FALSE(chip.halted);
}

TEST_F(F4Options, a_value_that_is_there_wears_nothing) {
  ASSERT_TRUE(target->write_options(Wanted{{"BOR_LEV", 3}}));
  EXPECT_EQ(chip.launches, 0);
}

TEST_F(F4Options, what_is_written_but_not_stored_is_refused) {
  chip.options_stick = false;
  const auto change = target->write_options(Wanted{{"WRP3", 0}, {"nRST_STOP", 1}});
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::option_change_refused);
  EXPECT_EQ(change.error().message(), "WRP3: 0x0 was asked for, 0x1 is there (no error flag)");
  EXPECT_NE(change.error().hint_text().find("VCAP"), std::string::npos);
}

TEST_F(F4Options, refuses_what_cannot_be_right) {
  EXPECT_EQ(target->write_options(Wanted{{"RDP", 0x55}}).error().code(), Code::usage);
  EXPECT_EQ(target->write_options(Wanted{{"BOR_LEV", 4}}).error().code(), Code::usage);
  EXPECT_EQ(target->write_options(Wanted{{"NOPE", 1}}).error().code(), Code::name_unknown);
  EXPECT_EQ(chip.launches, 0);
}

TEST_F(F4Options, in_reset_zero_is_no_option_value) {
  chip.set_nrst(true);
  EXPECT_EQ(target->read_options().error().code(), Code::chip_in_reset);
  EXPECT_EQ(target->product_state().error().code(), Code::chip_in_reset);
}

TEST_F(F4Options, work_at_level_1) {
  chip.load_options(0x0FFF55ED);
  ASSERT_TRUE(target->write_options(Wanted{{"WRP3", 0}}));
  EXPECT_EQ(target->product_state().value(), rdp_1);
}

TEST_F(F42Options, bank_2_has_its_own_word) {
  const auto change = target->write_options(Wanted{{"WRP14", 0}, {"WRP2", 0}});
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_EQ(chip.stored_second, 0x0FFB0000U);
  EXPECT_EQ(chip.stored & 0x0FFF0000U, 0x0FFB0000U);
  EXPECT_EQ(target->read_options()->size(), 32U);
}

TEST_F(F42Options, code_protection_does_not_come_off_alone) {
  chip.load_options(0x8004AAED);
  const auto change = target->write_options(Wanted{{"SPRMOD", 0}, {"BOR_LEV", 0}});
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::option_change_refused);
  EXPECT_TRUE(change.error().involves(Code::flash_write_protected)) << change.error().describe();
  EXPECT_NE(change.error().hint_text().find("PCROP"), std::string::npos);
  EXPECT_EQ(chip.stored, 0x8004AAEDU);
}

TEST_F(F4Options, a_cut_in_the_middle_is_told_by_what_it_leaves) {
  chip.cut_at_launch = true;
  const auto change = target->write_options(Wanted{{"WRP3", 0}});
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::option_change_refused);
  EXPECT_NE(change.error().hint_text().find("interrupted option write"), std::string::npos)
      << change.error().describe();
  EXPECT_EQ(target->product_state().value(), rdp_1);
  // One way back, as the hint says.
  const auto opened = target->set_product_state(rdp_0);
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_EQ(target->product_state().value(), rdp_0);
}

TEST_F(F42Options, after_a_cut_the_way_back_takes_code_protection_off) {
  chip.cut_at_launch = true;
  ASSERT_FALSE(target->write_options(Wanted{{"WRP3", 0}}));
  const auto opened = target->set_product_state(rdp_0);
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_NE(opened->note.find("PCROP"), std::string::npos);
  EXPECT_TRUE(target->protections(0x08000000, 2 << 20)->empty());
  EXPECT_EQ(target->read_option("SPRMOD")->value, 0U);
}

TEST_F(F4Options, a_link_that_never_comes_back_is_given_up) {
  chip.cut_at_launch = true;
  chip.silence = 1'000'000;
  const TimePoint start = clock.now();
  const auto change = target->write_options(Wanted{{"WRP3", 0}});
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::swd_no_answer);
  EXPECT_NE(change.error().message().find("went away"), std::string::npos) << change.error().message();
  EXPECT_LT(clock.now() - start, std::chrono::seconds(20));
}

struct F4Level : F4 {
  void SetUp() override {
    ASSERT_TRUE(target->program(0x08000000, pattern(64)));
    ASSERT_TRUE(target->write_options(Wanted{{"WRP7", 0}}));
    chip.one_time[5] = 0x12;
  }
};

TEST_F(F4Level, one_is_read_back_and_keeps_the_flash) {
  const auto change = target->set_product_state(rdp_1);
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_TRUE(change->confirmed);
  EXPECT_NE(change->note.find("power-on reset"), std::string::npos) << change->note;
  EXPECT_EQ(target->product_state().value(), rdp_1);
  EXPECT_EQ(chip.flash[1], 7);
}

TEST_F(F4Level, zero_erases_the_flash_and_nothing_else) {
  ASSERT_TRUE(target->set_product_state(rdp_1));
  const auto change = target->set_product_state(rdp_0);
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_TRUE(change->confirmed);
  EXPECT_NE(change->note.find("erased"), std::string::npos) << change->note;
  EXPECT_TRUE(target->check_blank(0x08000000, 1 << 20));
  EXPECT_EQ(target->read_option("WRP7")->value, 0U);
  EXPECT_EQ(chip.one_time[5], 0x12);
}

TEST_F(F4Level, any_other_code_is_level_1) {
  chip.load_options(0x0F7FE7ED);  // v-f405-rdp-e7.log
  EXPECT_EQ(target->product_state().value(), rdp_1);
  EXPECT_TRUE(target->set_product_state(rdp_1)->confirmed);
  EXPECT_EQ(chip.launches, 1) << "SetUp's";
}

TEST_F(F4Level, two_cannot_be_confirmed) {
  const auto change = target->set_product_state(rdp_2);
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_FALSE(change->confirmed);
  EXPECT_EQ(chip.stored >> 8 & 0xFF, 0xCCU);
  EXPECT_EQ(target->product_state().error().code(), Code::swd_no_answer);
}

TEST_F(F4Level, one_that_reads_as_before_is_not_confirmed) {
  chip.options_stick = false;
  for (const ProductState wanted : {rdp_1, rdp_2}) {
    const auto change = target->set_product_state(wanted);
    ASSERT_TRUE(change) << change.error().describe();
    EXPECT_FALSE(change->confirmed);
    EXPECT_NE(change->note.find("the chip is at rdp-0 (RDP 0xAA)"), std::string::npos) << change->note;
    EXPECT_NE(change->note.find("power-on reset"), std::string::npos) << change->note;
  }
}

TEST_F(F4Level, one_that_the_controller_refuses_is_refused) {
  chip.raise_on_erase = 1U << 4;
  const auto change = target->set_product_state(rdp_1);
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::state_change_refused);
  EXPECT_TRUE(change.error().involves(Code::flash_write_protected)) << change.error().describe();
}

TEST_F(F4Level, an_interrupted_change_is_recognised) {
  chip.cut_at_launch = true;
  const auto change = target->set_product_state(rdp_2);
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::state_change_refused);
  EXPECT_NE(change.error().hint_text().find("interrupted option write"), std::string::npos);
}

TEST_F(F4Level, a_chip_that_stays_silent_below_level_2_is_no_success) {
  chip.cut_at_launch = true;
  chip.silence = 1'000'000;
  EXPECT_EQ(target->set_product_state(rdp_1).error().code(), Code::state_change_refused);
}

TEST_F(F4Level, other_families_states_are_refused) {
  EXPECT_EQ(target->set_product_state(closed).error().code(), Code::usage);
  EXPECT_EQ(chip.launches, 1) << "SetUp's";
}

TEST(F4Parts, names_are_unique_and_fields_of_a_register_do_not_overlap) {
  for (const unsigned device : {0x413U, 0x419U, 0x421U, 0x423U, 0x433U, 0x431U, 0x434U, 0x441U, 0x463U}) {
    const f4::Part* const part = f4::find_part(static_cast<std::uint16_t>(device));
    ASSERT_NE(part, nullptr);
    std::map<std::uint32_t, std::uint32_t> used;
    std::set<std::string_view> names;
    for (const OptionField& field : f4::option_fields(*part)) {
      EXPECT_TRUE(names.insert(field.name).second) << field.name;
      EXPECT_EQ(used[field.offset] & field.mask(), 0U) << field.name;
      used[field.offset] |= field.mask();
    }
    EXPECT_EQ(names.contains("SPRMOD"), device != 0x413);
    EXPECT_EQ(names.contains("WRP23"), device == 0x419 || device == 0x434);
    EXPECT_EQ(names.contains("DB1M"), device == 0x419 || device == 0x434);
    EXPECT_EQ(names.contains("WRP14"), device == 0x419 || device == 0x434 || device == 0x463);
  }
  EXPECT_EQ(f4::find_part(0x478), nullptr);
}

// F413 has sixteen sectors and fifteen bits.
TEST(F4Parts, sectors_without_a_protection_bit_of_their_own_share_the_last) {
  const f4::Part& part = *f4::find_part(0x463);
  f4::View view;
  view.options = 0x7FFFAAED & ~(1U << 30);
  const FlashSector sectors[] = {
      {1, 13, 1152U << 10, 128U << 10}, {1, 14, 1280U << 10, 128U << 10}, {1, 15, 1408U << 10, 128U << 10}};
  const auto found = f4::sector_protections(view, part, sectors);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].what, "WRP14 is 0: sector 14 of bank 1 is write protected");
  EXPECT_EQ(found[1].what, "WRP14 is 0: sector 15 of bank 1 is write protected");
  EXPECT_EQ(f4::write_protect_name(part, 1, 13), "WRP13");
  EXPECT_EQ(f4::write_protect_name(*f4::find_part(0x419), 2, 2), "WRP14");
}

}  // namespace
}  // namespace rigor
