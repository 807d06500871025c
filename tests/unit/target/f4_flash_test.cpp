#include <algorithm>

#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

constexpr std::uint32_t kF4Base = 0x08000000;

struct F4Flash : F4 {};
struct F42Flash : F42 {
  // A part with 1 MB in one bank or two.
  void halve(bool two_banks) {
    chip.flash.resize(1 << 20);
    chip.words[0x1FFF7A20] = 1024U << 16;
    chip.load_options(two_banks ? 0x4FFFAAED : 0x0FFFAAED);
  }
};

TEST_F(F4Flash, programs_and_reads_back) {
  const Bytes data = pattern(20000);
  ASSERT_TRUE(target->program(kF4Base + 0x4000, data));
  EXPECT_TRUE(target->verify(kF4Base + 0x4000, data));
  EXPECT_EQ(target->read(kF4Base + 0x4003, 5).value(), Bytes(data.begin() + 3, data.begin() + 8));
}

TEST_F(F4Flash, leaves_the_controller_locked_the_core_running_and_the_wire_fast) {
  chip.words[0xE0042008] = 1;  // somebody's own freeze
  ASSERT_TRUE(target->program(kF4Base, pattern(16)));
  EXPECT_EQ(chip.read_word({}, 0x40023C10).value(), 0x80000000U);
  EXPECT_FALSE(chip.halted);
  EXPECT_EQ(chip.words[0xE0042008], 1U);
  EXPECT_EQ(chip.speed_khz(), 4000U);
  EXPECT_TRUE(target->program(kF4Base + 16, pattern(16)));
}

TEST_F(F4Flash, leaves_a_halted_core_halted) {
  ASSERT_TRUE(chip.write_word({}, 0xE000EDF0, 0xA05F0003));
  ASSERT_TRUE(target->erase(kF4Base, 1));
  EXPECT_TRUE(chip.halted);
}

TEST_F(F4Flash, fills_the_last_unit) {
  ASSERT_TRUE(target->program(kF4Base, Bytes{1, 2, 3}));
  EXPECT_EQ(chip.flash[2], 3);
  EXPECT_EQ(chip.flash[3], 0xFF);
}

struct SectorCase {
  std::uint32_t offset;
  std::uint32_t size;
  int sectors;
  std::uint32_t first;  // bytes that are erased, first and behind the last
  std::uint32_t end;
};
class F4Sectors : public F4, public testing::WithParamInterface<SectorCase> {};
TEST_P(F4Sectors, erases_just_those_touched) {
  const SectorCase& each = GetParam();
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase(kF4Base + each.offset, each.size));
  EXPECT_EQ(chip.sector_erases, each.sectors);
  EXPECT_TRUE(std::all_of(chip.flash.begin() + each.first, chip.flash.begin() + each.end,
                          [](std::uint8_t byte) { return byte == 0xFF; }));
  EXPECT_EQ(std::ranges::count(chip.flash, 0xFF), each.end - each.first);
}
INSTANTIATE_TEST_SUITE_P(table, F4Sectors,
                         testing::Values(SectorCase{0, 1, 1, 0, 0x4000}, SectorCase{0x3FFF, 2, 2, 0, 0x8000},
                                         SectorCase{0xFFFF, 2, 2, 0xC000, 0x20000},
                                         SectorCase{0x1FFFF, 2, 2, 0x10000, 0x40000},
                                         SectorCase{0xE0000, 0x20000, 1, 0xE0000, 0x100000}));

TEST_F(F4Flash, knows_that_this_chip_has_half_the_flash) {
  chip.words[0x1FFF7A20] = 512U << 16;
  EXPECT_TRUE(target->erase(kF4Base + 0x7FFFF, 1));
  EXPECT_EQ(target->erase(kF4Base + 0x80000, 1).error().code(), Code::usage);
  chip.words[0x1FFF7A20] = 0xFFFF0000;  // does not tell: the chip file stands in
  EXPECT_TRUE(target->erase(kF4Base + 0x80000, 1));
}

TEST_F(F4Flash, erases_everything) {
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase_all());
  EXPECT_EQ(chip.mass_erases, 1);
  EXPECT_EQ(chip.last_control & 0x8004U, 4U);
  EXPECT_TRUE(target->check_blank(kF4Base, 1 << 20));
}

TEST_F(F4Flash, has_one_bank) {
  std::ranges::fill(chip.flash, 0);
  EXPECT_EQ(target->erase_bank(2).error().code(), Code::unsupported);
  EXPECT_EQ(target->erase_bank(3).error().code(), Code::usage);
  EXPECT_EQ(chip.touches, 0);
  ASSERT_TRUE(target->erase_bank(1));
  EXPECT_TRUE(target->check_blank(kF4Base, 1 << 20));
}

TEST_F(F42Flash, counts_the_sectors_of_bank_2_from_sixteen) {
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase(kF4Base + 0x104000, 1));
  EXPECT_EQ(chip.last_control >> 3 & 0x1F, 0b10001U);
  EXPECT_EQ(chip.flash[0x104000], 0xFF);
  EXPECT_EQ(std::ranges::count(chip.flash, 0xFF), 0x4000);
}

TEST_F(F42Flash, erases_banks_and_everything) {
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase_bank(2));
  EXPECT_EQ(chip.flash[0xFFFFF], 0);
  EXPECT_EQ(chip.flash[0x100000], 0xFF);
  ASSERT_TRUE(target->erase_bank(1));
  EXPECT_EQ(chip.flash[0], 0xFF);
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase_all());
  EXPECT_EQ(chip.last_control & 0x8004U, 0x8004U);
  EXPECT_TRUE(target->check_blank(kF4Base, 2 << 20));
}

TEST_F(F42Flash, a_megabyte_is_one_bank_or_two_as_the_options_say) {
  halve(true);
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase(kF4Base + 0x80000, 1));
  EXPECT_EQ(chip.last_control >> 3 & 0x1F, 16U);
  EXPECT_EQ(std::ranges::count(chip.flash, 0xFF), 0x4000);
  ASSERT_TRUE(target->erase_bank(2));
  halve(false);
  std::ranges::fill(chip.flash, 0);
  ASSERT_TRUE(target->erase(kF4Base + 0x80000, 1));
  EXPECT_EQ(chip.last_control >> 3 & 0x1F, 8U);
  EXPECT_EQ(target->erase_bank(2).error().code(), Code::unsupported);
}

TEST_F(F42Flash, without_its_size_no_one_knows_where_bank_2_begins) {
  chip.words[0x1FFF7A20] = 0xFFFF0000;
  EXPECT_EQ(target->erase(kF4Base, 1).error().code(), Code::chip_unexpected);
  EXPECT_EQ(chip.touches, 0);
}

struct ParallelismCase {
  unsigned bits;
  AccessSize access;
  std::uint32_t mode;
  std::uint32_t aligned;
  std::uint32_t crooked;  // no multiple of the unit; 0 where there is none
};
class F4Parallelism : public F4, public testing::WithParamInterface<ParallelismCase> {};
TEST_P(F4Parallelism, sets_the_size_and_keeps_to_it) {
  const ParallelismCase& each = GetParam();
  set_parallelism(each.bits);
  const Bytes data = pattern(301);
  ASSERT_TRUE(target->program(kF4Base + each.aligned, data));
  EXPECT_EQ(chip.last_access, each.access);
  EXPECT_EQ(chip.last_control >> 8 & 3, each.mode);
  EXPECT_TRUE(target->verify(kF4Base + each.aligned, data));
  ASSERT_TRUE(target->erase(kF4Base, 1));
  EXPECT_EQ(chip.last_control >> 8 & 3, each.mode);
  if (each.crooked != 0) {
    EXPECT_EQ(target->program(kF4Base + each.crooked, data).error().code(), Code::usage);
  }
}
INSTANTIATE_TEST_SUITE_P(table, F4Parallelism,
                         testing::Values(ParallelismCase{8, AccessSize::byte, 0, 3, 0},
                                         ParallelismCase{16, AccessSize::halfword, 1, 2, 1},
                                         ParallelismCase{32, AccessSize::word, 2, 4, 2}));

TEST_F(F4Flash, a_slow_wire_stays_as_it_is) {
  ASSERT_TRUE(chip.set_speed_khz(100));
  ASSERT_TRUE(target->program(kF4Base, pattern(16)));
  EXPECT_EQ(chip.fastest_program, 100U);
  EXPECT_EQ(chip.speed_khz(), 100U);
}

TEST_F(F4Flash, reports_the_first_mismatch) {
  chip.corrupt_at = 0x105;
  const Bytes data = pattern(1024);
  ASSERT_TRUE(target->program(kF4Base, data));
  const auto verified = target->verify(kF4Base, data);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code(), Code::verify_mismatch);
  EXPECT_NE(verified.error().message().find("0x08000105"), std::string::npos) << verified.error().message();
}

TEST_F(F4Flash, refuses_requests_that_cannot_be_right) {
  EXPECT_EQ(target->program(kF4Base + 2, pattern(16)).error().code(), Code::usage);
  EXPECT_EQ(target->program(kF4Base + 0xFFFF0, pattern(32)).error().code(), Code::usage);
  EXPECT_EQ(target->erase(0x07FFE000, 8192).error().code(), Code::usage);
  EXPECT_EQ(target->erase(kF4Base, 0xFFFFFFFF).error().code(), Code::usage);
  EXPECT_TRUE(target->program(kF4Base, {}));
  EXPECT_TRUE(target->erase(kF4Base, 0));
  EXPECT_EQ(chip.touches, 0);
}

struct F4FlagCase {
  std::uint32_t flag;
  Code code;
  const char* name;
};
class F4Flag : public F4, public testing::WithParamInterface<F4FlagCase> {};
TEST_P(F4Flag, is_its_error) {
  chip.raise_on_program = GetParam().flag;
  const auto programmed = target->program(kF4Base, pattern(16));
  ASSERT_FALSE(programmed);
  EXPECT_EQ(programmed.error().code(), GetParam().code);
  EXPECT_NE(programmed.error().message().find(GetParam().name), std::string::npos) << programmed.error().message();
  chip.raise_on_program = 0;
  EXPECT_TRUE(target->program(kF4Base, pattern(16))) << "the flag must not stop the next one";
  chip.raise_on_erase = GetParam().flag;
  EXPECT_EQ(target->erase(kF4Base, 1).error().code(), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(table, F4Flag,
                         testing::Values(F4FlagCase{1U << 1, Code::flash_operation, "OPERR"},
                                         F4FlagCase{1U << 4, Code::flash_write_protected, "WRPERR"},
                                         F4FlagCase{1U << 5, Code::flash_alignment, "PGAERR"},
                                         F4FlagCase{1U << 6, Code::flash_parallelism, "PGPERR"},
                                         F4FlagCase{1U << 7, Code::flash_sequence, "PGSERR"},
                                         F4FlagCase{1U << 8, Code::read_protected, "RDERR"}));

TEST_F(F4Flash, an_operation_that_does_not_end_is_busy) {
  chip.busy_for_ever = true;
  const TimePoint start = clock.now();
  EXPECT_EQ(target->erase(kF4Base, 1).error().code(), Code::flash_busy);
  EXPECT_LT(clock.now() - start, std::chrono::seconds(30));
}

TEST_F(F4Flash, write_protection_is_refused_before_the_chip_is_touched) {
  chip.load_options(0x0FFFAAED & ~(1U << 17) & ~(1U << 27));  // sectors 1 and 11
  EXPECT_EQ(target->erase(kF4Base + 0x4000, 1).error().code(), Code::flash_write_protected);
  const auto programmed = target->program(kF4Base + 0xE0000, pattern(16));
  EXPECT_EQ(programmed.error().code(), Code::flash_write_protected);
  EXPECT_EQ(programmed.error().hint_text(), "options: {set: {WRP11: 1}}");
  const auto all = target->erase_all();
  EXPECT_NE(all.error().message().find("sector 1 of"), std::string::npos) << all.error().message();
  EXPECT_NE(all.error().message().find("sector 11 of"), std::string::npos) << all.error().message();
  EXPECT_EQ(chip.touches, 0);
  EXPECT_TRUE(target->erase(kF4Base, 0x4000));
}

TEST_F(F4Flash, at_level_1_flash_is_left_alone) {
  chip.load_options(0x0FFF55ED);
  EXPECT_EQ(target->erase_all().error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->program(kF4Base, pattern(16)).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->read(kF4Base, 4).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->compare(kF4Base, pattern(4)).error().code(), Code::state_unsuitable);
  EXPECT_TRUE(target->read(0xE0042000, 4));
  EXPECT_EQ(chip.touches, 0);
}

std::vector<std::string> cures(const Result<std::vector<Protection>>& found) {
  std::vector<std::string> all;
  for (const Protection& each : found.value()) all.push_back(each.cure);
  return all;
}

TEST_F(F4Flash, explains_what_is_in_the_way) {
  EXPECT_TRUE(target->protections(kF4Base, 1 << 20)->empty());
  chip.load_options(0x0FFFAAED & ~(1U << 17) & ~(1U << 21));
  EXPECT_EQ(cures(target->protections(kF4Base, 1 << 20)),
            (std::vector<std::string>{"options: {set: {WRP1: 1}}", "options: {set: {WRP5: 1}}"}));
  EXPECT_TRUE(target->protections(kF4Base, 0x4000)->empty());
  EXPECT_EQ(target->protections(0x20000000, 4).error().code(), Code::usage);
  chip.load_options(0x0FFF00ED);
  EXPECT_EQ(cures(target->protections(kF4Base, 4)),
            std::vector<std::string>{"set-state: rdp-0 (erases flash and backup SRAM)"});
  EXPECT_EQ(chip.touches, 0);
}

TEST_F(F42Flash, explains_both_banks_and_the_inversion_of_code_protection) {
  chip.stored_second = 0x0FFE0000;
  chip.reset_chip(0);
  EXPECT_EQ(cures(target->protections(kF4Base, 2 << 20)), std::vector<std::string>{"options: {set: {WRP12: 1}}"});
  EXPECT_EQ(target->erase(kF4Base + 0x100000, 1).error().code(), Code::flash_write_protected);
  EXPECT_EQ(target->erase_bank(2).error().code(), Code::flash_write_protected);
  EXPECT_TRUE(target->erase_bank(1));

  chip.stored_second = 0;
  chip.load_options(0x8004AAED);  // PCROP on sector 2 only
  chip.reset_chip(0);
  const auto found = target->protections(kF4Base, 2 << 20);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_NE(found->front().what.find("WRP2 is 1: sector 2 of bank 1"), std::string::npos) << found->front().what;
  EXPECT_NE(found->front().cure.find("rdp-0"), std::string::npos);
  EXPECT_EQ(target->erase(kF4Base + 0x8000, 1).error().code(), Code::flash_write_protected);
  EXPECT_TRUE(target->erase(kF4Base, 1));
}

TEST_F(F42Flash, recognises_what_an_interrupted_option_write_leaves) {
  chip.load_options(0xCFFFFFFD);
  const auto found = target->protections(kF4Base, 4);
  ASSERT_FALSE(found->empty());
  EXPECT_NE(found->front().cure.find("interrupted option write"), std::string::npos) << found->front().cure;
}

}  // namespace
}  // namespace rigor
