#include "framework/target/stm32h5/access.hpp"

#include <algorithm>

#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

struct H5Flash : H5 {};

TEST_F(H5Flash, programs_and_reads_back) {
  const Bytes data = pattern(20000);
  ASSERT_TRUE(target->program(0x08002000, data));
  EXPECT_TRUE(target->verify(0x08002000, data));
  EXPECT_EQ(target->read(0x08002003, 5).value(), Bytes(data.begin() + 3, data.begin() + 8));
}

TEST_F(H5Flash, locks_again_and_can_go_on) {
  ASSERT_TRUE(target->program(0x08000000, pattern(16)));
  EXPECT_EQ(chip.read_word({1, 0x4B000000}, 0x40022028).value(), 1U);
  ASSERT_TRUE(target->program(0x08000010, pattern(16)));
}

TEST_F(H5Flash, fills_the_last_unit) {
  ASSERT_TRUE(target->program(0x08000000, Bytes{1, 2, 3}));
  EXPECT_EQ(chip.flash[2], 3);
  EXPECT_EQ(chip.flash[3], 0xFF);
}

TEST_F(H5Flash, erases_just_the_sectors_touched) {
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase(0x08003FFF, 2));
  EXPECT_EQ(chip.sector_erases, 2);
  EXPECT_EQ(chip.flash[0x1FFF], 0);
  EXPECT_EQ(chip.flash[0x2000], 0xFF);
  EXPECT_EQ(chip.flash[0x5FFF], 0xFF);
  EXPECT_EQ(chip.flash[0x6000], 0);
}

TEST_F(H5Flash, knows_that_this_chip_has_half_the_flash) {
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase(0x08020000, 8192));  // first sector of bank 2 on 256 KB
  EXPECT_EQ(chip.flash[0x20000], 0xFF);
  EXPECT_EQ(chip.flash[0], 0);
  EXPECT_EQ(target->erase(0x08040000, 8192).error().code(), Code::usage);
}

TEST_F(H5Flash, is_reached_by_the_alias_of_each_sectors_world) {
  const std::vector<FlashRange> plain{{0x08000000, 256 << 10}};
  EXPECT_EQ(target->flash_addresses(0, 256 << 10).value(), plain);
  EXPECT_EQ(target->flash_addresses(0, 512 << 10).error().code(), Code::usage) << "this chip has half of it";

  chip.set_trustzone(true);
  chip.options[0xE0] = 0 | 1U << 16;  // SECWM1: sectors 0 and 1
  chip.options[0x1E0] = 1;            // SECWM2: none
  chip.options[0xA0] = 1U << 4;       // SECBB1R1: sector 4 too
  const std::vector<FlashRange> mixed{
      {0x0C001000, 0x3000}, {0x08004000, 0x4000}, {0x0C008000, 0x2000}, {0x0800A000, 0x1000}};
  EXPECT_EQ(target->flash_addresses(0x1000, 0xA000).value(), mixed);
  chip.options[0x50] |= 0x80000000;  // SWAP_BANK: the bank that comes first is the second
  EXPECT_EQ(target->flash_addresses(0, 0x4000).value(), (std::vector<FlashRange>{{0x08000000, 0x4000}}));
}

TEST_F(H5Flash, names_physical_banks_when_they_are_swapped) {
  chip.options[0x50] |= 0x80000000;
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase(0x08000000, 8192));
  EXPECT_EQ(chip.flash[0], 0xFF);
  EXPECT_EQ(chip.flash[0x20000], 0);
}

TEST_F(H5Flash, erases_banks_and_everything) {
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase_bank(2));
  EXPECT_EQ(chip.flash[0x1FFFF], 0);
  EXPECT_EQ(chip.flash[0x20000], 0xFF);
  ASSERT_TRUE(target->erase_all());
  EXPECT_TRUE(target->check_blank(0x08000000, 256 * 1024));
  EXPECT_EQ(target->erase_bank(3).error().code(), Code::usage);
}

TEST_F(H5Flash, reports_the_first_mismatch) {
  chip.corrupt_at = 0x105;
  const Bytes data = pattern(1024);
  ASSERT_TRUE(target->program(0x08000000, data));
  const auto verified = target->verify(0x08000000, data);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code(), Code::verify_mismatch);
  EXPECT_NE(verified.error().message().find("0x08000105"), std::string::npos) << verified.error().message();
  const auto mismatch = target->compare(0x08000000, data).value();
  EXPECT_EQ(mismatch->found, mismatch->expected ^ 0x40);
}

TEST_F(H5Flash, zero_is_not_blank_and_no_evidence) {
  chip.flash[100] = 0;
  const auto blank = target->check_blank(0x08000000, 8192);
  ASSERT_FALSE(blank);
  EXPECT_EQ(blank.error().code(), Code::not_blank);
  EXPECT_FALSE(blank.error().hint_text().empty());
}

TEST_F(H5Flash, clears_what_an_earlier_program_left) {
  chip.raise_on_program = 1U << 18;
  ASSERT_FALSE(target->program(0x08000000, pattern(16)));
  chip.raise_on_program = 0;
  EXPECT_TRUE(target->program(0x08000000, pattern(16)));
}

TEST_F(H5Flash, refuses_requests_that_cannot_be_right) {
  EXPECT_EQ(target->program(0x08000008, pattern(16)).error().code(), Code::usage);
  EXPECT_EQ(target->program(0x0803FFF0, pattern(32)).error().code(), Code::usage);
  EXPECT_EQ(target->erase(0x07FFE000, 8192).error().code(), Code::usage);
  EXPECT_EQ(target->erase(0x08000000, 0xFFFFFFFF).error().code(), Code::usage);
  EXPECT_TRUE(target->program(0x08000000, {}));
  EXPECT_TRUE(target->erase(0x08000000, 0));
  EXPECT_EQ(chip.sector_erases, 0);
}

TEST_F(H5Flash, write_protection_has_its_name) {
  chip.protected_from = 0x4000;
  EXPECT_EQ(target->erase(0x08004000, 1).error().code(), Code::flash_write_protected);
  EXPECT_EQ(target->program(0x08004000, pattern(16)).error().code(), Code::flash_write_protected);
  EXPECT_EQ(target->erase_all().error().code(), Code::flash_write_protected);
}

TEST_F(H5Flash, an_operation_that_does_not_end_is_busy) {
  chip.busy_for_ever = true;
  const TimePoint start = clock.now();
  EXPECT_EQ(target->erase(0x08000000, 1).error().code(), Code::flash_busy);
  EXPECT_LT(clock.now() - start, std::chrono::seconds(2));
}

struct FlagCase {
  std::uint32_t flag;
  Code code;
};
class Flag : public H5Flash, public testing::WithParamInterface<FlagCase> {};
TEST_P(Flag, is_its_error) {
  chip.raise_on_program = GetParam().flag;
  EXPECT_EQ(target->program(0x08000000, pattern(16)).error().code(), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    table, Flag,
    testing::Values(FlagCase{1U << 17, Code::flash_write_protected}, FlagCase{1U << 18, Code::flash_sequence},
                    FlagCase{1U << 19, Code::flash_strobe}, FlagCase{1U << 20, Code::flash_inconsistent},
                    FlagCase{1U << 21, Code::flash_sequence}, FlagCase{1U << 23, Code::option_change_refused}));

struct H5Secure : H5Flash {
  void SetUp() override {
    chip.set_trustzone(true);
    chip.options[0xE0] = 0x00030000;   // sectors 0..3 of bank 1
    chip.options[0x1E0] = 0x0000000F;  // none of bank 2
  }
};

TEST_F(H5Secure, each_alias_programs_its_own_sectors) {
  EXPECT_TRUE(target->program(0x0C000000, pattern(64)));
  EXPECT_TRUE(target->verify(0x0C000000, pattern(64)));
  EXPECT_TRUE(target->program(0x08008000, pattern(64)));
  EXPECT_TRUE(target->verify(0x08008000, pattern(64)));
  EXPECT_EQ(target->program(0x08000000, pattern(64)).error().code(), Code::flash_write_protected);
  EXPECT_EQ(target->erase(0x0C008000, 1).error().code(), Code::flash_write_protected);
}

TEST_F(H5Secure, everything_is_erased_from_both_sides) {
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase_all());
  EXPECT_TRUE(std::ranges::all_of(chip.flash, [](std::uint8_t byte) { return byte == 0xFF; }));
}

TEST_F(H5Secure, outside_open_only_the_non_secure_side_is_ours) {
  chip.set_state(0x17);
  EXPECT_EQ(target->erase(0x0C000000, 1).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->read(0x0C000000, 4).error().code(), Code::state_unsuitable);
  EXPECT_TRUE(target->program(0x08008000, pattern(16)));
}

TEST_F(H5Flash, secure_addresses_need_trustzone) {
  EXPECT_EQ(target->program(0x0C000000, pattern(16)).error().code(), Code::state_unsuitable);
}

TEST(SecureAlias, is_told_by_the_address) {
  for (const std::uint32_t address : {0x0C000000U, 0x0FF80000U, 0x0FFD0100U, 0x30034000U, 0x50022000U})
    EXPECT_TRUE(h5::is_secure_alias(address));
  for (const std::uint32_t address : {0x08000000U, 0x0BF9FB68U, 0x20034000U, 0x40022000U, 0xE000ED00U})
    EXPECT_FALSE(h5::is_secure_alias(address));
}

TEST_F(H5Flash, a_core_that_runs_no_code_is_passed_by) {
  facts.sram = {{"sram1", 0x20000000, 0x30000000, 128 * 1024}};
  const Bytes data(16 * 1024, 0x5A);
  ASSERT_TRUE(target->program(0x08004000, data));
  EXPECT_TRUE(std::ranges::equal(data, std::span(chip.flash).subspan(0x4000, data.size())));
  EXPECT_EQ(target->compare(0x08004000, data).value(), std::nullopt);
  EXPECT_FALSE(chip.core.halted);
}

TEST_F(H5Flash, changed_ranges_are_whole_sectors_merged) {
  Bytes wanted(5 * 8192, 0xFF);
  EXPECT_EQ(target->changed_ranges(0x08002000, wanted).value(), std::vector<FlashRange>{});
  wanted[8192] = 0;
  wanted[3 * 8192 - 1] = 0;
  wanted[4 * 8192 + 5] = 0;
  EXPECT_EQ(target->changed_ranges(0x08002000, wanted).value(),
            (std::vector<FlashRange>{{0x08004000, 2 * 8192}, {0x0800A000, 8192}}));
  EXPECT_EQ(target->changed_ranges(0x09000000, wanted).error().code(), Code::usage);
}

}  // namespace
}  // namespace rigor
