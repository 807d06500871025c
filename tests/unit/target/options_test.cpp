#include <algorithm>

#include "framework/target/stm32h5/option_fields.hpp"
#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;
using Wanted = std::vector<OptionValue>;

struct H5Options : H5 {
  std::uint32_t value(const std::string& name) { return target->read_option(name).value().value; }
};

TEST_F(H5Options, reads_by_name) {
  EXPECT_EQ(value("PRODUCT_STATE"), 0xEDU);
  EXPECT_EQ(value("TZEN"), 0xC3U);
  EXPECT_EQ(value("BOOT_UBE"), 0xB4U);
  EXPECT_EQ(value("NSBOOTADD"), 0x80000U);
  EXPECT_EQ(value("SECWM2_END"), 0xFU);
  EXPECT_EQ(value("WRPSGn1"), 0xFFU);
}

TEST_F(H5Options, an_unknown_name_suggests_the_near_one) {
  const auto read = target->read_option("WRPSG1");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Code::name_unknown);
  EXPECT_NE(read.error().hint_text().find("WRPSGn1"), std::string::npos) << read.error().hint_text();
}

TEST_F(H5Options, marks_secure_fields_seen_through_a_non_secure_access) {
  chip.set_trustzone(true);
  chip.set_state(0x17);
  EXPECT_FALSE(target->read_option("SECBOOTADD")->readable);
  EXPECT_TRUE(target->read_option("TZEN")->readable);
  chip.set_state(0xED);
  EXPECT_TRUE(target->read_option("SECBOOTADD")->readable);
}

TEST_F(H5Options, writes_several_in_one_launch) {
  const auto change =
      target->write_options(Wanted{{"WRPSGn1", 0xF8}, {"HDP1_STRT", 0}, {"HDP1_END", 0xB}, {"IWDG_SW", 0}});
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_EQ(chip.launches, 1);
  EXPECT_EQ(chip.options[0xE8], 0xF8U);
  EXPECT_EQ(chip.options[0xF8], 0x000B0000U);
  EXPECT_EQ(value("IWDG_SW"), 0U);
  EXPECT_EQ(value("PRODUCT_STATE"), 0xEDU);
  EXPECT_EQ(change->fields.front().before, 0xFFU);
  EXPECT_FALSE(change->link_lost);
}

TEST_F(H5Options, a_value_that_is_there_wears_nothing) {
  ASSERT_TRUE(target->write_options(Wanted{{"TZEN", 0xC3}}));
  EXPECT_EQ(chip.launches, 0);
}

TEST_F(H5Options, a_refused_change_names_what_stayed) {
  chip.refuse_options = true;
  const auto change = target->write_options(Wanted{{"WRPSGn1", 0}, {"IWDG_SW", 1}});
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::option_change_refused);
  EXPECT_EQ(change.error().message(), "WRPSGn1: 0x0 was asked for, 0xFF is there (OPTCHANGEERR)");
  // The flag of the refusal must not stop the next change.
  chip.refuse_options = false;
  EXPECT_TRUE(target->write_options(Wanted{{"WRPSGn1", 0}}));
}

TEST_F(H5Options, a_change_that_silently_does_not_stick_is_refused_too) {
  chip.frozen = {"F8"};
  const auto change = target->write_options(Wanted{{"WRPSGn1", 0}, {"HDP1_END", 3}});
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().message(), "HDP1_END: 0x3 was asked for, 0x0 is there (no error flag)");
}

TEST_F(H5Options, survives_a_chip_that_resets_on_launch) {
  chip.launch_resets = true;
  const auto change = target->write_options(Wanted{{"WRPSGn1", 0xF0}});
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_TRUE(change->link_lost);
  EXPECT_EQ(chip.options[0xE8], 0xF0U);
}

TEST_F(H5Options, the_read_back_judges_after_a_reset_as_well) {
  chip.launch_resets = true;
  chip.frozen = {"E8"};
  EXPECT_EQ(target->write_options(Wanted{{"WRPSGn1", 0xF0}}).error().code(), Code::option_change_refused);
}

TEST_F(H5Options, a_chip_that_never_comes_back_is_given_up) {
  chip.launch_resets = true;
  chip.silence_after_launch = 1'000'000;
  const TimePoint start = clock.now();
  EXPECT_EQ(target->write_options(Wanted{{"WRPSGn1", 0xF0}}).error().code(), Code::access_port_locked);
  EXPECT_EQ(chip.launches, 1);
  EXPECT_LT(clock.now() - start, std::chrono::seconds(20));
}

TEST_F(H5Options, refuses_what_cannot_be_right) {
  EXPECT_EQ(target->write_options(Wanted{{"PRODUCT_STATE", 0x17}}).error().code(), Code::usage);
  EXPECT_EQ(target->write_options(Wanted{{"HDP1_END", 0x20}}).error().code(), Code::usage);
  EXPECT_EQ(target->write_options(Wanted{{"NOPE", 1}}).error().code(), Code::name_unknown);
  EXPECT_EQ(chip.launches, 0);
}

TEST_F(H5Options, in_reset_zero_is_not_a_state) {
  chip.set_nrst(true);
  EXPECT_EQ(target->read_options().error().code(), Code::chip_in_reset);
  EXPECT_EQ(target->product_state().error().code(), Code::chip_in_reset);
}

TEST_F(H5Options, turning_the_security_extension_on_erases) {
  std::ranges::fill(chip.flash, 0);
  const OptionValue on{.name = "TZEN", .value = 0xB4};
  ASSERT_TRUE(target->write_options(std::span(&on, 1)));
  EXPECT_TRUE(target->security_extension().value());
  EXPECT_EQ(chip.flash[0], 0xFF);
}

TEST(OptionTable, has_the_layout_of_its_group) {
  const h5::OptionTable h503(0x474);
  const h5::OptionTable h523(0x478);
  const h5::OptionTable h563(0x484);
  EXPECT_EQ(h503.find("TZEN"), nullptr);
  EXPECT_EQ(h503.find("SECWM1_STRT"), nullptr);
  EXPECT_NE(h503.find("SRAM1_RST"), nullptr);
  EXPECT_EQ(h503.find("HDP1_END")->width, 3U);
  EXPECT_EQ(h523.find("SECWM1_END")->width, 5U);
  EXPECT_EQ(h523.find("WRPSGn2")->width, 8U);
  EXPECT_EQ(h563.find("SECWM1_END")->width, 7U);
  EXPECT_EQ(h563.find("WRPSGn2")->width, 32U);
  EXPECT_EQ(h563.find("WRPSGn2")->mask(), 0xFFFFFFFFU);
}

TEST(OptionTable, names_are_unique_and_fields_of_a_register_do_not_overlap) {
  for (const unsigned device : {0x474U, 0x478U, 0x484U}) {
    const h5::OptionTable table(static_cast<std::uint16_t>(device));
    std::map<std::uint32_t, std::uint32_t> used;
    std::set<std::string_view> names;
    for (const OptionField& field : table.fields()) {
      EXPECT_TRUE(names.insert(field.name).second) << field.name;
      EXPECT_EQ(used[field.offset] & field.mask(), 0U) << field.name;
      used[field.offset] |= field.mask();
    }
  }
}

}  // namespace
}  // namespace rigor
