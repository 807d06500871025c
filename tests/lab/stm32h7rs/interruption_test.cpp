// What is left when reset or power loss comes before a service of RSS has returned, or a regression has ended
// (lifecycle.md 5, stm32h7rs.md 6 and 8).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::OptionWord;

constexpr auto kNoState = static_cast<VirtualState>(0xFF);

void power_cycle(H7Bench& bench) {
  bench.power(false);
  bench.pass(100ms);
  bench.start();
}

TEST(H7Interruption, OfAChangeOfState) {
  struct Case {
    InterruptedOptions left;
    bool keep;
    IllegalState illegal;
    VirtualState state;
    std::uint32_t nvstate;
    bool answers;
  };
  for (const Case& c :
       {Case{InterruptedOptions::stays, true, IllegalState::shut, VirtualState::provisioning, 0xB4, true},
        Case{InterruptedOptions::sticks, true, IllegalState::shut, VirtualState::closed, 0x51, true},
        Case{InterruptedOptions::all_ones, true, IllegalState::shut, VirtualState::provisioning, 0xB4, true},
        Case{InterruptedOptions::all_ones, false, IllegalState::shut, kNoState, 0xFF, false},
        Case{InterruptedOptions::all_ones, false, IllegalState::previous, VirtualState::provisioning, 0xFF, true}})
    for (const Duration moment : {1us, 50'000us, 99'000us})
      for (const bool power : {false, true}) {
        Stm32h7rsOptions options = certificate_part(VirtualState::provisioning);
        options.interrupted_options = c.left;
        options.spoilt_options_keep_state = c.keep;
        options.illegal_state = c.illegal;
        H7Bench bench(options);
        bench.start();
        ASSERT_TRUE(bench.begin_call(kSetState, {0x72, 0, 0, 0}));
        bench.pass(moment);
        if (power) {
          power_cycle(bench);
        } else {
          bench.restart();
        }
        const Stm32h7rsTruth truth = bench.chip->truth();
        EXPECT_EQ(truth.state, c.state);
        EXPECT_EQ(truth.option_words[0], c.nvstate);
        EXPECT_TRUE(truth.record_usable);
        EXPECT_EQ(open_session(bench).has_value(), c.answers);
        if (!c.answers) {
          EXPECT_FALSE(bench.read(Ap::core, 0x24000000));
        }
      }
}

TEST(H7Interruption, OfAProtectionThatAServiceWrites) {
  struct Case {
    InterruptedOptions left;
    std::uint32_t wrps, event;
  };
  for (const Case& c : {Case{InterruptedOptions::stays, 0xF0, 0}, Case{InterruptedOptions::sticks, 0x0F, 0},
                        Case{InterruptedOptions::all_ones, 0xFFFFFFFF, kOblErr}}) {
    Stm32h7rsOptions options;
    options.state = VirtualState::provisioning;
    options.interrupted_options = c.left;
    options.option_words[static_cast<std::size_t>(OptionWord::wrpsr)] = 0xF0;
    H7Bench bench(options);
    bench.start();
    ASSERT_TRUE(bench.begin_call(kSetSecOb, {0x5200221C, 0xFF, 0x0F, 0}));
    bench.pass(1ms);
    power_cycle(bench);
    EXPECT_EQ(bench.chip->truth().option_words[3], c.wrps);
    EXPECT_EQ(bench.flash_register(0x24) & kOblErr, c.event);
    EXPECT_EQ(bench.chip->truth().state, VirtualState::provisioning);
  }
}

// As a debugger sees it: the flag is there from the next reset on.
TEST(H7Interruption, AnOptionMayNotTakeThoughNothingCutItShort) {
  struct Case {
    InterruptedOptions result;
    std::uint32_t wrps;
  };
  for (const Case& c : {Case{InterruptedOptions::sticks, 0x0F}, Case{InterruptedOptions::stays, 0xFF},
                        Case{InterruptedOptions::all_ones, 0xFFFFFFFF}}) {
    Stm32h7rsOptions options;
    options.option_result = c.result;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.request_option(0x21C, 0x0F) & kOptErr, 0U);
    bench.restart();
    EXPECT_EQ(bench.flash_register(0x218), c.wrps);
    EXPECT_EQ((bench.flash_register(0x24) & kOblErr) != 0, c.result == InterruptedOptions::all_ones);
  }
}

// Neither the record that was there nor the one that was to be; which leaves the part as recoverable as it was.
TEST(H7Interruption, OfProvisioningSpoilsTheRecord) {
  for (const bool before : {false, true}) {
    Stm32h7rsOptions options = before ? certificate_part(VirtualState::provisioning) : Stm32h7rsOptions();
    options.state = VirtualState::provisioning;
    options.service_time = 100ms;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.chip->truth().record_valid, before);
    const Bytes payload = obk_payload("obk/h7rs_DA_Config.obk");
    EXPECT_EQ(provision(bench, payload, {.wrong_crc = true}), kBad);
    EXPECT_EQ(bench.chip->truth().record_valid, before) << "a call that is refused changes nothing";
    ASSERT_TRUE(bench.begin_call(kProvision, {place_record(bench, payload), 0, 0, 0}));
    bench.pass(1ms);
    power_cycle(bench);
    EXPECT_FALSE(bench.chip->truth().record_valid);
    EXPECT_EQ(provision(bench, payload), kGood) << "and can be repeated";
    EXPECT_TRUE(bench.chip->truth().record_usable);
  }
}

TEST(H7Interruption, OfProvisioningLeavesWhatItWasNotAbout) {
  for (const InterruptedOptions left : {InterruptedOptions::stays, InterruptedOptions::sticks})
    for (const std::uint32_t destination : {0x00000108U, 0x008A0008U, 0x00B40008U}) {
      Stm32h7rsOptions options = certificate_part(VirtualState::provisioning);
      options.interrupted_options = left;
      H7Bench bench(options);
      bench.start();
      const bool key = destination == 0x00000108;
      const Bytes payload = key ? Bytes(224, 3) : Bytes(destination == 0x00B40008 ? 32 : 96, 1);
      ASSERT_TRUE(bench.begin_call(kProvision, {place_record(bench, payload, {.destination = destination}), 0, 0, 0}));
      bench.pass(1ms);
      power_cycle(bench);
      const Stm32h7rsTruth truth = bench.chip->truth();
      EXPECT_EQ(truth.record_usable, key) << destination;
      EXPECT_EQ(truth.keys, key && left == InterruptedOptions::sticks ? 1U : 0U) << destination;
      EXPECT_EQ(truth.option_words[1] >> 8 & 0xFF, 0x51U) << "DBG_AUTH of the record that was there";
      EXPECT_TRUE(open_session(bench)) << "and so nothing is locked for ever";
    }
}

TEST(H7Interruption, ARegressionGoesOnOrHasToBeAskedForAgain) {
  for (const bool resumes : {true, false}) {
    Stm32h7rsOptions options = password_part();
    options.flash_fill = FlashFill::zeros;
    options.regression_resumes = resumes;
    H7Bench bench(options);
    bench.start();
    ASSERT_EQ(authenticate_password(bench, password_text()), 0);
    bench.pass(7ms);
    bench.power(false);
    const auto erased = std::ranges::count(bench.chip->flash(), 0xFF);
    EXPECT_GE(erased, 2 * 0x2000);
    EXPECT_LE(erased, 5 * 0x2000) << "as far as it had come";
    bench.pass(100ms);
    bench.start();
    bench.pass(5s);
    EXPECT_EQ(bench.chip->truth().state, resumes ? VirtualState::open : VirtualState::closed);
    EXPECT_EQ(bench.chip->truth().regressions, resumes ? 1U : 0U);
    if (resumes) continue;
    EXPECT_TRUE(bench.chip->truth().record_usable);
    ASSERT_EQ(authenticate_password(bench, password_text()), 0);
    bench.pass(5s);
    EXPECT_EQ(bench.chip->truth().state, VirtualState::open);
    EXPECT_EQ(std::ranges::count(bench.chip->flash(), 0xFF), 0x10000);
  }
}

}  // namespace
}  // namespace rigor::lab::test
