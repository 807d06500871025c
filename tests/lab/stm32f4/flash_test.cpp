// The flash controller by RM0090: keys, erase and program.
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

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

}  // namespace
}  // namespace rigor::lab::test
