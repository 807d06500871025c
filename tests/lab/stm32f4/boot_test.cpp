// Boot pins, and the watchdog that reset itself starts (stm32f4.md 3 and 6).
#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kCsr = 0x40023874, kWatchdogFlag = 1U << 29;
constexpr std::uint32_t kFreeze = 0xE0042008, kStopWatchdog = 1U << 12;
constexpr std::uint32_t kIwdgKey = 0x40003000, kIwdgPrescaler = 0x40003004, kIwdgReload = 0x40003008;

TEST(F4Boot, ThePinsAreSampledWhenResetIsReleased) {
  Stm32f4Options options;
  options.flash_content = {{0, *from_hex("0000022001010008")}};
  F4Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.peek(0), 0x20020000U);
  bench.chip->boot0(true);
  EXPECT_EQ(bench.peek(0), 0x20020000U) << "not before the next reset";
  bench.pulse_nrst();
  EXPECT_EQ(bench.peek(0), 0xFFFFFFFFU) << "the bootloader is seen at 0";
  EXPECT_EQ(bench.peek(kFlash), 0x20020000U);
  EXPECT_EQ(bench.peek(0x1FFF0000), 0xFFFFFFFFU);
  bench.chip->boot0(false);
  bench.pulse_nrst();
  EXPECT_EQ(bench.peek(0), 0x20020000U);
}

TEST(F4Boot, BothPinsHighIsSram) {
  Stm32f4Options options;
  options.boot1 = true;
  F4Bench bench(options);
  bench.start();
  ASSERT_TRUE(bench.write(kSram, 0x20001000));
  ASSERT_TRUE(bench.write(kSram + 4, 0x20000101));
  bench.chip->boot0(true);
  bench.pulse_nrst();
  EXPECT_EQ(bench.peek(0), 0x20001000U);
  ASSERT_TRUE(bench.halt());
  EXPECT_EQ(bench.core_register(15), 0x20000100U);
  EXPECT_EQ(bench.core_register(13), 0x20001000U);
}

// At level 1 a boot from elsewhere closes the flash; level 2 does not know of the pins.
TEST(F4Boot, AtLevelOneClosesTheFlashAndAtLevelTwoIsAlwaysFromFlash) {
  for (const std::uint32_t word : {0x0FFF55ECU, 0x0FFFCCECU}) {
    Stm32f4Options options;
    options.option_word = word;
    options.flash_content = {{0, *from_hex("0000022001010008")}};
    F4Bench bench(options);
    bench.chip->boot0(true);
    bench.chip->supply(3.3);
    bench.chip->nrst(true);
    bench.pass(10ms);
    EXPECT_FALSE(bench.chip->truth().locked_up);
  }
}

TEST(F4Boot, TheBootloadersVersionIsWhereThePartHasIt) {
  for (const auto& [name, address] : {std::pair{"stm32f407", 0x1FFF77DEU}, std::pair{"stm32f429", 0x1FFF76DEU},
                                      std::pair{"stm32f411", 0x1FFF76DEU}}) {
    Stm32f4Options options = part(name);
    options.system_fill = 0x00;
    options.bootloader_version = 0x91;
    F4Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.read(address, 1), 0x91U) << name;
    EXPECT_EQ(bench.read(address + 1, 1), 0x00U) << name;
  }
}

// --- the watchdog ---

Stm32f4Options with_watchdog() {
  Stm32f4Options options = written({});
  options.option_word &= ~(1U << 5);  // WDG_SW
  return options;
}

TEST(F4Watchdog, StartsWithResetWhenTheOptionSaysSo) {
  for (const bool hardware : {true, false}) {
    F4Bench bench(hardware ? with_watchdog() : Stm32f4Options{});
    bench.start();
    const std::uint32_t before = bench.chip->truth().resets;
    bench.pass(2s);
    EXPECT_EQ(bench.chip->truth().resets - before, hardware ? 3U : 0U) << "every 512 ms";
    EXPECT_EQ((bench.peek(kCsr) & kWatchdogFlag) != 0, hardware);
  }
}

TEST(F4Watchdog, CutsALongEraseShortUnlessItIsFrozen) {
  struct Case {
    const char* what;
    bool halted, frozen, whole;
  };
  for (const Case& each :
       {Case{"running", false, false, false}, Case{"halted", true, false, false},
        Case{"frozen and running", false, true, false}, Case{"frozen and halted", true, true, true}}) {
    SCOPED_TRACE(each.what);
    F4Bench bench(with_watchdog());
    bench.start();
    if (each.frozen) {
      ASSERT_TRUE(bench.write(kFreeze, kStopWatchdog));
    }
    if (each.halted) {
      ASSERT_TRUE(bench.halt());
    }
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, kMer | kX32 | kStrt));
    (void)bench.busy_time();
    EXPECT_EQ(bench.chip->truth().erased_sectors, each.whole ? 12U : 0U);
    EXPECT_EQ(bench.peek(kCr) & 1U << 31, each.whole ? 0U : 1U << 31) << "after a reset the controller is locked";
    EXPECT_EQ((bench.peek(kCsr) & kWatchdogFlag) != 0, !each.whole);
  }
}

TEST(F4Watchdog, GoesOnWhereItWasFrozen) {
  F4Bench bench(with_watchdog());
  bench.start();
  ASSERT_TRUE(bench.write(kFreeze, kStopWatchdog));
  ASSERT_TRUE(bench.halt());
  const std::uint32_t before = bench.chip->truth().resets;
  bench.pass(10s);
  EXPECT_EQ(bench.chip->truth().resets, before);
  ASSERT_TRUE(bench.write(kDhcsr, 0xA05F0001));
  bench.pass(490ms);
  EXPECT_EQ(bench.chip->truth().resets, before);
  bench.pass(20ms);
  EXPECT_EQ(bench.chip->truth().resets, before + 1);
}

TEST(F4Watchdog, IsStartedAndReloadedByItsKeys) {
  F4Bench bench;
  bench.start();
  ASSERT_TRUE(bench.write(kIwdgPrescaler, 3));
  EXPECT_EQ(bench.peek(kIwdgPrescaler), 0U) << "locked";
  ASSERT_TRUE(bench.write(kIwdgKey, 0x5555));
  ASSERT_TRUE(bench.write(kIwdgPrescaler, 3));  // 1 ms a tick
  ASSERT_TRUE(bench.write(kIwdgReload, 99));
  EXPECT_EQ(bench.peek(kIwdgReload), 99U);
  const std::uint32_t before = bench.chip->truth().resets;
  ASSERT_TRUE(bench.write(kIwdgKey, 0xCCCC));
  for (int i = 0; i < 5; ++i) {
    bench.pass(90ms);
    ASSERT_TRUE(bench.write(kIwdgKey, 0xAAAA));
  }
  EXPECT_EQ(bench.chip->truth().resets, before);
  bench.pass(101ms);
  EXPECT_EQ(bench.chip->truth().resets, before + 1);
  bench.pass(1s);
  EXPECT_EQ(bench.chip->truth().resets, before + 1) << "started by software, stopped by reset";
}

TEST(F4Watchdog, TheOptionCountsFromTheNextReset) {
  F4Bench bench;
  bench.start();
  EXPECT_EQ(bench.write_options(0x0FFFAACC), 0U);
  const std::uint32_t before = bench.chip->truth().resets;
  bench.pass(2s);
  EXPECT_EQ(bench.chip->truth().resets, before);
  bench.pulse_nrst();
  bench.pass(600ms);
  EXPECT_EQ(bench.chip->truth().resets, before + 2);
}

}  // namespace
}  // namespace rigor::lab::test
