#include <map>
#include <set>

#include "framework/target/stm32h7rs/option_fields.hpp"
#include "tests/unit/target/h7rs_bench.hpp"

namespace rigor {
namespace {

using namespace test;
using Wanted = std::vector<OptionValue>;

struct H7rsOptions : H7rs {
  std::uint32_t value(const std::string& name) { return target->read_option(name).value().value; }
  Code refused(const Wanted& wanted) {
    const auto change = target->write_options(wanted);
    return change ? Code::aborted : change.error().code();
  }
};

TEST_F(H7rsOptions, read_by_name_and_all) {
  EXPECT_EQ(value("NVSTATE"), 0xB4U);
  EXPECT_EQ(value("IROT_SELECT"), 0xB4U);
  EXPECT_EQ(value("HDP_AREA_START"), 1U);
  EXPECT_EQ(value("IWDG_HW"), 1U);
  EXPECT_EQ(target->read_options()->size(), h7rs::option_fields().size());
  EXPECT_EQ(target->read_option("WRPS8").error().code(), Code::name_unknown);
}

TEST_F(H7rsOptions, are_in_force_after_a_reset) {
  const auto change = target->write_options(Wanted{{"WRPS3", 0}, {"XSPI1_HSLV", 1}, {"ECC_ON_SRAM", 1}});
  ASSERT_TRUE(change) << change.error().describe();
  EXPECT_TRUE(change->link_lost);
  EXPECT_EQ(chip.options[0x218], 0xF7U);
  EXPECT_EQ(chip.options[0x260], 0x00000110U);  // PERSO_OK has no bit in the program register
  EXPECT_EQ(chip.options[0x268], 0x100U);
  EXPECT_EQ(change->fields.front().after, 0U);
}

TEST_F(H7rsOptions, a_value_that_is_there_wears_nothing) {
  ASSERT_TRUE(target->write_options(Wanted{{"WRPS0", 1}}));
  EXPECT_EQ(chip.option_writes, 0);
  EXPECT_EQ(chip.service_calls, 0);
}

TEST_F(H7rsOptions, a_refused_change_names_what_stayed) {
  chip.refuse_options = true;
  const auto change = target->write_options(Wanted{{"WRPS0", 0}, {"WRPS1", 1}});
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), Code::option_change_refused);
  EXPECT_EQ(change.error().message(), "WRPS0: 0x0 was asked for, 0x1 is there (refused by the chip)");
}

TEST_F(H7rsOptions, a_change_that_silently_does_not_stick_is_refused_too) {
  chip.frozen = {0x268};
  const auto change = target->write_options(Wanted{{"I2C_NI3C", 1}});
  EXPECT_EQ(change.error().message(), "I2C_NI3C: 0x1 was asked for, 0x0 is there (no error flag)");
}

TEST_F(H7rsOptions, a_corrupted_option_word_is_seen_after_the_reset) {
  chip.corrupt_options = true;
  EXPECT_EQ(refused({{"I2C_NI3C", 1}}), Code::chip_unexpected);
}

TEST_F(H7rsOptions, what_is_no_option_to_write_is_refused_untouched) {
  for (const char* name : {"NVSTATE", "OTPL", "EPOCH", "PERSO_OK", "PRODUCT_STATE"}) {
    EXPECT_EQ(refused({{name, 0}}), Code::usage) << name;
  }
  EXPECT_EQ(refused({{"WRPS0", 2}}), Code::usage);
  EXPECT_EQ(refused({{"WRPS9", 1}}), Code::name_unknown);
  EXPECT_EQ(chip.option_writes, 0);
}

TEST_F(H7rsOptions, in_provisioning_the_services_change_protections_only) {
  for (const bool returns : {false, true}) {
    chip.state = 0x17;
    chip.services_return = returns;
    chip.options[0x218] = 0xFF;
    chip.options[0x230] = 1;
    const auto change = target->write_options(Wanted{{"WRPS0", 0}, {"WRPS7", 0}, {"HDP_AREA_END", 2}});
    ASSERT_TRUE(change) << change.error().describe();
    EXPECT_EQ(chip.options[0x218], 0x7EU);
    EXPECT_EQ(chip.options[0x230], 0x00020001U);
    EXPECT_EQ(refused({{"XSPI1_HSLV", 1}}), Code::state_unsuitable);
  }
  EXPECT_EQ(chip.option_writes, 0);
}

TEST_F(H7rsOptions, the_root_of_trust_register_changes_through_the_services_everywhere) {
  ASSERT_TRUE(target->write_options(Wanted{{"IROT_SELECT", 0x6A}}));
  EXPECT_EQ(value("IROT_SELECT"), 0x6AU);
  EXPECT_EQ(chip.option_writes, 0);
}

// What the supply proves is asked by whoever wants the change (framework/suite/guard.hpp), with better evidence.
TEST_F(H7rsOptions, low_voltage_pads_are_written_whatever_this_probe_measures) {
  for (const double volts : {3.3, 1.8, 0.0}) {
    chip.volts = volts;
    EXPECT_TRUE(target->write_options(Wanted{{"VDDIO_HSLV", 1}})) << volts;
    EXPECT_EQ(value("VDDIO_HSLV"), 1U);
    EXPECT_TRUE(target->write_options(Wanted{{"VDDIO_HSLV", 0}})) << volts;
  }
}

TEST_F(H7rsOptions, without_services_the_non_volatile_state_decides) {
  chip.words.erase(0x1FF1FD74);
  EXPECT_TRUE(target->write_options(Wanted{{"I2C_NI3C", 1}}));
  chip.options[0x200] = 0x51;
  EXPECT_EQ(refused({{"I2C_NI3C", 0}}), Code::state_unsuitable);
}

TEST(H7rsOptionFields, names_are_unique_and_fields_do_not_overlap) {
  std::map<std::uint32_t, std::uint32_t> used;
  std::set<std::string_view> names;
  for (const OptionField& field : h7rs::option_fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_EQ(used[field.offset] & field.mask(), 0U) << field.name;
    used[field.offset] |= field.mask();
  }
}

}  // namespace
}  // namespace rigor
