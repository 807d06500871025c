// The independent watchdog: started by reset where IWDG_SW is 0 (stm32h5.md 4.1), which debug authentication suffers
// from (4.3), or by its key.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kIwdg = 0x40003000, kRsr = 0x44020CF4, kWatchdogFlag = 1U << 29;
constexpr std::uint32_t kFreeze = 0xE0044008, kStopWatchdog = 1U << 12;

Stm32h5Options with_watchdog(Stm32h5Options options = {}) {
  options.option_words[word_index(OptionWord::optsr)] = 0x2D30EDD0;
  return options;
}

std::uint32_t resets_in(Bench& bench, Duration time) {
  const std::uint32_t before = bench.chip->truth().resets;
  bench.pass(time);
  return bench.chip->truth().resets - before;
}

TEST(Watchdog, StartsWithResetWhenTheOptionSaysSo) {
  struct Case {
    bool hardware, fed;
    std::uint32_t resets;
  };
  for (const Case& c : {Case{true, false, 4}, Case{true, true, 0}, Case{false, false, 0}}) {
    Stm32h5Options options = c.hardware ? with_watchdog() : Stm32h5Options{};
    options.user_code_feeds_watchdog = c.fed;
    Bench bench(options);
    bench.start();
    EXPECT_NEAR(resets_in(bench, 2048ms), c.resets, c.resets == 0 ? 0 : 1) << "every 512 ms";
    EXPECT_EQ((bench.peek(kRsr) & kWatchdogFlag) != 0, c.resets != 0);
    EXPECT_EQ(bench.peek(kRsr) & 1U << 28, 0U) << "nobody asked for it";
  }
}

TEST(Watchdog, NobodyFeedsItForAHaltedCoreOrADebuggersCode) {
  for (const bool frozen : {false, true})
    for (const bool halted : {false, true}) {
      Bench bench(with_watchdog());
      bench.start();
      if (frozen) bench.poke(kFreeze, kStopWatchdog);
      ASSERT_TRUE(bench.halt());
      if (!halted) {
        bench.poke(kCode, 0xE7FEE7FE);  // for ever
        bench.set_core_register(15, kCode);
        bench.resume();
      }
      EXPECT_EQ(resets_in(bench, 1s) == 0, frozen && halted);
    }
}

TEST(Watchdog, GoesOnWhereItWasFrozen) {
  Stm32h5Options options = with_watchdog();
  options.user_code_feeds_watchdog = false;
  Bench bench(options);
  bench.start();
  ASSERT_TRUE(bench.halt());
  bench.poke(kFreeze, kStopWatchdog);
  EXPECT_EQ(resets_in(bench, 10s), 0U);
  bench.resume();
  EXPECT_EQ(resets_in(bench, 512ms), 1U);
}

TEST(Watchdog, CutsALongEraseShortUnlessItIsFrozen) {
  for (const bool frozen : {false, true}) {
    Stm32h5Options options = with_watchdog(part("stm32h563"));
    options.flash_fill = FlashFill::zeros;
    options.sector_erase_time = 10ms;
    Bench bench(options);
    bench.start();
    ASSERT_TRUE(bench.halt());
    if (frozen) bench.poke(kFreeze, kStopWatchdog);
    bench.unlock_flash();
    bench.poke(kCr, kMer);
    bench.poke(kCr, kMer | kStrt);
    bench.pass(3s);
    const bool whole = std::ranges::all_of(bench.chip->flash(), [](std::uint8_t byte) { return byte == 0xFF; });
    EXPECT_EQ(whole, frozen);
    EXPECT_EQ(bench.peek(kCr) & 1, frozen ? 0U : 1U) << "after a reset the controller is locked";
  }
}

TEST(Watchdog, IsStartedAndReloadedByItsKeys) {
  Bench bench;
  bench.start();
  bench.poke(kIwdg + 4, 3);
  EXPECT_EQ(bench.peek(kIwdg + 4), 0U) << "locked";
  bench.poke(kIwdg, 0x5555);
  bench.poke(kIwdg + 4, 3);  // 1 ms a tick
  bench.poke(kIwdg + 8, 99);
  EXPECT_EQ(bench.peek(kIwdg + 8), 99U);
  ASSERT_TRUE(bench.halt());
  bench.poke(kIwdg, 0xCCCC);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(resets_in(bench, 90ms), 0U);
    bench.poke(kIwdg, 0xAAAA);
  }
  EXPECT_EQ(resets_in(bench, 101ms), 1U);
  EXPECT_EQ(resets_in(bench, 2s), 0U) << "started by software, stopped by reset";
}

TEST(Watchdog, EndsASessionThatTakesItsTime) {
  for (const bool fed : {false, true}) {
    Stm32h5Options options = with_watchdog(password_part());
    options.rss_feeds_watchdog = fed;
    Bench bench(options);
    bench.start();
    ASSERT_TRUE(open_session(bench));
    EXPECT_TRUE(request(bench, 1));
    EXPECT_EQ(resets_in(bench, 600ms), fed ? 0U : 1U);
    EXPECT_EQ(request(bench, 1).has_value(), fed);
  }
}

TEST(Watchdog, DoesNotKeepARegressionFromItsEnd) {
  Stm32h5Options options = with_watchdog(part("stm32h563"));
  options.state = ProductState::closed;
  options.da_record = PlantedRecord::password;
  options.da_credential = password_hash();
  Bench bench(options);
  bench.start();
  ASSERT_EQ(authenticate_password(bench, password_text()), 0);
  bench.pass(5s);
  EXPECT_EQ(bench.chip->truth().state, ProductState::open);
  EXPECT_EQ(bench.chip->truth().regressions, 1U);
}

}  // namespace
}  // namespace rigor::lab::test
