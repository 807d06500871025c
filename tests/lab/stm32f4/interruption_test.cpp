// A reset or the loss of power in the middle of programming and erasing leaves what nobody can foretell, and the same
// for the same seed (stm32f4.md 3).
#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

enum class By { nrst, power, software };

void cut(F4Bench& bench, By means) {
  if (means == By::nrst) bench.pulse_nrst();
  if (means == By::power) bench.power_cycle();
  if (means == By::software) {
    (void)bench.write(kAircr, 0x05FA0004);
    (void)bench.chip->truth();
  }
}

// Of the bits that had to change, the share that did.
double changed(ByteView cells, std::uint8_t from) {
  std::uint32_t count = 0;
  for (const std::uint8_t cell : cells)
    count += static_cast<std::uint32_t>(std::popcount(static_cast<unsigned>(cell ^ from)));
  return count / (8.0 * static_cast<double>(cells.size()));
}

TEST(F4Interruption, OfAnEraseLeavesASectorHalfErased) {
  for (const By means : {By::nrst, By::power, By::software}) {
    for (const Duration moment : {25ms, 125ms, 225ms}) {
      F4Bench bench(written({}));
      bench.start();
      bench.unlock_flash();
      ASSERT_TRUE(bench.write(kCr, kSer | 1U << 3 | kX32 | kStrt));
      bench.pass(moment);
      cut(bench, means);
      const ByteView flash = bench.chip->flash();
      EXPECT_NEAR(changed(flash.subspan(0x4000, 0x4000), 0), static_cast<double>(moment.count()) / 250e6, 0.05);
      EXPECT_EQ(changed(flash.subspan(0, 0x4000), 0), 0.0) << "the neighbours are as they were";
      EXPECT_EQ(changed(flash.subspan(0x8000), 0), 0.0);
      EXPECT_EQ(bench.chip->truth().erased_sectors, 0U);
      ASSERT_TRUE(bench.connect());
      EXPECT_EQ(bench.peek(kSr), 0U);
      EXPECT_EQ(bench.peek(kCr), 0x80000000U) << "locked again";
    }
  }
}

TEST(F4Interruption, OfAMassEraseReachesEverySector) {
  F4Bench bench(written(part("stm32f429")));
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, kMer | kMer1 | kX32 | kStrt));
  bench.pass(8s);
  bench.power_cycle();
  for (std::uint32_t at = 0; at < 2U << 20; at += 16U << 10)
    EXPECT_NEAR(changed(bench.chip->flash().subspan(at, 16U << 10), 0), 0.5, 0.05) << hex_word(at);
}

TEST(F4Interruption, OfProgrammingLeavesAUnitHalfWritten) {
  std::uint32_t odd = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    F4Bench bench({}, make_idle_cpu(), seed);
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, kPg | kX32));
    ASSERT_TRUE(bench.write(kFlash + 8, 0x0000FFFF));
    bench.pass(8us);
    bench.power_cycle();
    const std::uint32_t word = load_le32(bench.chip->flash(), 8);
    EXPECT_EQ(word & 0xFFFF, 0xFFFFU) << "bits that were to stay do";
    odd += word != 0xFFFFFFFF && word != 0x0000FFFF ? 1 : 0;
    EXPECT_EQ(load_le32(bench.chip->flash(), 4), 0xFFFFFFFFU);
    EXPECT_EQ(load_le32(bench.chip->flash(), 12), 0xFFFFFFFFU);
  }
  EXPECT_GE(odd, 18U);
}

TEST(F4Interruption, IsTheSameForTheSameSeed) {
  const auto left = [](std::uint64_t seed) {
    F4Bench bench(written({}), make_idle_cpu(), seed);
    bench.start();
    bench.unlock_flash();
    EXPECT_TRUE(bench.write(kCr, kSer | kX32 | kStrt));
    bench.pass(100ms);
    bench.pulse_nrst();
    const ByteView sector = bench.chip->flash().subspan(0, 0x4000);
    return Bytes(sector.begin(), sector.end());
  };
  EXPECT_EQ(left(7), left(7));
  EXPECT_NE(left(7), left(8));
}

// At the supply's end everything ends: what was begun is cut short, the rest is as it was.
TEST(F4Interruption, APartWithoutPowerDoesNothing) {
  F4Bench bench(written({}));
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, kSer | kX32 | kStrt));
  bench.chip->supply(1.7);
  bench.pass(1s);
  EXPECT_FALSE(bench.connect());
  EXPECT_EQ(bench.chip->flash()[0], 0) << "cut short at once";
  EXPECT_FALSE(bench.chip->truth().powered);
}

}  // namespace
}  // namespace rigor::lab::test
