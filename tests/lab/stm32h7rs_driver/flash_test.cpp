#include <numeric>

#include "tests/lab/stm32h7rs_driver/driven_bench.hpp"

namespace rigor::test {
namespace {

constexpr std::uint32_t kFlash = 0x08000000;

Bytes counting(std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  return bytes;
}

class Flash : public OnEverySilicon {};
INSTANTIATE_TEST_SUITE_P(H7rs, Flash, ::testing::ValuesIn(all_silicon()), silicon_name);

TEST_P(Flash, AnOpenChipIsIdentified) {
  DrivenBench bench(GetParam());
  const auto identity = bench.target().identify();
  ASSERT_TRUE(identity) << why(identity);
  EXPECT_EQ(identity->device_id, 0x485);
  EXPECT_TRUE(identity->core_reachable);
  EXPECT_FALSE(identity->unique_id_reads_zero);
  EXPECT_TRUE(identity->bootloader_version);
}

TEST_P(Flash, WhatIsProgrammedReadsBackAndNothingElseChanges) {
  DrivenBench bench(GetParam());
  const auto erased = bench.target().erase_all();
  ASSERT_TRUE(erased) << why(erased);
  for (const std::size_t size : {16U, 5U, 16384U}) {
    const std::uint32_t at = kFlash + 0x2000;
    ASSERT_TRUE(bench.target().erase(at, 0x4000));
    const auto programmed = bench.target().program(at, counting(size));
    ASSERT_TRUE(programmed) << size << why(programmed);
    const auto verified = bench.target().verify(at, counting(size));
    EXPECT_TRUE(verified) << size << why(verified);
    EXPECT_TRUE(bench.target().check_blank(kFlash, 0x2000)) << size;
    EXPECT_TRUE(bench.target().check_blank(at + 0x4000, 0x2000)) << size;
  }
}

TEST_P(Flash, ContentsSurviveAPowerCycle) {
  DrivenBench bench(GetParam());
  ASSERT_TRUE(bench.target().erase_all());
  ASSERT_TRUE(bench.target().program(kFlash, counting(100)));
  bench.power_cycle();
  EXPECT_TRUE(bench.target().verify(kFlash, counting(100)));
}

TEST_P(Flash, AWrongRangeIsRefused) {
  DrivenBench bench(GetParam());
  EXPECT_EQ(bench.target().erase(kFlash + 0x10000, 1).error().code(), Code::usage);
  EXPECT_EQ(bench.target().program(kFlash + 8, counting(16)).error().code(), Code::usage);
}

// SEED-001: the mass erase of a part whose WRPS bits are all 0 fails; WRPS and HDP are the cure.
TEST_P(Flash, TheWriteProtectionTrapIsExplainedAndCured) {
  DrivenBench bench(GetParam());
  Target& target = bench.target();
  ASSERT_TRUE(target.erase_all());
  std::vector<OptionValue> protect;
  std::vector<OptionValue> cure{{.name = "HDP_AREA_START", .value = 1}, {.name = "HDP_AREA_END", .value = 0}};
  for (int sector = 0; sector < 8; ++sector) {
    protect.push_back({.name = "WRPS" + std::to_string(sector), .value = 0});
    cure.push_back({.name = "WRPS" + std::to_string(sector), .value = 1});
  }
  const auto written = target.write_options(protect);
  ASSERT_TRUE(written) << why(written);
  EXPECT_EQ(target.erase_all().error().code(), Code::flash_write_protected);
  EXPECT_EQ(target.erase(kFlash, 1).error().code(), Code::flash_write_protected);
  EXPECT_EQ(target.program(kFlash, counting(16)).error().code(), Code::flash_write_protected);
  const auto found = target.protections(kFlash, 0x10000);
  ASSERT_TRUE(found) << why(found);
  ASSERT_FALSE(found->empty());
  EXPECT_NE(found->front().cure.find("WRPS0: 1"), std::string::npos);
  const auto cured = target.write_options(cure);
  ASSERT_TRUE(cured) << why(cured);
  EXPECT_TRUE(target.protections(kFlash, 0x10000)->empty());
  EXPECT_TRUE(target.erase_all());
}

// lifecycle.md 4: the state is a reason of its own, and NVSTATE does not show it.
TEST_P(Flash, InProvisioningTheStateIsTheReason) {
  DrivenBench bench(GetParam());
  Target& target = bench.target();
  ASSERT_TRUE(target.set_product_state(ProductState::provisioning));
  const auto found = target.protections(kFlash, 0x10000);
  ASSERT_TRUE(found) << why(found);
  ASSERT_FALSE(found->empty());
  EXPECT_EQ(found->front().kind, ProtectionKind::state);
  EXPECT_EQ(target.erase_all().error().code(), Code::flash_write_protected);
}

class OneTime : public OnEverySilicon {};
INSTANTIATE_TEST_SUITE_P(H7rs, OneTime, ::testing::ValuesIn(all_silicon()), silicon_name);

TEST_P(OneTime, CellsAreWrittenOnceAndLockedForGood) {
  DrivenBench bench(GetParam());
  Target& target = bench.target();
  const auto blocks = target.read_otp();
  ASSERT_TRUE(blocks) << why(blocks);
  ASSERT_EQ(blocks->size(), 16U);
  const std::uint32_t at = blocks->at(3).address;
  const auto written = target.write_otp(at + 2, Bytes{1, 2, 3, 4, 5, 6});
  ASSERT_TRUE(written) << why(written);
  EXPECT_EQ(target.write_otp(at + 4, Bytes{9, 9}).error().code(), Code::otp_written);
  const auto locked = target.lock_otp(3);
  ASSERT_TRUE(locked) << why(locked);
  EXPECT_EQ(target.write_otp(at + 16, Bytes{1, 2}).error().code(), Code::otp_locked);
  bench.power_cycle();
  const auto after = target.read_otp();
  ASSERT_TRUE(after) << why(after);
  EXPECT_TRUE(after->at(3).locked);
  EXPECT_FALSE(after->at(2).locked);
  EXPECT_NE(after->at(3).blank, true);
}

}  // namespace
}  // namespace rigor::test
