// What a regression leaves behind (lifecycle.md 1.4).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/stm32h5/da_host.hpp"

namespace rigor::lab::test {
namespace {

std::size_t word_index(OptionWord word) { return static_cast<std::size_t>(word); }

Stm32h5Options worn_part() {
  Stm32h5Options options = certificate_part();
  options.flash_fill = FlashFill::pattern;
  options.option_words[word_index(OptionWord::wrp1)] = 0x0F;
  options.option_words[word_index(OptionWord::hdp1)] = 2U << 16;
  options.option_words[word_index(OptionWord::secwm1)] = 3U << 16;
  options.option_words[word_index(OptionWord::otpblr)] = 5;
  options.option_words[word_index(OptionWord::secbootr)] = 0x0C0100B4;
  options.option_words[word_index(OptionWord::nsbootr)] = 0x080100B4;
  options.option_words[word_index(OptionWord::optsr)] = 0xAD30EDD0;  // SWAP_BANK, hardware watchdog
  return options;
}

TEST(Regression, EndState) {
  Bench bench(worn_part(), recorded_challenge());
  bench.start();
  ASSERT_EQ(authenticate(bench), 0);
  bench.pass(5s);
  const Stm32h5Truth truth = bench.chip->truth();
  EXPECT_EQ(truth.state, ProductState::open);
  EXPECT_FALSE(truth.tzen);
  EXPECT_FALSE(truth.record_valid);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::optsr)], 0x2D30EDD8U);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::secwm1)], 31U << 16);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::wrp1)], 0xFFU);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::hdp1)], 31U);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::otpblr)], 5U) << "OTP locks stay";
  EXPECT_EQ(truth.option_words[word_index(OptionWord::secbootr)], 0x0C0000C3U);
  EXPECT_TRUE(std::ranges::all_of(bench.chip->flash(), [](std::uint8_t byte) { return byte == 0xFF; }));
  EXPECT_EQ(bench.peek(0x20000000), 0U);
  EXPECT_FALSE(open_session(bench)) << "an open part does not answer";
}

TEST(Regression, WhatItMayLeaveAlone) {
  Stm32h5Options options = worn_part();
  options.regression_restores_wrp = options.regression_restores_hdp = false;
  options.regression_restores_swap_bank = options.regression_restores_user_options = false;
  Bench bench(options, recorded_challenge());
  bench.start();
  ASSERT_EQ(authenticate(bench), 0);
  bench.pass(5s);
  const Stm32h5Truth truth = bench.chip->truth();
  EXPECT_EQ(truth.state, ProductState::open);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::optsr)], 0xAD30EDD0U);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::wrp1)], 0x0FU);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::hdp1)], 2U << 16);
  EXPECT_EQ(truth.option_words[word_index(OptionWord::nsbootr)], 0x080100C3U) << "address kept, lock opened";
  EXPECT_EQ(truth.option_words[word_index(OptionWord::optsr2)] >> 24, 0xC3U);
}

TEST(Regression, ThePortRefusesWhileItSettles) {
  for (const bool drops : {false, true}) {
    Stm32h5Options options = password_part();
    options.regression_settle = 4s;
    options.regression_drops_swd = drops;
    Bench bench(options);
    bench.start();
    ASSERT_EQ(authenticate_password(bench, password_text()), 0);
    EXPECT_EQ(bench.chip->truth().state, ProductState::regression);
    bench.pass(1s);
    EXPECT_EQ(bench.chip->truth().state, ProductState::open);
    EXPECT_EQ(bench.connect(), !drops);
    EXPECT_FALSE(bench.read(Ap::core, kFlashRegisters + 0x50));
    bench.pass(4s);
    ASSERT_TRUE(bench.connect());
    EXPECT_TRUE(bench.read(Ap::core, kFlashRegisters + 0x50));
  }
}

TEST(Regression, StatusBeforeOrAfterTheErase) {
  for (const bool after : {false, true}) {
    Stm32h5Options options = password_part();
    options.status_after_erase = after;
    Bench bench(options);
    bench.start();
    ASSERT_EQ(authenticate_password(bench, password_text()), 0);
    EXPECT_EQ(bench.chip->truth().state, after ? ProductState::open : ProductState::regression);
    bench.pass(2s);
    EXPECT_EQ(bench.chip->truth().state, ProductState::open);
    EXPECT_EQ(bench.chip->truth().stage, Stage::user);
  }
}

TEST(Regression, GoesOnAfterAPowerLoss) {
  Stm32h5Options options = password_part();
  options.flash_fill = FlashFill::zeros;
  Bench bench(options);
  bench.start();
  ASSERT_EQ(authenticate_password(bench, password_text()), 0);
  bench.pass(50ms);
  bench.power(false);
  bench.pass(100ms);
  EXPECT_EQ(bench.chip->truth().state, ProductState::regression);
  bench.start();
  EXPECT_EQ(bench.chip->truth().state, ProductState::open);
  EXPECT_EQ(bench.chip->flash()[0], 0xFF);
}

// lifecycle.md 1.1: any state but LOCKED and OPEN.
TEST(Regression, FromEveryStateThatAnswers) {
  using enum ProductState;
  for (const ProductState from : {provisioning, iroot_provisioned, tz_closed, closed})
    for (const bool password : {false, true}) {
      if (password && from == tz_closed) continue;
      Stm32h5Options options = password ? password_part(from) : certificate_part(from);
      options.flash_fill = FlashFill::zeros;
      Bench bench(options, recorded_challenge());
      bench.start();
      ASSERT_EQ(password ? authenticate_password(bench, password_text()) : authenticate(bench), 0);
      bench.pass(5s);
      const Stm32h5Truth truth = bench.chip->truth();
      EXPECT_EQ(truth.state, open) << static_cast<int>(from);
      EXPECT_FALSE(truth.record_valid || truth.tzen);
      EXPECT_EQ(truth.regressions, 1U);
      EXPECT_TRUE(std::ranges::all_of(bench.chip->flash(), [](std::uint8_t byte) { return byte == 0xFF; }));
    }
}

TEST(Regression, AnEncryptedRecordOfAnEarlierLifeIsGone) {
  Stm32h5Options options = password_part();
  options.encrypts = true;
  Bench bench(options);
  bench.start();
  ASSERT_TRUE(bench.chip->truth().record_usable);
  ASSERT_EQ(authenticate_password(bench, password_text()), 0);
  bench.pass(5s);
  EXPECT_FALSE(bench.chip->truth().record_valid);
  bench.request_state(ProductState::provisioning);
  EXPECT_EQ(authenticate_password(bench, password_text()), 1);
}

}  // namespace
}  // namespace rigor::lab::test
