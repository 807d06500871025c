// Option changes and regressions that end otherwise than they were meant to (lifecycle.md 5): what is left of a change
// that went wrong, with the product state among its words, and whether a regression goes on by itself.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/authentication/signer.hpp"
#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

using enum ProductState;
constexpr std::uint32_t kStatus = kFlashRegisters + 0x50, kStatus2 = kFlashRegisters + 0x70;
constexpr auto kNoState = static_cast<ProductState>(0xFF);

void power_cycle(Bench& bench) {
  bench.power(false);
  bench.pass(100ms);
  bench.start();
}

std::size_t erased(ByteView flash) { return static_cast<std::size_t>(std::ranges::count(flash, 0xFF)); }

TEST(Spoilt, AStateThatIsNoneShutsThePartOrLeavesItAsItWas) {
  struct Case {
    bool keep;
    IllegalState illegal;
    ProductState acts_as;
    std::uint32_t code;  // in OPTSR; nothing reads that of a part that is shut
    bool reads, answers;
  };
  for (const Case& c : {Case{true, IllegalState::shut, provisioning, 0x17, true, true},
                        Case{true, IllegalState::previous, provisioning, 0x17, true, true},
                        Case{false, IllegalState::shut, kNoState, 0xFF, false, false},
                        Case{false, IllegalState::previous, provisioning, 0xFF, true, true}}) {
    Stm32h5Options options = password_part(provisioning);
    options.interrupted_options = InterruptedOptions::all_ones;
    options.spoilt_options_keep_state = c.keep;
    options.illegal_state = c.illegal;
    Bench bench(options);
    bench.start();
    bench.unlock_options();
    bench.poke(kStatus + 4, (bench.peek(kStatus) & ~0xFF00U) | 0x7200);
    bench.poke(kFlashRegisters + 0x1C, 2);
    bench.pass(10ms);
    power_cycle(bench);
    const Stm32h5Truth truth = bench.chip->truth();
    EXPECT_EQ(truth.state, c.acts_as);
    EXPECT_EQ(truth.option_words[0] >> 8 & 0xFF, c.code);
    EXPECT_TRUE(truth.record_usable);
    EXPECT_EQ(bench.read(Ap::core, kStatus).has_value(), c.reads);
    EXPECT_TRUE(bench.read(Ap::system, 0xE0044000)) << "access port 0 is always there";
    EXPECT_EQ(open_session(bench).has_value(), c.answers);
    if (!c.answers) continue;
    EXPECT_EQ(authenticate_password(bench, password_text()), 0);
    bench.pass(5s);
    EXPECT_EQ(bench.chip->truth().state, open) << "a regression writes the state anew";
    EXPECT_EQ(bench.chip->truth().option_words[0] >> 8 & 0xFF, 0xEDU);
  }
}

TEST(Spoilt, TrustZoneMayBeOffAfterItsWordWasSpoilt) {
  for (const bool keep : {true, false}) {
    Stm32h5Options options = certificate_part(open);
    options.interrupted_options = InterruptedOptions::all_ones;
    options.spoilt_options_keep_state = keep;
    Bench bench(options);
    bench.start();
    bench.unlock_options();
    bench.poke(kStatus2 + 4, bench.peek(kStatus2) ^ 4);
    bench.poke(kFlashRegisters + 0x1C, 2);
    bench.pass(10ms);
    power_cycle(bench);
    EXPECT_EQ(bench.chip->truth().tzen, keep);
    EXPECT_EQ(bench.peek(kStatus2), keep ? 0xB400017CU : 0xFF00017CU);
  }
}

TEST(Spoilt, AChangeMayNotTakeThoughNothingCutItShort) {
  struct Case {
    InterruptedOptions result;
    std::uint32_t wrp;
  };
  for (const Case& c : {Case{InterruptedOptions::sticks, 0x0F}, Case{InterruptedOptions::stays, 0xF0},
                        Case{InterruptedOptions::all_ones, 0xFF}}) {
    Stm32h5Options options;
    options.option_result = c.result;
    options.option_words[word_index(OptionWord::wrp1)] = 0xF0;
    Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.request_option(0xEC, 0x0F) & (kEop | kRefused), kEop) << "which the part does not tell";
    EXPECT_EQ(bench.peek(kFlashRegisters + 0xE8), c.wrp);
    EXPECT_EQ(bench.peek(kFlashRegisters + 0xEC), c.wrp);
    bench.request_state(provisioning);
    EXPECT_EQ(bench.chip->truth().state, c.result == InterruptedOptions::sticks ? provisioning : open);
  }
}

TEST(Spoilt, ARegressionThatWasCutShortGoesOnOrHasToBeAskedForAgain) {
  for (const bool resumes : {true, false})
    for (const bool partial : {false, true}) {
      Stm32h5Options options = certificate_part();
      options.flash_fill = FlashFill::zeros;
      options.regression_resumes = resumes;
      options.option_words[word_index(OptionWord::secwm1)] = 3U << 16;  // sectors 0..3
      options.option_words[word_index(OptionWord::secwm2)] = 31;        // none
      const std::uint32_t asked = partial ? 1U << 12 : kFullRegression;
      Bench bench(options);
      bench.start();
      ASSERT_EQ(offer(bench, {}, {.role = 3}, asked), (std::vector<std::uint16_t>{2, 2, 0}));
      bench.pass(65ms);
      EXPECT_EQ(bench.chip->truth().state, !resumes ? closed : partial ? ns_regression : regression);
      bench.power(false);
      const std::size_t sectors = erased(bench.chip->flash()) / 0x2000;
      EXPECT_GE(sectors, 28U);
      EXPECT_LE(sectors, 36U) << "as far as it had come";
      bench.pass(100ms);
      bench.start();
      bench.pass(5s);
      const ProductState end = partial ? tz_closed : open;
      EXPECT_EQ(bench.chip->truth().state, resumes ? end : closed);
      EXPECT_EQ(bench.chip->truth().regressions, resumes ? 1U : 0U);
      if (resumes) continue;
      EXPECT_TRUE(bench.chip->truth().record_usable);
      ASSERT_EQ(offer(bench, {}, {.role = 3}, asked), (std::vector<std::uint16_t>{2, 2, 0}));
      bench.pass(5s);
      EXPECT_EQ(bench.chip->truth().state, end);
      EXPECT_EQ(erased(bench.chip->flash()), partial ? 0x80000U - 4 * 0x2000 : 0x80000U);
    }
}

// A unit that is found in a transient state (lifecycle.md 1.1, 1.4).
TEST(Spoilt, ATransientStateLeadsToWhereItWasGoing) {
  for (const bool resumes : {true, false})
    for (const auto& [found, end] : {std::pair{regression, open}, {ns_regression, tz_closed}}) {
      Stm32h5Options options = certificate_part(found);
      options.regression_resumes = resumes;
      Bench bench(options);
      bench.start();
      bench.pass(5s);
      EXPECT_EQ(bench.chip->truth().state, resumes ? end : found);
      if (resumes) continue;
      EXPECT_FALSE(bench.read(Ap::core, kStatus));
      ASSERT_EQ(offer(bench, {}, {.role = 3}, kFullRegression), (std::vector<std::uint16_t>{2, 2, 0}));
      bench.pass(5s);
      EXPECT_EQ(bench.chip->truth().state, open);
    }
}

}  // namespace
}  // namespace rigor::lab::test
