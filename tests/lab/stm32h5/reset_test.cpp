// Supply, NRST, reset causes and what runs afterwards.
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kRsr = 0x44020CF4, kSecureRsr = 0x54020CF4;
constexpr std::uint32_t kAircr = 0xE000ED0C, kResetRequest = 0x05FA0004;

TEST(Reset, CausesAreKept) {
  Bench bench;
  bench.start();
  EXPECT_EQ(bench.peek(kRsr), 0x0C000000U);
  bench.poke(kRsr, 1U << 23);
  EXPECT_EQ(bench.peek(kRsr), 0U);
  bench.restart();
  EXPECT_EQ(bench.peek(kRsr), 1U << 26);
  bench.poke(kRsr, 1U << 23);
  bench.poke(kAircr, kResetRequest);
  bench.pass(1s);
  EXPECT_EQ(bench.peek(kRsr), 1U << 28);
}

TEST(Reset, ASystemResetMaySetThePinFlagToo) {
  Stm32h5Options options;
  options.system_reset_sets_pin_flag = true;
  Bench bench(options);
  bench.start();
  bench.poke(kRsr, 1U << 23);
  bench.poke(kAircr, kResetRequest);
  bench.pass(1s);
  EXPECT_EQ(bench.peek(kRsr), 1U << 28 | 1U << 26);
}

TEST(Reset, SecureAliasNeedsASecureTransferAndTrustZone) {
  Stm32h5Options options;
  Bench without(options);
  without.start();
  EXPECT_EQ(without.peek(kSecureRsr, kSecure), 0U);
  options.tzen = true;
  Bench with(options);
  with.start();
  EXPECT_EQ(with.peek(kSecureRsr, kSecure), 0x0C000000U);
  EXPECT_EQ(with.peek(kSecureRsr), 0U);
}

TEST(Reset, PulsesShorterThanRecognisedAreIgnoredOrGrey) {
  Stm32h5Options options;
  options.nrst_min_pulse = 5ms;
  Bench bench(options);
  bench.start();
  const auto resets_after = [&](Duration width) {
    const std::uint32_t before = bench.chip->truth().resets;
    bench.chip->nrst(false);
    bench.pass(width);
    bench.chip->nrst(true);
    bench.pass(1s);
    return bench.chip->truth().resets - before;
  };
  EXPECT_EQ(resets_after(99ns), 0U);
  EXPECT_EQ(resets_after(5ms), 1U);
  EXPECT_EQ(resets_after(1ms) + resets_after(1ms), 1U) << "in between every second one";
}

TEST(Reset, WhatIsIgnoredIsAnOption) {
  for (const Duration ignored : {Duration(0ns), Duration(100ns), Duration(1ms)}) {
    Stm32h5Options options;
    options.nrst_ignored_pulse = ignored;
    options.nrst_min_pulse = 5ms;
    Bench bench(options);
    bench.start();
    const std::uint32_t before = bench.chip->truth().resets;
    for (int i = 0; i < 8; ++i) {
      bench.chip->nrst(false);
      bench.pass(500us);
      bench.chip->nrst(true);
      bench.pass(1s);
    }
    EXPECT_EQ(bench.chip->truth().resets - before, ignored > 500us ? 0U : 4U) << ignored.count();
  }
}

TEST(Reset, StaysAsLongAsThePinIsLow) {
  Bench bench;
  bench.power(true);
  bench.pass(10s);
  EXPECT_EQ(bench.chip->truth().stage, Stage::reset);
  bench.chip->nrst(true);
  EXPECT_EQ(bench.chip->truth().stage, Stage::starting);
}

TEST(Reset, TheTemporisationDelaysTheStart) {
  Bench bench;
  bench.chip->nrst(true);
  bench.power(true);
  bench.pass(2999us);
  EXPECT_EQ(bench.chip->truth().stage, Stage::reset);
  bench.pass(1us);
  EXPECT_EQ(bench.chip->truth().stage, Stage::starting);
  bench.pass(40ms);
  EXPECT_EQ(bench.chip->truth().stage, Stage::user);
}

TEST(Reset, SupplyBelowTheThresholdIsOff) {
  Bench bench;
  bench.start();
  bench.chip->supply(1.0);
  EXPECT_EQ(bench.chip->truth().stage, Stage::off);
  bench.chip->supply(1.61);
  EXPECT_EQ(bench.chip->truth().stage, Stage::off);
  bench.chip->supply(1.8);
  EXPECT_EQ(bench.chip->truth().stage, Stage::reset);
}

TEST(Reset, WhatRunsDependsOnStateAndBoot0) {
  struct Case {
    ProductState state;
    bool boot0;
    Stage stage;
  };
  for (const Case& c :
       {Case{ProductState::open, false, Stage::user}, Case{ProductState::open, true, Stage::bootloader},
        Case{ProductState::provisioning, false, Stage::rss}, Case{ProductState::provisioning, true, Stage::rss},
        Case{ProductState::iroot_provisioned, false, Stage::user}, Case{ProductState::closed, true, Stage::user},
        Case{ProductState::locked, false, Stage::user}}) {
    Stm32h5Options options;
    options.state = c.state;
    Bench bench(options);
    bench.chip->boot0(c.boot0);
    bench.start();
    EXPECT_EQ(bench.chip->truth().stage, c.stage) << static_cast<int>(c.state) << c.boot0;
  }
}

TEST(Boot, RssLooksOnceAndOnlyAtItsInstant) {
  struct Case {
    Duration magic_after_release;
    bool answers;
  };
  for (const Case& c : {Case{5ms, true}, Case{39ms, true}, Case{41ms, false}}) {
    Bench bench(password_part());
    bench.start();
    bench.hold_reset();
    bench.release_reset();
    const TimePoint released = bench.clock.now();
    bench.pass(c.magic_after_release - 500us);
    bench.pass(released + c.magic_after_release - bench.clock.now());
    ASSERT_TRUE(bench.write(Ap::system, kHost, kMagic));
    EXPECT_EQ(get_word(bench).has_value(), c.answers) << c.magic_after_release.count();
  }
}

TEST(Boot, AWrongWordIsLeftWaiting) {
  Bench bench(password_part());
  bench.start();
  EXPECT_FALSE(open_session(bench, 0x4F454441));
  EXPECT_EQ(bench.read(Ap::system, kAck), 1U);
  EXPECT_EQ(bench.chip->truth().stage, Stage::user);
}

TEST(Boot, UserCodeMayTakeTheWord) {
  Stm32h5Options options;
  options.user_code_reads_mailbox = true;
  Bench bench(options);
  bench.start();
  EXPECT_FALSE(open_session(bench));
  EXPECT_EQ(bench.read(Ap::system, kAck), 0U);
}

TEST(Boot, ASystemResetOpensASessionOnlyOnPartsThatDoSo) {
  for (const bool does : {false, true}) {
    Stm32h5Options options = password_part(ProductState::provisioning);
    options.da_on_system_reset = does;
    Bench bench(options);
    bench.start();
    ASSERT_TRUE(bench.write(Ap::system, kHost, kMagic));
    bench.poke(kAircr, kResetRequest);
    EXPECT_EQ(get_word(bench).has_value(), does);
  }
}

TEST(Boot, PowerOnReplacesThePin) {
  Bench bench(password_part());
  bench.chip->nrst(true);  // not wired: pulled up
  bench.power(true);
  bench.pass(4ms);
  ASSERT_TRUE(bench.connect());
  ASSERT_TRUE(bench.write(Ap::system, kHost, kMagic));
  EXPECT_EQ(get_word(bench), 0x44414F4BU);
}

}  // namespace
}  // namespace rigor::lab::test
