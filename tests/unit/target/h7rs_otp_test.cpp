#include <algorithm>

#include "tests/unit/target/h7rs_bench.hpp"

namespace rigor {
namespace {

using namespace test;

struct H7rsOtp : H7rs {
  Code refused(std::uint32_t address, const Bytes& data) {
    const auto written = target->write_otp(address, data);
    return written ? Code::aborted : written.error().code();
  }
};

TEST_F(H7rsOtp, shows_blocks_locks_and_what_is_blank) {
  chip.otp[64] = 0;
  chip.options[0x210] = 0x4;
  const auto blocks = target->read_otp();
  ASSERT_TRUE(blocks);
  ASSERT_EQ(blocks->size(), 16U);
  EXPECT_EQ((*blocks)[1].address, 0x08FFF040U);
  EXPECT_EQ((*blocks)[0].blank, true);
  EXPECT_EQ((*blocks)[1].blank, false);
  EXPECT_FALSE((*blocks)[1].locked);
  EXPECT_TRUE((*blocks)[2].locked);
}

TEST_F(H7rsOtp, virgin_cells_that_fault_are_not_called_blank) {
  chip.virgin_cells_fault = true;
  EXPECT_FALSE(target->read_otp()->front().blank);
}

TEST_F(H7rsOtp, writes_cells_of_any_alignment_once) {
  for (const bool faults : {false, true}) {
    chip.virgin_cells_fault = faults;
    std::ranges::fill(chip.otp, std::uint8_t{0xFF});
    const Bytes data{1, 2, 3, 4, 5, 6, 7, 8};
    const auto written = target->write_otp(0x08FFF002, data);
    ASSERT_TRUE(written) << written.error().describe();
    EXPECT_TRUE(std::ranges::equal(data, ByteView(chip.otp).subspan(2, 8)));
    EXPECT_EQ(chip.otp[10], 0xFF);
    EXPECT_EQ(refused(0x08FFF008, {1, 2}), Code::otp_written);
  }
}

TEST_F(H7rsOtp, silence_does_not_make_a_cell_unwritten) {
  const Bytes before = chip.otp;
  for (const Code code : {Code::swd_no_answer, Code::swd_wait, Code::swd_parity, Code::access_port_closed}) {
    chip.cell_error = code;
    EXPECT_EQ(refused(0x08FFF000, {1, 2, 3, 4}), code);
    EXPECT_EQ(chip.otp, before);
  }
}

TEST_F(H7rsOtp, whole_words_need_no_small_accesses) {
  chip.halfwords = false;
  EXPECT_TRUE(target->write_otp(0x08FFF004, Bytes{1, 2, 3, 4}));
  EXPECT_EQ(refused(0x08FFF00A, {1, 2}), Code::unsupported);
}

TEST_F(H7rsOtp, addresses_are_never_corrected) {
  for (const auto& [address, size] : {std::pair{0x08FFF001U, 2U},
                                      {0x08FFF000U, 3U},
                                      {0x08FFEFFEU, 2U},
                                      {0x08FFF400U, 2U},
                                      {0x08FFF3FEU, 4U},
                                      {0x08FFF000U, 0U}}) {
    EXPECT_EQ(refused(address, Bytes(size, 0)), Code::address_invalid) << hex_word(address);
  }
}

TEST_F(H7rsOtp, a_locked_block_is_refused_before_anything_is_touched) {
  chip.options[0x210] = 2;
  EXPECT_EQ(refused(0x08FFF03C, Bytes(8, 0)), Code::otp_locked);
  EXPECT_EQ(chip.otp[0x3C], 0xFF);
  chip.raise = 1U << 17;
  EXPECT_EQ(refused(0x08FFF000, {1, 2}), Code::flash_write_protected);
}

TEST_F(H7rsOtp, locks_are_judged_by_what_reads_back) {
  ASSERT_TRUE(target->lock_otp(5));
  EXPECT_EQ(chip.options[0x210], 0x20U);
  EXPECT_TRUE(target->lock_otp(5));
  EXPECT_EQ(chip.option_writes, 1);
  EXPECT_EQ(target->lock_otp(16).error().code(), Code::address_invalid);
  chip.lock_sticks = false;
  EXPECT_EQ(target->lock_otp(6).error().code(), Code::otp_not_locked);
}

}  // namespace
}  // namespace rigor
