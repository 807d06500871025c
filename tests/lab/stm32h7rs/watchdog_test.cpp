// The independent watchdog: started by reset where IWDG_HW is 0 (stm32h7rs.md 4), or by its key. What runs after a
// reset is executed, and this part's flash is blank: nobody feeds it.
#include <gtest/gtest.h>

#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::OptionWord;

constexpr std::uint32_t kIwdg = 0x58004800, kResetStatus = 0x58024530, kWatchdogFlag = 1U << 26;
constexpr std::uint32_t kFreeze = 0xE00E1054, kStopWatchdog = 1U << 18;

Stm32h7rsOptions with_watchdog(Stm32h7rsOptions options = {}) {
  options.option_words[static_cast<std::size_t>(OptionWord::obw1sr)] = 0x000600C0;
  return options;
}

std::uint32_t resets_in(H7Bench& bench, Duration time) {
  const std::uint32_t before = bench.chip->truth().resets;
  bench.pass(time);
  return bench.chip->truth().resets - before;
}

TEST(H7Watchdog, StartsWithResetWhenTheOptionSaysSo) {
  for (const bool hardware : {true, false}) {
    H7Bench bench(hardware ? with_watchdog() : Stm32h7rsOptions{});
    bench.start();
    EXPECT_NEAR(resets_in(bench, 2048ms), hardware ? 4 : 0, hardware ? 1 : 0) << "every 512 ms";
    EXPECT_EQ((bench.peek(kResetStatus) & kWatchdogFlag) != 0, hardware);
  }
}

TEST(H7Watchdog, StandsStillForAHaltedCoreWhenDbgmcuSaysSo) {
  for (const bool frozen : {false, true}) {
    H7Bench bench(with_watchdog());
    bench.start();
    ASSERT_TRUE(bench.halt());
    if (frozen) (void)bench.write(Ap::system, kFreeze, kStopWatchdog);
    EXPECT_EQ(resets_in(bench, 10s) == 0, frozen);
    bench.resume();
    EXPECT_NE(resets_in(bench, 513ms), 0U);
  }
}

TEST(H7Watchdog, IsStartedAndReloadedByItsKeys) {
  H7Bench bench;
  bench.start();
  bench.poke(kIwdg, 0x5555);
  bench.poke(kIwdg + 4, 3);  // 1 ms a tick
  bench.poke(kIwdg + 8, 99);
  bench.poke(kIwdg, 0xCCCC);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(resets_in(bench, 90ms), 0U);
    bench.poke(kIwdg, 0xAAAA);
  }
  EXPECT_EQ(resets_in(bench, 101ms), 1U);
  EXPECT_EQ(resets_in(bench, 2s), 0U) << "started by software, stopped by reset";
}

TEST(H7Watchdog, EndsASessionThatTakesItsTimeButNoRegression) {
  for (const bool fed : {false, true}) {
    Stm32h7rsOptions options = with_watchdog(password_part());
    options.rss_feeds_watchdog = fed;
    options.sector_erase_time = 100ms;
    H7Bench bench(options);
    bench.start();
    ASSERT_TRUE(open_session(bench));
    EXPECT_TRUE(request(bench, 1));
    EXPECT_EQ(resets_in(bench, 600ms), fed ? 0U : 1U);
    EXPECT_EQ(request(bench, 1).has_value(), fed);
    bench.restart();
    ASSERT_EQ(authenticate_password(bench, password_text()), 0);
    bench.pass(5s);
    EXPECT_EQ(bench.chip->truth().state, VirtualState::open);
    EXPECT_EQ(bench.chip->truth().regressions, 1U);
  }
}

}  // namespace
}  // namespace rigor::lab::test
