// The flash controller by RM0090: keys, erase and program, what is refused, option bytes, OTP.
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kPg = 1, kSer = 2, kMer = 4, kStrt = 1U << 16, kEopIe = 1U << 24, kErrIe = 1U << 25;
constexpr std::uint32_t kX8 = 0, kX16 = 1U << 8, kX32 = 2U << 8;
constexpr std::uint32_t kEop = 1, kOpErr = 2, kWrpErr = 1U << 4, kPgpErr = 1U << 6, kPgsErr = 1U << 7;
constexpr std::uint32_t kOtp = 0x1FFF7800, kOtpLocks = 0x1FFF7A00;

std::uint32_t erase_sector(std::uint32_t number) { return kSer | number << 3 | kX32 | kStrt; }

TEST(F4Flash, IsLockedUntilBothKeysCameInOrder) {
  F4Bench bench;
  bench.start();
  EXPECT_TRUE(bench.write(kCr, kPg | kX32));
  EXPECT_EQ(bench.peek(kCr), 0x80000000U);
  bench.unlock_flash();
  EXPECT_EQ(bench.peek(kCr), 0U);
  EXPECT_TRUE(bench.write(kCr, 1U << 31));
  EXPECT_EQ(bench.peek(kCr), 0x80000000U);
}

TEST(F4Flash, AWrongKeyIsABusErrorAndLocksUntilReset) {
  F4Bench bench;
  bench.start();
  EXPECT_FALSE(bench.write(kKeyr, 0xCDEF89AB));
  EXPECT_FALSE(bench.write(kKeyr, 0x45670123));
  EXPECT_EQ(bench.peek(kCr), 0x80000000U);
  bench.pulse_nrst();
  bench.unlock_flash();
  EXPECT_EQ(bench.peek(kCr), 0U);
}

TEST(F4Flash, SectorsHaveTheirSizesAndTimes) {
  struct Case {
    std::uint32_t sector, base, size;
    Duration time;
  };
  Stm32f4Options options;
  options.flash_content = {{0, Bytes(1U << 20, 0)}};
  for (const Case& each :
       {Case{0, 0, 16 << 10, 250ms}, Case{3, 48 << 10, 16 << 10, 250ms}, Case{4, 64 << 10, 64 << 10, 550ms},
        Case{5, 128 << 10, 128 << 10, 1000ms}, Case{11, 896 << 10, 128 << 10, 1000ms}}) {
    SCOPED_TRACE(each.sector);
    F4Bench bench(options);
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, erase_sector(each.sector)));
    EXPECT_NEAR(static_cast<double>(bench.busy_time().count()), static_cast<double>(each.time.count()), 2e6);
    const ByteView flash = bench.chip->flash();
    for (const auto& [offset, value] : {std::pair{each.base, 0xFF}, std::pair{each.base + each.size - 1, 0xFF}})
      EXPECT_EQ(flash[offset], value);
    if (each.base > 0) {
      EXPECT_EQ(flash[each.base - 1], 0);
    }
    if (each.base + each.size < flash.size()) {
      EXPECT_EQ(flash[each.base + each.size], 0);
    }
    EXPECT_EQ(bench.chip->truth().erased_sectors, 1U);
    EXPECT_EQ(bench.peek(kCr) & kStrt, 0U);
  }
}

TEST(F4Flash, NarrowErasesTakeLonger) {
  F4Bench bench;
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, kSer | kX8 | kStrt));
  EXPECT_GE(bench.busy_time(), 399ms);
}

TEST(F4Flash, AMassEraseTakesEverySector) {
  Stm32f4Options options;
  options.flash_content = {{0, Bytes(1U << 20, 0)}};
  F4Bench bench(options);
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, kMer | kSer | kX32 | kStrt)) << "with SER it is a mass erase all the same";
  EXPECT_FALSE(bench.read(kFlash)) << "reads stall for longer than this debugger waits";
  bench.pass(8s);
  EXPECT_EQ(bench.peek(kSr) & kBusy, 0U);
  EXPECT_EQ(bench.chip->truth().erased_sectors, 12U);
}

TEST(F4Flash, ProgramsOnlyFromOneToZero) {
  F4Bench bench;
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, kPg | kX32));
  ASSERT_TRUE(bench.write(kFlash, 0xFFFF0F0F));
  ASSERT_TRUE(bench.write(kFlash, 0x0FFFFFFF));
  EXPECT_EQ(bench.peek(kFlash), 0x0FFF0F0FU);
  EXPECT_EQ(bench.peek(kSr), 0U) << "EOP only with its interrupt enabled";
  ASSERT_TRUE(bench.write(kCr, kPg | kX32 | kEopIe));
  ASSERT_TRUE(bench.write(kFlash + 4, 0));
  bench.pass(1ms);
  EXPECT_EQ(bench.peek(kSr), kEop);
  ASSERT_TRUE(bench.write(kSr, kEop));
  EXPECT_EQ(bench.peek(kSr), 0U);
}

TEST(F4Flash, RefusesWithTheFlagOfTheReason) {
  struct Case {
    const char* what;
    std::uint32_t control, address, size, flags;
  };
  Stm32f4Options options;
  options.option_word = 0x0FFDAAED;  // sector 1 protected
  for (const Case& each : {
           Case{"PG is 0", kX32, kFlash, 4, kPgsErr},
           Case{"PSIZE x8, a word", kPg | kX8, kFlash, 4, kPgpErr},
           Case{"PSIZE x32, a byte", kPg | kX32, kFlash, 1, kPgpErr},
           Case{"PSIZE x16, a half-word", kPg | kX16, kFlash, 2, 0},
           Case{"a protected sector", kPg | kX32, kFlash + 0x4000, 4, kWrpErr},
           Case{"with ERRIE", kPg | kX32 | kErrIe, kFlash + 0x4000, 4, kWrpErr | kOpErr},
           Case{"erase of a protected sector", erase_sector(1), 0, 0, kWrpErr},
           Case{"erase of a sector that is not there", erase_sector(12), 0, 0, kWrpErr},
           Case{"mass erase with a protected sector", kMer | kX32 | kStrt, 0, 0, kWrpErr},
       }) {
    SCOPED_TRACE(each.what);
    F4Bench bench(options);
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, each.control));
    if (each.address != 0) {
      ASSERT_TRUE(bench.write(each.address, 0, each.size));
    }
    bench.pass(1ms);
    EXPECT_EQ(bench.peek(kSr), each.flags);
    EXPECT_EQ(bench.chip->truth().programmed_units, each.flags == 0 ? 1U : 0U);
    EXPECT_EQ(bench.chip->truth().erased_sectors, 0U);
  }
}

TEST(F4Flash, AResetInTheMiddleLeavesNeitherOldNorNew) {
  Stm32f4Options options;
  options.flash_content = {{0, Bytes(16U << 10, 0)}};
  F4Bench bench(options);
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, erase_sector(0)));
  bench.pass(100ms);
  bench.pulse_nrst();
  EXPECT_NE(bench.peek(kFlash), 0U);
  EXPECT_NE(bench.peek(kFlash), 0xFFFFFFFFU);
  EXPECT_EQ(bench.peek(kSr), 0U);
}

TEST(F4Options, AreWrittenWithTheirOwnKeysAndSurvivePower) {
  F4Bench bench;
  bench.start();
  EXPECT_TRUE(bench.write(kOptCr, 0x0FFEAAEE));
  EXPECT_EQ(bench.peek(kOptCr), 0x0FFFAAEDU) << "locked";
  bench.unlock_options();
  EXPECT_TRUE(bench.write(kOptCr, 0x0FFEAAEE));  // protects sector 0, starts
  EXPECT_GE(bench.busy_time(), 249ms);
  EXPECT_EQ(bench.chip->truth().option_word, 0x0FFEAAECU);
  bench.power_cycle();
  EXPECT_EQ(bench.chip->truth().option_word, 0x0FFEAAECU);
}

TEST(F4Options, AnInterruptedWriteLeavesAllOnes) {
  F4Bench bench;
  bench.start();
  bench.unlock_options();
  EXPECT_TRUE(bench.write(kOptCr, 0x0FFEAAEE));
  bench.pass(10ms);
  bench.pulse_nrst();
  EXPECT_EQ(bench.chip->truth().option_word, 0x0FFFFFECU);
}

TEST(F4Options, LevelOneClosesTheFlashToADebuggerAndGoingBackErasesIt) {
  Stm32f4Options options;
  options.flash_content = {{0, Bytes(64, 0x5A)}};
  F4Bench bench(options);
  bench.start();
  bench.unlock_options();
  ASSERT_TRUE(bench.write(kOptCr, 0x0FFF55EE));
  bench.pass(1s);
  EXPECT_EQ(bench.peek(kFlash), 0x5A5A5A5AU) << "in force from the next power-on only";
  bench.pulse_nrst();
  EXPECT_EQ(bench.peek(kFlash), 0x5A5A5A5AU);
  bench.power_cycle();
  ASSERT_TRUE(bench.connect());
  EXPECT_FALSE(bench.read(kFlash));
  EXPECT_FALSE(bench.read(kOtp));
  EXPECT_EQ(bench.peek(kOptCr) >> 8 & 0xFF, 0x55U) << "options stay readable";
  EXPECT_TRUE(bench.write(kSram, 1)) << "and SRAM usable";
  bench.unlock_options();
  ASSERT_TRUE(bench.write(kOptCr, 0x0FFFAAEE));
  bench.pass(9s);
  bench.pulse_nrst();
  EXPECT_EQ(bench.peek(kFlash), 0xFFFFFFFFU);
}

TEST(F4Otp, IsProgrammedOnceAndLockedByBlock) {
  F4Bench bench;
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, kPg | kX32));
  ASSERT_TRUE(bench.write(kOtp + 32, 0x12345678));
  EXPECT_EQ(bench.peek(kOtp + 32), 0x12345678U);
  ASSERT_TRUE(bench.write(kCr, kPg | kX8));
  ASSERT_TRUE(bench.write(kOtpLocks + 1, 0, 1));
  bench.pass(1ms);
  EXPECT_EQ(bench.peek(kOtpLocks), 0xFFFF00FFU);
  EXPECT_EQ(bench.peek(kSr), 0U);
  ASSERT_TRUE(bench.write(kOtp + 63, 0, 1));
  EXPECT_EQ(bench.peek(kSr), kWrpErr);
  ASSERT_TRUE(bench.write(kSr, kWrpErr));
  ASSERT_TRUE(bench.write(kOtp + 64, 0, 1)) << "the next block is open";
  bench.pass(1ms);
  EXPECT_EQ(bench.peek(kSr), 0U);
  ASSERT_TRUE(bench.write(kCr, kMer | kX32 | kStrt));
  bench.pass(9s);
  EXPECT_EQ(bench.peek(kOtp + 32), 0x12345678U) << "a mass erase leaves it alone";
}

}  // namespace
}  // namespace rigor::lab::test
