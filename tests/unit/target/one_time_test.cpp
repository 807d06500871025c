// One-time memory of the H5: written once, locked for good, and never touched where that cannot succeed.
#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

constexpr std::uint32_t kBase = 0x08FFF000;
constexpr std::uint32_t kBlock = 64;
const Bytes kFour = {0x11, 0x22, 0x33, 0x44};

class H5OneTime : public H5, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    facts.otp = {.base = kBase, .size = 2048, .block_size = kBlock, .lock_bytes = 0};
    chip.virgin_cells_fault = GetParam();
  }
  void TearDown() override { EXPECT_EQ(chip.spoilt_cells, 0); }
};

TEST_P(H5OneTime, cells_are_written_and_read_back) {
  const auto written = target->write_otp(kBase + 2, kFour);
  ASSERT_TRUE(written) << written.error().describe();
  EXPECT_EQ(chip.cells, (std::map<std::uint32_t, std::uint16_t>{{kBase + 2, 0x2211}, {kBase + 4, 0x4433}}));
}

TEST_P(H5OneTime, blocks_tell_what_is_written_and_locked) {
  chip.cells[kBase + kBlock] = 0x0001;
  chip.options[0x90] = 0x80000002;
  const auto blocks = target->read_otp();
  ASSERT_TRUE(blocks) << blocks.error().describe();
  ASSERT_EQ(blocks->size(), 32U);
  EXPECT_EQ(blocks->at(0).blank, true);
  EXPECT_EQ(blocks->at(1).blank, false);
  EXPECT_EQ(blocks->at(1).address, kBase + kBlock);
  for (const OtpBlock& block : *blocks) EXPECT_EQ(block.locked, block.index == 1 || block.index == 31) << block.index;
}

TEST_P(H5OneTime, what_cannot_succeed_touches_nothing) {
  chip.cells[kBase + 6] = 0x1234;
  chip.options[0x90] = 1U << 1;
  struct Row {
    std::uint32_t address;
    Bytes data;
    Code code;
  };
  for (const Row& row :
       {Row{kBase + 4, kFour, Code::otp_written}, Row{kBase + kBlock - 2, kFour, Code::otp_locked},
        Row{kBase + 1, {1, 2}, Code::address_invalid}, Row{kBase, {1}, Code::address_invalid},
        Row{kBase, {}, Code::address_invalid}, Row{kBase - 2, kFour, Code::address_invalid},
        Row{kBase + 2046, kFour, Code::address_invalid}, Row{0x1FFF7AC, kFour, Code::address_invalid}}) {
    const auto written = target->write_otp(row.address, row.data);
    ASSERT_FALSE(written) << hex_word(row.address);
    EXPECT_EQ(written.error().code(), row.code) << written.error().describe();
  }
  EXPECT_EQ(chip.cells.size(), 1U);
}

TEST_P(H5OneTime, a_spoilt_cell_is_no_unwritten_one) {
  chip.damaged_cells[kBase + 4] = 0x0F31;
  const auto written = target->write_otp(kBase + 2, kFour);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Code::otp_written) << written.error().describe();
  EXPECT_TRUE(chip.cells.empty());
  EXPECT_EQ(target->read_otp()->at(0).blank, false);
}

TEST_P(H5OneTime, a_block_is_locked_beside_those_that_are) {
  chip.options[0x90] = 4;
  const auto locked = target->lock_otp(5);
  ASSERT_TRUE(locked) << locked.error().describe();
  EXPECT_EQ(chip.options[0x90], 0x24U);
  EXPECT_EQ(target->lock_otp(32).error().code(), Code::address_invalid);
}

TEST_P(H5OneTime, a_lock_that_does_not_stick_is_told) {
  chip.frozen = {"90"};
  EXPECT_EQ(target->lock_otp(5).error().code(), Code::otp_not_locked);
}

TEST_P(H5OneTime, a_password_for_ever_is_written_once) {
  facts.provisioning.store = RecordStore::one_time_memory;
  const Bytes hash(32, 0x5A);
  const ProvisioningRecord record{.destination = kBase, .encrypt = false, .payload = hash};
  EXPECT_FALSE(target->holds_record(record).value());
  const auto stored = target->provision(record);
  ASSERT_TRUE(stored) << stored.error().describe();
  EXPECT_TRUE(target->holds_record(record).value());
  EXPECT_EQ(chip.options[0x90], 1U);
  EXPECT_TRUE(target->provision(record)) << "the same password again is no act";
  const Bytes other(32, 0xA5);
  EXPECT_EQ(target->provision({.destination = kBase, .encrypt = false, .payload = other}).error().code(),
            Code::otp_locked);
}

INSTANTIATE_TEST_SUITE_P(virgin_cells, H5OneTime, testing::Bool(),
                         [](const auto& each) { return std::string(each.param ? "fault" : "read_as_ones"); });

}  // namespace
}  // namespace rigor
