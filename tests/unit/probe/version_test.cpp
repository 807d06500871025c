#include "framework/probe/version.hpp"

#include <gtest/gtest.h>

#include "framework/probe/capabilities.hpp"
#include "framework/probe/products.hpp"
#include "framework/probe/speeds.hpp"
#include "framework/probe/st_link_listing.hpp"
#include "tests/unit/probe/scripted_usb.hpp"

namespace rigor {
namespace {

using test::hex;

struct VersionCase {
  const char* reply;
  const char* text;
};

// st-link-protocol.md 4.1; the firmware of identities.csv, packed by the rules there.
class ShortVersion : public testing::TestWithParam<VersionCase> {};
TEST_P(ShortVersion, reads_as_st_prints_it) {
  const auto version = decode_short_version(hex(GetParam().reply));
  ASSERT_TRUE(version);
  EXPECT_EQ(version->text(), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(table, ShortVersion,
                         testing::Values(VersionCase{"28c783044837", "V2J35S7"},     // recorded by pyswd
                                         VersionCase{"2bc783044837", "V2J47S7"},     // seed thread 000
                                         VersionCase{"2b8783044837", "V2J46S7"},     // seed thread 004
                                         VersionCase{"274783044837", "V2J29S7"},     // clone
                                         VersionCase{"294783044837", "V2J37S7"},     // clone
                                         VersionCase{"244483044837", "V2J17S4"},     // old unit
                                         VersionCase{"28da83045237", "V2J35M26"},    // NUCLEO-L432KC
                                         VersionCase{"258783044b37", "V2M22S7"},     // disk and SWIM, no JTAG
                                         VersionCase{"264a83044b37", "V2M25S10"},    // the other such range
                                         VersionCase{"25c783044b37", "V2J23M7"},     // between the ranges
                                         VersionCase{"264d83044b37", "V2J25M13"}));  // just outside

TEST(ExtendedVersion, carries_every_field) {
  const auto version = decode_extended_version(hex("0301110a060200008304 4f37"));
  ASSERT_TRUE(version);
  EXPECT_EQ(version->text(), "V3J17M10B6S1");
  EXPECT_EQ(version->power, 2);
  EXPECT_EQ(version->product, 0x374F);
  EXPECT_EQ(decode_extended_version(hex("030009030000000083044e37"))->text(), "V3J9M3");
}

TEST(Version, tells_when_the_long_form_is_needed) {
  EXPECT_TRUE(decode_short_version(hex("300083044e37"))->needs_extended());
  EXPECT_TRUE(decode_short_version(hex("400083045737"))->needs_extended());
  EXPECT_FALSE(decode_short_version(hex("2bc783044837"))->needs_extended());
}

TEST(Version, refuses_what_another_reply_left_behind) {
  // rust-embedded/book issue 380: this was shown as V0J8S0.
  EXPECT_EQ(decode_short_version(hex("020000000000")).error().code(), Code::probe_confused);
  EXPECT_EQ(decode_short_version(hex("2bc7")).error().code(), Code::probe_confused);
  EXPECT_EQ(decode_extended_version(hex("030111")).error().code(), Code::probe_confused);
}

StLinkVersion firmware(int hardware, int jtag) {
  StLinkVersion version;
  version.hardware = hardware;
  version.jtag = jtag;
  return version;
}

std::string fmt_version(int hardware, int jtag) { return "V" + std::to_string(hardware) + "J" + std::to_string(jtag); }

struct FeatureCase {
  Feature feature;
  int hardware;
  int first;  // J number that has it
};
class FeatureBorder : public testing::TestWithParam<FeatureCase> {};
TEST_P(FeatureBorder, begins_where_the_matrix_says) {
  const auto [feature, hardware, first] = GetParam();
  EXPECT_TRUE(Capabilities(firmware(hardware, first)).has(feature));
  const Capabilities before(firmware(hardware, first - 1));
  EXPECT_FALSE(before.has(feature));
  const auto needed = before.require(feature);
  ASSERT_FALSE(needed);
  EXPECT_EQ(needed.error().code(), Code::probe_too_old);
  EXPECT_NE(needed.error().message().find(fmt_version(hardware, first)), std::string::npos) << needed.error().message();
}
INSTANTIATE_TEST_SUITE_P(
    matrix, FeatureBorder,
    testing::Values(FeatureCase{Feature::target_voltage, 2, 13}, FeatureCase{Feature::status_with_address, 2, 15},
                    FeatureCase{Feature::clock_divisor, 2, 22}, FeatureCase{Feature::debug_port_registers, 2, 24},
                    FeatureCase{Feature::halfword_memory, 2, 26}, FeatureCase{Feature::halfword_memory, 3, 1},
                    FeatureCase{Feature::access_port_selection, 2, 28}, FeatureCase{Feature::access_port_close, 2, 29},
                    FeatureCase{Feature::access_port_in_commands, 2, 32},
                    FeatureCase{Feature::access_port_in_commands, 3, 2}, FeatureCase{Feature::target_power, 2, 34},
                    FeatureCase{Feature::target_power, 3, 4}, FeatureCase{Feature::board_identifier, 3, 6},
                    FeatureCase{Feature::access_port_must_be_open, 2, 37},
                    FeatureCase{Feature::access_port_must_be_open, 3, 7}));

TEST(Capabilities, know_what_a_kind_never_had) {
  EXPECT_EQ(Capabilities(firmware(3, 17)).require(Feature::clock_divisor).error().code(), Code::unsupported);
  EXPECT_EQ(Capabilities(firmware(2, 47)).require(Feature::clock_table).error().code(), Code::unsupported);
  EXPECT_TRUE(Capabilities(firmware(4, 1)).has(Feature::board_identifier));
  EXPECT_FALSE(Capabilities(firmware(4, 1)).has(Feature::clock_divisor));
}

TEST(Products, have_their_family_s_endpoints) {
  EXPECT_EQ(endpoints_of(find_st_link_product(0x0483, 0x3748)->kind).out, 0x02);
  EXPECT_EQ(endpoints_of(find_st_link_product(0x0483, 0x374B)->kind).out, 0x01);
  EXPECT_EQ(endpoints_of(find_st_link_product(0x0483, 0x3757)->kind).packet, 512);
  EXPECT_EQ(find_st_link_product(0x0483, 0x5740), nullptr);
  EXPECT_EQ(find_st_link_product(0x1366, 0x3748), nullptr);
}

struct SpeedCase {
  unsigned wish;
  unsigned khz;
  std::uint16_t divisor;
};
class DivisorChoice : public testing::TestWithParam<SpeedCase> {};
TEST_P(DivisorChoice, is_the_nearest_not_above) {
  EXPECT_EQ(choose_divisor(GetParam().wish).khz, GetParam().khz);
  EXPECT_EQ(choose_divisor(GetParam().wish).divisor, GetParam().divisor);
}
INSTANTIATE_TEST_SUITE_P(table, DivisorChoice,
                         testing::Values(SpeedCase{100000, 4000, 0}, SpeedCase{4000, 4000, 0}, SpeedCase{3999, 1800, 1},
                                         SpeedCase{1000, 950, 3}, SpeedCase{100, 100, 40}, SpeedCase{99, 50, 79},
                                         SpeedCase{5, 5, 798}, SpeedCase{1, 5, 798}));

TEST(SpeedChoice, takes_the_list_the_probe_gave) {
  const std::vector<unsigned> v3j9{24000, 8000, 3300, 1000, 200, 50, 5};  // STMicroelectronics/OpenOCD issue 9
  EXPECT_EQ(choose_speed(v3j9, 4000), 3300U);
  EXPECT_EQ(choose_speed(v3j9, 24000), 24000U);
  EXPECT_EQ(choose_speed(v3j9, 1), 5U);
  EXPECT_EQ(choose_speed({}, 1000), 0U);
}

Bytes descriptor(const std::vector<std::uint8_t>& units) {
  Bytes bytes{static_cast<std::uint8_t>(2 + 2 * units.size()), 3};
  for (const std::uint8_t unit : units) bytes.insert(bytes.end(), {unit, 0});
  return bytes;
}

TEST(Serial, new_form_is_the_text_itself) {
  const std::string text = "50FF6D065052784825260567";
  EXPECT_EQ(st_link_serial_text(descriptor({text.begin(), text.end()})), text);
}
TEST(Serial, old_form_is_twelve_raw_bytes) {
  EXPECT_EQ(st_link_serial_text(descriptor({0x57, 0xFF, 0x72, 0x06, 0x72, 0x65, 0x57, 0x57, 0x42, 0x13, 0x00, 0x67})),
            "57FF72067265575742130067");
}
TEST(Serial, absent_is_empty) {
  EXPECT_EQ(st_link_serial_text({}), "");
  EXPECT_EQ(st_link_serial_text(hex("0203")), "");
}

}  // namespace
}  // namespace rigor
