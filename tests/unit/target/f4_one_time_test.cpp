#include <algorithm>

#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

constexpr std::uint32_t kCells = 0x1FFF7800;
constexpr std::size_t kLocks = 0x200;

struct F4OneTime : F4 {
  // Nothing but [offset, offset + data) may differ from `before`.
  void expect_only(const Bytes& before, std::size_t offset, const Bytes& data) {
    Bytes expected = before;
    std::ranges::copy(data, expected.begin() + static_cast<std::ptrdiff_t>(offset));
    EXPECT_EQ(chip.one_time, expected);
  }
};

TEST_F(F4OneTime, is_listed_by_blocks) {
  chip.one_time[33] = 0x7F;
  chip.one_time[kLocks + 2] = 0;
  const auto blocks = target->read_otp();
  ASSERT_TRUE(blocks) << blocks.error().describe();
  ASSERT_EQ(blocks->size(), 16U);
  EXPECT_EQ(blocks->at(1).address, kCells + 32);
  EXPECT_EQ(blocks->at(0).blank, true);
  EXPECT_EQ(blocks->at(1).blank, false);
  EXPECT_FALSE(blocks->at(1).locked);
  EXPECT_TRUE(blocks->at(2).locked);
}

struct CellCase {
  std::uint32_t offset;
  std::size_t size;
  unsigned parallelism;
  AccessSize access;
};
class F4Cells : public F4OneTime, public testing::WithParamInterface<CellCase> {};
TEST_P(F4Cells, are_written_without_their_neighbours) {
  const CellCase& each = GetParam();
  set_parallelism(each.parallelism);
  const Bytes before = chip.one_time;
  Bytes data(each.size);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(0xA0 + i);
  const auto written = target->write_otp(kCells + each.offset, data);
  ASSERT_TRUE(written) << written.error().describe();
  EXPECT_EQ(chip.last_access, each.access);
  expect_only(before, each.offset, data);
}
INSTANTIATE_TEST_SUITE_P(table, F4Cells,
                         testing::Values(CellCase{0, 1, 32, AccessSize::byte}, CellCase{1, 3, 32, AccessSize::byte},
                                         CellCase{2, 2, 32, AccessSize::halfword}, CellCase{4, 8, 32, AccessSize::word},
                                         CellCase{4, 6, 32, AccessSize::halfword},
                                         CellCase{4, 8, 16, AccessSize::halfword}, CellCase{4, 8, 8, AccessSize::byte},
                                         CellCase{510, 2, 32, AccessSize::halfword},
                                         CellCase{480, 32, 32, AccessSize::word}));

struct AddressCase {
  std::uint32_t address;
  std::size_t size;
};
class F4Address : public F4OneTime, public testing::WithParamInterface<AddressCase> {};
TEST_P(F4Address, is_never_corrected) {
  const auto written = target->write_otp(GetParam().address, Bytes(GetParam().size, 0));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Code::address_invalid);
  EXPECT_EQ(chip.touches, 0);
}
INSTANTIATE_TEST_SUITE_P(table, F4Address,
                         testing::Values(AddressCase{0x1FFF7AC, 4},  // a digit short, as in the field report
                                         AddressCase{0x1FFF77FF, 2}, AddressCase{0x1FFF79FF, 2},
                                         AddressCase{0x1FFF7A00, 1}, AddressCase{0x1FFF7A0C, 4},
                                         AddressCase{0x1FFF7A10, 4}, AddressCase{0x08000000, 4},
                                         AddressCase{0xFFFFFFFF, 4}));

TEST_F(F4OneTime, a_written_cell_is_refused_before_anything_is_touched) {
  chip.one_time[6] = 0xFE;
  const auto written = target->write_otp(kCells + 4, Bytes{1, 2, 3, 4});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Code::otp_written);
  EXPECT_NE(written.error().message().find("0x1fff7806"), std::string::npos) << written.error().message();
  EXPECT_EQ(chip.touches, 0);
  EXPECT_TRUE(target->write_otp(kCells, Bytes{1, 2, 3, 4}));
}

TEST_F(F4OneTime, a_locked_block_is_refused_before_anything_is_touched) {
  chip.one_time[kLocks + 1] = 0;
  EXPECT_EQ(target->write_otp(kCells + 32, Bytes{1}).error().code(), Code::otp_locked);
  EXPECT_EQ(target->write_otp(kCells + 30, Bytes{1, 2, 3, 4}).error().code(), Code::otp_locked);
  chip.one_time[kLocks + 2] = 0x0F;  // neither open nor locked
  EXPECT_EQ(target->write_otp(kCells + 64, Bytes{1}).error().code(), Code::otp_locked);
  EXPECT_EQ(chip.touches, 0);
}

TEST_F(F4OneTime, what_is_stored_wrong_is_told) {
  chip.corrupt_at = 9;
  EXPECT_EQ(target->write_otp(kCells + 8, Bytes{1, 2, 3, 4}).error().code(), Code::verify_mismatch);
}

TEST_F(F4OneTime, a_lock_is_one_byte) {
  const Bytes before = chip.one_time;
  const auto locked = target->lock_otp(13);
  ASSERT_TRUE(locked) << locked.error().describe();
  EXPECT_EQ(chip.last_access, AccessSize::byte);
  expect_only(before, kLocks + 13, Bytes{0});
  EXPECT_EQ(target->write_otp(kCells + 13 * 32, Bytes{1}).error().code(), Code::otp_locked);
  EXPECT_TRUE(target->write_otp(kCells + 12 * 32, Bytes{1}));
  EXPECT_TRUE(target->lock_otp(13)) << "locked is locked";
}

TEST_F(F4OneTime, a_lock_that_does_not_hold_is_no_lock) {
  EXPECT_EQ(target->lock_otp(16).error().code(), Code::address_invalid);
  EXPECT_EQ(chip.touches, 0);
  chip.sticky_lock = 0x80;
  EXPECT_EQ(target->lock_otp(3).error().code(), Code::otp_not_locked);
  chip.sticky_lock.reset();
  chip.locks_hold = false;
  const Bytes before = chip.one_time;
  EXPECT_EQ(target->lock_otp(4).error().code(), Code::otp_not_locked);
  expect_only(before, kLocks + 4, Bytes{0});
  chip.locks_hold = true;
  chip.raise_on_program = 1U << 6;
  EXPECT_TRUE(target->lock_otp(5).error().involves(Code::flash_parallelism));
}

TEST_F(F4OneTime, level_1_hides_it) {
  chip.load_options(0x0FFF55ED);
  EXPECT_EQ(target->read_otp().error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->write_otp(kCells, Bytes{1}).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->lock_otp(0).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->read(kCells, 4).error().code(), Code::state_unsuitable);
  EXPECT_EQ(target->protections(kCells, 4)->size(), 1U);
  EXPECT_EQ(chip.touches, 0);
}

TEST_F(F4OneTime, locks_are_explained) {
  chip.one_time[kLocks + 1] = 0;
  EXPECT_TRUE(target->protections(kCells, 32)->empty());
  const auto found = target->protections(kCells + 31, 2);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_NE(found->front().what.find("block 1"), std::string::npos) << found->front().what;
  EXPECT_NE(found->front().cure.find("final"), std::string::npos);
}

TEST_F(F4OneTime, parts_without_it_say_so) {
  facts.otp = {};
  EXPECT_EQ(target->read_otp().error().code(), Code::unsupported);
  EXPECT_EQ(target->lock_otp(0).error().code(), Code::unsupported);
}

}  // namespace
}  // namespace rigor
