#include <algorithm>
#include <numeric>

#include "framework/target/stm32h7rs/protections.hpp"
#include "tests/unit/target/h7rs_bench.hpp"

namespace rigor {
namespace {

using namespace test;

Bytes counting(std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  return bytes;
}

struct H7rsFlash : H7rs {};

TEST_F(H7rsFlash, identity_of_an_open_chip) {
  const auto identity = target->identify();
  ASSERT_TRUE(identity) << identity.error().describe();
  EXPECT_EQ(identity->device_id, 0x485);
  EXPECT_EQ(identity->revision, 0x2000);
  EXPECT_EQ(unique_id_text(*identity), "00450059 30335112 38323634");
  EXPECT_EQ(identity->bootloader_version, 0xE4);
  EXPECT_FALSE(identity->flash_kilobytes);  // not readable on this family, and never a default
}

TEST_F(H7rsFlash, a_closed_chip_still_tells_its_device_id) {
  chip.state = 0x72;
  const auto identity = target->identify();
  ASSERT_TRUE(identity) << identity.error().describe();
  EXPECT_FALSE(identity->core_reachable);
  EXPECT_TRUE(identity->unique_id_reads_zero);
}

TEST_F(H7rsFlash, another_chip_or_the_part_without_crypto_is_a_mismatch) {
  chip.words[0x5200281C] = 0x0100;
  EXPECT_EQ(target->identify().error().code(), Code::identity_mismatch);
  facts.provisioning.encrypts = false;
  EXPECT_TRUE(target->identify());
  chip.words[0xE00E1000] = 0x10000484;
  EXPECT_EQ(target->identify().error().code(), Code::identity_mismatch);
}

TEST_F(H7rsFlash, what_is_programmed_reads_back) {
  for (const std::size_t size : {1U, 15U, 16U, 17U, 36U, 7000U, 65536U}) {
    ASSERT_TRUE(target->erase_all());
    const Bytes data = counting(size);
    const auto programmed = target->program(0x08000000, data);
    ASSERT_TRUE(programmed) << size << programmed.error().describe();
    EXPECT_TRUE(target->verify(0x08000000, data)) << size;
  }
}

TEST_F(H7rsFlash, a_partial_flash_word_is_forced) {
  ASSERT_TRUE(target->program(0x08000100, counting(20)));
  EXPECT_EQ(chip.forced_writes, 1);
  EXPECT_EQ(chip.flash[0x100 + 20], 0xFF);
  EXPECT_EQ(chip.flash[0x100 + 19], 20);
  ASSERT_TRUE(target->program(0x08000200, counting(32)));
  EXPECT_EQ(chip.forced_writes, 1);
}

TEST_F(H7rsFlash, erases_the_sectors_that_a_range_touches) {
  std::ranges::fill(chip.flash, std::uint8_t{0});
  ASSERT_TRUE(target->erase(0x08003FFF, 2));
  EXPECT_EQ(chip.erases, 2);
  EXPECT_TRUE(target->check_blank(0x08002000, 0x4000));
  EXPECT_EQ(target->check_blank(0x08001FFF, 1).error().code(), Code::not_blank);
  EXPECT_EQ(target->check_blank(0x08006000, 1).error().code(), Code::not_blank);
}

TEST_F(H7rsFlash, there_is_one_bank) {
  ASSERT_TRUE(target->erase_bank(1));
  EXPECT_EQ(chip.erases, 8);
  EXPECT_EQ(target->erase_bank(2).error().code(), Code::usage);
}

TEST_F(H7rsFlash, addresses_that_cannot_be_right_are_refused) {
  EXPECT_EQ(target->program(0x08000008, counting(16)).error().code(), Code::usage);
  EXPECT_EQ(target->program(0x08010000, counting(16)).error().code(), Code::usage);
  EXPECT_EQ(target->program(0x0800FFF0, counting(17)).error().code(), Code::usage);
  EXPECT_EQ(target->erase(0x07FFFFFF, 1).error().code(), Code::usage);
  EXPECT_EQ(chip.erases, 0);
}

TEST_F(H7rsFlash, the_wire_is_slow_while_flash_words_are_written_only) {
  ASSERT_TRUE(target->program(0x08000000, counting(16)));
  EXPECT_EQ(chip.speed_khz(), 4000U);
}

TEST_F(H7rsFlash, every_flag_is_its_own_error) {
  const std::pair<unsigned, Code> cases[] = {{17, Code::flash_write_protected}, {18, Code::flash_sequence},
                                             {19, Code::flash_strobe},          {21, Code::flash_inconsistent},
                                             {24, Code::state_unsuitable},      {26, Code::chip_unexpected},
                                             {28, Code::flash_sequence}};
  for (const auto& [bit, code] : cases) {
    chip.raise = 1U << bit;
    EXPECT_EQ(target->program(0x08000000, counting(16)).error().code(), code) << bit;
    EXPECT_TRUE(target->erase(0x08000000, 1)) << bit;  // old flags do not count
  }
}

TEST_F(H7rsFlash, a_controller_that_stays_busy_is_given_up) {
  chip.busy_for_ever = true;
  const TimePoint start = clock.now();
  EXPECT_EQ(target->erase(0x08000000, 1).error().code(), Code::flash_busy);
  EXPECT_LT(clock.now() - start, std::chrono::seconds(5));
}

TEST_F(H7rsFlash, held_in_reset_the_bus_stands) {
  chip.set_nrst(true);
  EXPECT_EQ(target->read(0x08000000, 4).error().code(), Code::chip_in_reset);
}

// SEED-001: after ST's script all of WRPS is 0, and the mass erase fails.
TEST_F(H7rsFlash, the_write_protection_trap_is_explained_and_cured) {
  chip.options[0x218] = 0;
  const auto erased = target->erase_all();
  EXPECT_EQ(erased.error().code(), Code::flash_write_protected);
  const auto found = target->protections(0x08000000, 0x10000);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_NE(found->front().what.find("0 means protected"), std::string::npos);
  EXPECT_NE(found->front().cure.find("WRPS7: 1"), std::string::npos);
  std::vector<OptionValue> cure;
  for (int sector = 0; sector < 8; ++sector) cure.push_back({.name = "WRPS" + std::to_string(sector), .value = 1});
  ASSERT_TRUE(target->write_options(cure));
  EXPECT_TRUE(target->protections(0x08000000, 0x10000)->empty());
  EXPECT_TRUE(target->erase_all());
}

// NVSTATE is open in PROVISIONING too; services that tell nothing are no reason to refuse.
TEST_F(H7rsFlash, a_part_in_provisioning_is_told_by_its_services) {
  EXPECT_TRUE(target->protections(0x08000000, 1)->empty());
  chip.state = 0x17;
  const auto found = target->protections(0x08000000, 1);
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().kind, ProtectionKind::state);
  EXPECT_NE(found->front().what.find("provisioning"), std::string::npos);
  chip.state_answer = 0x12345678;
  EXPECT_TRUE(target->protections(0x08000000, 1)->empty());
}

struct ProtectionCase {
  const char* name;
  h7rs::ProtectionWords words;
  std::uint32_t offset;
  std::uint32_t size;
  std::size_t count;
  const char* cure;
};
class H7rsProtections : public testing::TestWithParam<ProtectionCase> {};
TEST_P(H7rsProtections, follow_from_the_options) {
  const auto& each = GetParam();
  const auto found = h7rs::explain_protections(h7s7_facts(), each.words, each.offset, each.size);
  ASSERT_EQ(found.size(), each.count);
  for (const Protection& first : std::span(found).first(std::min<std::size_t>(found.size(), 1)))
    EXPECT_NE(first.cure.find(each.cure), std::string::npos) << first.cure;
}
INSTANTIATE_TEST_SUITE_P(
    table, H7rsProtections,
    testing::Values(ProtectionCase{"none", {0xB4, 0xFF, 1}, 0, 65536, 0, ""},
                    ProtectionCase{"other_sector", {0xB4, 0xFE, 1}, 8192, 8192, 0, ""},
                    ProtectionCase{"one_sector", {0xB4, 0xFB, 1}, 0x5000, 1, 1, "WRPS2: 1"},
                    ProtectionCase{"hdp", {0xB4, 0xFF, 0x00030001}, 0, 65536, 1, "HDP_AREA_END: 0"},
                    ProtectionCase{"hdp_elsewhere", {0xB4, 0xFF, 0x00030001}, 0x400, 256, 0, ""},
                    ProtectionCase{"hdp_last_byte", {0xB4, 0xFF, 0x00030001}, 0x3FF, 1, 1, "HDP_AREA"},
                    ProtectionCase{"hdp_equal_is_all", {0xB4, 0xFF, 0x00050005}, 0xFF00, 1, 1, "HDP_AREA"},
                    ProtectionCase{"closed", {0x51, 0, 1}, 0, 1, 2, "regression"},
                    ProtectionCase{"open", {0xB4, 0xFF, 1, ProductState::open}, 0, 1, 0, ""},
                    ProtectionCase{"provisioning", {0xB4, 0xFF, 1, ProductState::provisioning}, 0, 1, 1, "regression"},
                    ProtectionCase{"empty_range", {0xB4, 0, 0}, 0, 0, 0, ""}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace rigor
