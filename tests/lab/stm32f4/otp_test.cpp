// OTP: sixteen blocks, their lock bytes, and what neither an erase nor a regression changes (stm32f4.md 5).
#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kBlocks = 16, kBlock = 32;

// Lock bytes as planted, everything else virgin.
Stm32f4Options with_locks(std::initializer_list<std::pair<std::uint32_t, std::uint8_t>> locks) {
  Stm32f4Options options;
  options.otp_content = Bytes(512 + 16, 0xFF);
  for (const auto& [block, value] : locks) options.otp_content[512 + block] = value;
  return options;
}

TEST(F4Otp, IsVirginAndReadableInEveryWidth) {
  F4Bench bench;
  bench.start();
  for (std::uint32_t at = kOtp; at < kOtpLocks + kBlocks; at += 4) ASSERT_EQ(bench.peek(at), 0xFFFFFFFFU);
  EXPECT_EQ(bench.read(kOtpLocks + 13, 1), 0xFFU);
  EXPECT_EQ(bench.read(kOtp + 510, 2), 0xFFFFU);
  EXPECT_NE(bench.peek(kOtpLocks + 16), 0xFFFFFFFFU) << "the unique id is next";
}

TEST(F4Otp, IsProgrammedLikeFlashFromOneToZero) {
  F4Bench bench;
  bench.start();
  bench.unlock_flash();
  EXPECT_EQ(bench.program(kOtp, 0xFFFF0F0F), 0U);
  EXPECT_EQ(bench.program(kOtp, 0x0FFFFFFF), 0U);
  EXPECT_EQ(bench.peek(kOtp), 0x0FFF0F0FU);
  EXPECT_EQ(bench.program(kOtp + 6, 0x1234, 2), 0U);
  EXPECT_EQ(bench.program(kOtp + 511, 0x42, 1), 0U);
  EXPECT_EQ(bench.peek(kOtp + 4), 0x1234FFFFU);
  EXPECT_EQ(bench.peek(kOtp + 508), 0x42FFFFFFU);
}

TEST(F4Otp, EveryLockByteLocksItsBlockAndNoOther) {
  for (std::uint32_t locked = 0; locked < kBlocks; ++locked) {
    F4Bench bench(with_locks({{locked, 0x00}}));
    bench.start();
    bench.unlock_flash();
    for (std::uint32_t block = 0; block < kBlocks; ++block)
      for (const std::uint32_t at : {0U, kBlock - 1}) {
        const std::uint32_t flags = bench.program(kOtp + block * kBlock + at, 0, 1);
        EXPECT_EQ(flags, block == locked ? kWrpErr : 0U) << "block " << block << " with lock " << locked;
        EXPECT_EQ(bench.read(kOtp + block * kBlock + at, 1), block == locked ? 0xFFU : 0U);
        ASSERT_TRUE(bench.write(kSr, flags));
      }
  }
}

struct LockWrite {
  const char* what;
  std::uint32_t address, value, size;
  std::vector<std::uint32_t> locked;
};

TEST(F4Otp, AWriteLocksTheBlocksOfItsZeroBytes) {
  for (const LockWrite& each :
       {LockWrite{"a byte", kOtpLocks + 5, 0x00, 1, {5}}, LockWrite{"a half-word", kOtpLocks + 2, 0x0000, 2, {2, 3}},
        LockWrite{"a word of zeros", kOtpLocks + 12, 0x00000000, 4, {12, 13, 14, 15}},
        LockWrite{"the lowest of four", kOtpLocks + 12, 0xFFFFFF00, 4, {12}},
        LockWrite{"the highest of four", kOtpLocks + 0, 0x00FFFFFF, 4, {3}},
        LockWrite{"two in the middle", kOtpLocks + 4, 0xFF0000FF, 4, {5, 6}},
        LockWrite{"all ones", kOtpLocks + 8, 0xFFFFFFFF, 4, {}}}) {
    SCOPED_TRACE(each.what);
    F4Bench bench;
    bench.start();
    bench.unlock_flash();
    EXPECT_EQ(bench.program(each.address, each.value, each.size), 0U);
    for (std::uint32_t block = 0; block < kBlocks; ++block) {
      const bool locked = std::ranges::find(each.locked, block) != each.locked.end();
      EXPECT_EQ(bench.read(kOtpLocks + block, 1), locked ? 0x00U : 0xFFU) << block;
      EXPECT_EQ(bench.program(kOtp + block * kBlock, 0, 1), locked ? kWrpErr : 0U) << block;
      ASSERT_TRUE(bench.write(kSr, kWrpErr));
    }
    EXPECT_EQ(bench.program(each.address, 0xFFFFFFFF, each.size), 0U) << "no lock byte goes back";
    for (const std::uint32_t block : each.locked) EXPECT_EQ(bench.read(kOtpLocks + block, 1), 0x00U);
  }
}

TEST(F4Otp, WhatAnyOtherLockValueMeansIsOpen) {
  for (const bool locks : {false, true}) {
    for (const std::uint8_t value : std::initializer_list<std::uint8_t>{0x01, 0x7F, 0xFE, 0x55}) {
      Stm32f4Options options = with_locks({{4, value}, {6, 0x00}});
      options.odd_otp_lock_locks = locks;
      F4Bench bench(options);
      bench.start();
      bench.unlock_flash();
      EXPECT_EQ(bench.program(kOtp + 4 * kBlock, 0), locks ? kWrpErr : 0U) << unsigned{value};
      ASSERT_TRUE(bench.write(kSr, kWrpErr));
      EXPECT_EQ(bench.program(kOtp + 5 * kBlock, 0), 0U);
      EXPECT_EQ(bench.program(kOtp + 6 * kBlock, 0), kWrpErr);
      ASSERT_TRUE(bench.write(kSr, kWrpErr));
      EXPECT_EQ(bench.program(kOtpLocks + 4, 0x00, 1), 0U) << "it can still be made whole";
      EXPECT_EQ(bench.program(kOtp + 4 * kBlock + 4, 0), kWrpErr);
    }
  }
}

TEST(F4Otp, OutlivesMassEraseRegressionAndPower) {
  F4Bench bench;
  bench.start();
  bench.unlock_flash();
  EXPECT_EQ(bench.program(kOtp + 32, 0x12345678), 0U);
  EXPECT_EQ(bench.program(kOtpLocks + 1, 0x00, 1), 0U);
  ASSERT_TRUE(bench.write(kCr, kMer | kX32 | kStrt));
  (void)bench.busy_time();
  EXPECT_EQ(bench.write_options(0x0FFF55EC), 0U);
  bench.power_cycle();
  ASSERT_TRUE(bench.connect());
  EXPECT_FALSE(bench.read(kOtp + 32));
  EXPECT_FALSE(bench.read(kOtpLocks));
  EXPECT_EQ(bench.write_options(0x0FFFAAEC), 0U);
  bench.power_cycle();
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(bench.peek(kOtp + 32), 0x12345678U);
  EXPECT_EQ(bench.peek(kOtpLocks), 0xFFFF00FFU);
}

TEST(F4Otp, LossOfPowerInTheMiddleLeavesBitsOnTheWay) {
  bool odd = false;
  for (int seed = 0; seed < 8 && !odd; ++seed) {
    F4Bench bench({}, make_idle_cpu(), static_cast<std::uint64_t>(seed));
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, kPg | kX8));
    ASSERT_TRUE(bench.write(kOtpLocks + 7, 0, 1));
    bench.pass(8us);
    bench.power_cycle();
    const std::uint8_t lock = bench.chip->otp()[512 + 7];
    odd = lock != 0xFF && lock != 0x00;
  }
  EXPECT_TRUE(odd) << "a lock byte of neither value is what an interrupted lock leaves";
}

}  // namespace
}  // namespace rigor::lab::test
