// What a debugger learns before it touches anything: debug port, access port, ROM table, identity, the address map.
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

TEST(F4Identity, NothingAnswersWithoutPower) {
  F4Bench bench;
  EXPECT_FALSE(bench.connect());
}

TEST(F4Identity, WordsThatIdentifyThePart) {
  struct Case {
    const char* what;
    std::uint32_t address, value;
  };
  Stm32f4Options options;
  options.uid = {0x11223344, 0x55667788, 0x99AABBCC};
  F4Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.chip->swd().read(false, 4).data & 0xF0000000, 0xF0000000);
  for (const Case& each : {
           Case{"CPUID", 0xE000ED00, 0x410FC241},
           Case{"DBGMCU_IDCODE", 0xE0042000, 0x10076413},
           Case{"unique id 0", 0x1FFF7A10, 0x11223344},
           Case{"unique id 1", 0x1FFF7A14, 0x55667788},
           Case{"unique id 2", 0x1FFF7A18, 0x99AABBCC},
           Case{"ROM table, first entry", 0xE00FF000, 0xFFF0F003},
           Case{"ROM table, end", 0xE00FF018, 0},
           Case{"ROM table, part", 0xE00FFFE0, 0x13},
           Case{"FPB, eight comparators", 0xE0002000, 0x260},
           Case{"DWT, four comparators", 0xE0001000, 0x40000000},
           Case{"option sector, RDP with its complement", 0x1FFFC000, 0x5510AAEF},
           Case{"option register", kOptCr, 0x0FFFAAED},
           Case{"flash control", kCr, 0x80000000},
           Case{"RCC_CR", 0x40023800, 0x00000083},
           Case{"RCC_CSR after power-on", 0x40023874, 0x0E000000},
       })
    EXPECT_EQ(bench.peek(each.address), each.value) << each.what;
  EXPECT_EQ(bench.read(0x1FFF7A22, 2), 1024U) << "flash size in KiB";
  EXPECT_EQ(bench.read(0x1FFF77DE, 1), 0x31U) << "bootloader version";
}

TEST(F4Identity, OneAccessPort) {
  F4Bench bench;
  bench.start();
  for (const auto& [port, id] : {std::pair{0U, 0x24770011U}, std::pair{1U, 0U}}) {
    (void)bench.chip->swd().write(false, 8, port << 24 | 0xF0);
    (void)bench.chip->swd().read(true, 0xC);
    EXPECT_EQ(bench.chip->swd().read(false, 0xC).data, id) << port;
  }
}

TEST(F4Identity, MemoriesAndHoles) {
  F4Bench bench;
  bench.start();
  struct Case {
    std::uint32_t address;
    bool there;
  };
  for (const Case& each :
       {Case{kSram, true}, Case{kSram + 0x1FFFC, true}, Case{kSram + 0x20000, false}, Case{kCcm, true},
        Case{kCcm + 0xFFFC, true}, Case{kCcm + 0x10000, false}, Case{0x60000000, false}, Case{0x40030000, true},
        Case{0x4000C000, false}, Case{0x00000000, true}, Case{kFlash + 0xFFFFC, true}, Case{kFlash + 0x100000, false}})
    EXPECT_EQ(bench.read(each.address).has_value(), each.there) << hex_word(each.address);
  for (const std::uint32_t base : {kSram, kCcm}) {
    EXPECT_TRUE(bench.write(base + 8, 0x44332211));
    EXPECT_TRUE(bench.write(base + 9, 0xEE, 1));
    EXPECT_EQ(bench.peek(base + 8), 0x4433EE11U);
    EXPECT_EQ(bench.read(base + 10, 2), 0x4433U);
  }
}

TEST(F4Identity, AFaultSticksUntilItIsCleared) {
  F4Bench bench;
  bench.start();
  (void)bench.peek(kSram);
  (void)bench.chip->swd().write(true, 4, 0x60000000);
  EXPECT_EQ(bench.chip->swd().read(true, 0xC).ack, SwdAck::ok) << "the error is posted";
  EXPECT_EQ(bench.chip->swd().read(false, 0xC).ack, SwdAck::fault);
  EXPECT_EQ(bench.chip->swd().write(false, 8, 0), SwdAck::fault);
  EXPECT_NE(bench.chip->swd().read(false, 4).data & 1U << 5, 0U);
  (void)bench.chip->swd().write(false, 0, 1U << 2);
  EXPECT_EQ(bench.peek(0xE000ED00), 0x410FC241U);
}

TEST(F4Identity, StartUpCodeFindsItsClocksReady) {
  F4Bench bench;
  bench.start();
  EXPECT_TRUE(bench.write(0x40023800, 0x01010081));  // HSEON, PLLON
  EXPECT_EQ(bench.peek(0x40023800), 0x03030083U);
  EXPECT_TRUE(bench.write(0x40023808, 0x2));  // SW = PLL
  EXPECT_EQ(bench.peek(0x40023808) >> 2 & 3, 2U);
}

}  // namespace
}  // namespace rigor::lab::test
