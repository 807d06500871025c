// The parts of the family by their chip files: identity, memories, and what each has of the options.
#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

// stm32f4.md 1 and 2; memory sizes are those of the data sheets.
struct Part {
  const char* name;
  std::uint32_t device_id, flash_kib, sram_kib, ccm_kib;
  bool backup, pcrop, second_options;
};

class F4Part : public ::testing::TestWithParam<Part> {};

INSTANTIATE_TEST_SUITE_P(Files, F4Part,
                         ::testing::Values(Part{"stm32f407", 0x413, 1024, 128, 64, true, false, false},
                                           Part{"stm32f401xc", 0x423, 256, 64, 0, false, true, false},
                                           Part{"stm32f401xe", 0x433, 512, 96, 0, false, true, false},
                                           Part{"stm32f411", 0x431, 512, 128, 0, false, true, false},
                                           Part{"stm32f412", 0x441, 1024, 256, 0, false, true, false},
                                           Part{"stm32f413", 0x463, 1536, 320, 0, false, true, false},
                                           Part{"stm32f429", 0x419, 2048, 192, 64, true, true, true},
                                           Part{"stm32f446", 0x421, 512, 128, 0, true, true, false},
                                           Part{"stm32f469", 0x434, 2048, 320, 64, true, true, true}),
                         [](const auto& each) { return each.param.name; });

TEST_P(F4Part, SaysWhoItIs) {
  Stm32f4Options options = part(GetParam().name);
  options.package = 0x0400;
  F4Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.peek(0xE0042000) & 0xFFF, GetParam().device_id);
  EXPECT_EQ(bench.read(0x1FFF7A22, 2), GetParam().flash_kib);
  EXPECT_EQ(bench.peek(0x1FFF7A10), options.uid[0]);
  EXPECT_EQ(bench.read(0x1FFF7BF0, 2), 0x0400U);
}

TEST_P(F4Part, HasItsMemoriesAndNoMore) {
  const Part& found = GetParam();
  F4Bench bench(part(found.name));
  bench.start();
  const auto ends = [&](std::uint32_t base, std::uint32_t kib) {
    if (kib != 0) {
      EXPECT_TRUE(bench.read(base));
      EXPECT_TRUE(bench.read(base + (kib << 10) - 4));
    }
    EXPECT_FALSE(bench.read(base + (kib << 10))) << hex_word(base);
  };
  ends(kFlash, found.flash_kib);
  ends(kSram, found.sram_kib);
  ends(kCcm, found.ccm_kib);
  EXPECT_TRUE(bench.write(kBackup, 0x12345678));
  bench.pulse_nrst();
  EXPECT_EQ(bench.peek(kBackup), found.backup ? 0x12345678U : 0U) << "a reset leaves backup SRAM alone";
}

TEST_P(F4Part, HasTheOptionBitsOfItsKind) {
  const Part& found = GetParam();
  F4Bench bench(part(found.name));
  bench.start();
  const std::uint32_t more_protection = found.device_id == 0x463 ? 0b111U << 28 : 0;  // nWRP 14..12
  EXPECT_EQ(bench.peek(kOptCr), 0x0FFFAAEDU | more_protection);
  bench.unlock_options();
  ASSERT_TRUE(bench.write(kOptCr, 0xFFFFFFFC));
  std::uint32_t bits = 0x0FFFFFEC | more_protection;
  if (found.pcrop) bits |= 1U << 31;
  if (found.second_options) bits |= 1U << 30 | 1U << 4;
  EXPECT_EQ(bench.peek(kOptCr), bits);
  ASSERT_TRUE(bench.write(kOptCr1, 0xFFFFFFFF));
  EXPECT_EQ(bench.peek(kOptCr1), found.second_options ? 0x0FFF0000U : 0U);
}

TEST_P(F4Part, ControlRegisterHasTheBitsOfItsBanks) {
  F4Bench bench(part(GetParam().name));
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, 0x7FFEFFFF));
  EXPECT_EQ(bench.peek(kCr), GetParam().second_options ? 0x030083FFU : 0x0300037FU);
}

// A clone, or a part whose size word was never written.
TEST(F4Parts, TheFlashSizeWordMayLie) {
  for (const std::uint32_t word : {512U, 0xFFFFU, 0U}) {
    Stm32f4Options options;
    options.flash_size_word = word;
    F4Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.read(0x1FFF7A22, 2), word);
  }
}

TEST(F4Parts, BackupSramNeedsTheSupplyOrABattery) {
  for (const bool battery : {false, true}) {
    Stm32f4Options options;
    options.vbat = battery;
    F4Bench bench(options);
    bench.start();
    ASSERT_TRUE(bench.write(kBackup + 8, 0x12345678));
    bench.power_cycle();
    EXPECT_EQ(load_le32(bench.chip->backup_sram(), 8), battery ? 0x12345678U : 0xA5A5A5A5U);
  }
}

}  // namespace
}  // namespace rigor::lab::test
