// Option bytes: the state table, locks, refusals, and what an interrupted change leaves (lifecycle.md 1.1, stm32h5.md
// 4).
#include <gtest/gtest.h>

#include <algorithm>

#include "fixtures/virtual/stm32h5/option_rules.hpp"
#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

using enum ProductState;

// All states, each row what may follow: with TZEN off and on.
struct Row {
  ProductState from;
  std::vector<ProductState> plain, tz;
};

TEST(ProductStates, EveryStateTimesEveryRequest) {
  const Row rows[] = {
      {open, {provisioning, iroot_provisioned}, {provisioning, iroot_provisioned}},
      {provisioning, {iroot_provisioned, closed, locked}, {iroot_provisioned, tz_closed, closed, locked}},
      {iroot_provisioned, {closed, locked}, {tz_closed, closed, locked}},
      {tz_closed, {closed}, {closed}},
      {closed, {}, {}},
      {locked, {}, {}},
      {regression, {}, {}},
      {ns_regression, {}, {}},
  };
  const Stm32h5Options options;
  for (const Row& row : rows)
    for (const NamedProductState& to : kProductStates)
      for (const bool tzen : {false, true}) {
        const std::vector<ProductState>& allowed = tzen ? row.tz : row.plain;
        const bool expected = to.state == row.from || std::ranges::count(allowed, to.state) > 0;
        EXPECT_EQ(h5::product_state_step_allowed(row.from, to.state, tzen, options), expected)
            << std::hex << static_cast<int>(row.from) << " to " << to.name << " tzen " << tzen;
      }
}

TEST(ProductStates, StepsThatSomePartsRefuse) {
  Stm32h5Options options;
  options.open_to_iroot = false;
  options.iroot_forward = false;
  EXPECT_FALSE(h5::product_state_step_allowed(open, iroot_provisioned, false, options));
  EXPECT_FALSE(h5::product_state_step_allowed(iroot_provisioned, closed, false, options));
}

TEST(Options, OpenToProvisioningByRegisters) {
  Bench bench;
  bench.start();
  EXPECT_EQ(bench.request_state(provisioning) & kRefused, 0U);
  EXPECT_EQ((bench.peek(kFlashRegisters + 0x50) >> 8) & 0xFF, 0x17U);
  EXPECT_EQ(bench.request_state(open) & kRefused, kRefused);
  EXPECT_EQ((bench.peek(kFlashRegisters + 0x50) >> 8) & 0xFF, 0x17U) << "the old value is read back";
}

TEST(Options, ClosingShutsThePortAtOnce) {
  Bench bench(password_part(provisioning));
  bench.start();
  bench.request_state(closed);
  EXPECT_FALSE(bench.read(Ap::core, kFlashRegisters + 0x50));
  EXPECT_EQ(bench.chip->truth().state, closed);
}

TEST(Options, ARefusalStaysUntilItIsCleared) {
  Bench bench;
  bench.start();
  EXPECT_EQ(bench.request_state(closed) & kRefused, kRefused);
  EXPECT_EQ(bench.request_state(provisioning) & kRefused, kRefused) << "OPTSTRT is ignored meanwhile";
  EXPECT_EQ(bench.chip->truth().state, open);
  bench.poke(kFlashRegisters + 0x30, kRefused);
  EXPECT_EQ(bench.request_state(provisioning) & kRefused, 0U);
  EXPECT_EQ(bench.chip->truth().state, provisioning);
}

TEST(Options, AreReadOnlyWhileLockedOrRunning) {
  Bench bench;
  bench.start();
  bench.poke(kFlashRegisters + 0x54, 0);
  EXPECT_EQ(bench.peek(kFlashRegisters + 0x54), 0x2D30EDD8U);
  bench.unlock_options();
  bench.poke(kFlashRegisters + 0xEC, 0xFE);
  bench.poke(kFlashRegisters + 0x1C, 2);
  bench.poke(kFlashRegisters + 0xEC, 0x00);
  EXPECT_EQ(bench.flash_status() & 1, 1U);
  EXPECT_EQ(bench.peek(kFlashRegisters + 0xEC), 0xFEU);
  bench.wait_flash();
  EXPECT_EQ(bench.peek(kFlashRegisters + 0xE8), 0xFEU);
}

TEST(Options, ARequestThatChangesNothingIsInstant) {
  Bench bench;
  bench.start();
  bench.unlock_options();
  bench.poke(kFlashRegisters + 0x1C, 2);
  EXPECT_EQ(bench.flash_status(), 1U << 16);
}

TEST(Options, ProgrammedWordsAreForgottenAtReset) {
  Bench bench;
  bench.start();
  bench.unlock_options();
  bench.poke(kFlashRegisters + 0xEC, 0);
  bench.restart();
  EXPECT_EQ(bench.peek(kFlashRegisters + 0xEC), 0xFFU);
  EXPECT_EQ(bench.peek(kFlashRegisters + 0x1C) & 1, 1U);
}

TEST(Options, TrustZoneOnErasesTheFlashAndOffNeedsASecureRequest) {
  Stm32h5Options options;
  options.flash_fill = FlashFill::zeros;
  Bench bench(options);
  bench.start();
  const std::uint32_t others = bench.peek(kFlashRegisters + 0x70) & 0x00FFFFFF;
  EXPECT_EQ(bench.request_option(0x74, others | 0xB4000000) & kRefused, 0U);
  EXPECT_TRUE(bench.chip->truth().tzen);
  EXPECT_EQ(bench.chip->flash()[0], 0xFF);
  EXPECT_EQ(bench.request_option(0x74, others | 0xC3000000) & kRefused, kRefused);
  bench.poke(kFlashRegisters + 0x30, kRefused);
  EXPECT_EQ(bench.request_option(0x74, others | 0xC3000000, kSecure) & kRefused, 0U);
  EXPECT_FALSE(bench.chip->truth().tzen);
}

struct OptionStep {
  const char* what;
  ProductState state;
  bool tzen;
  OptionWord first;
  std::uint32_t first_value;
  OptionWord word;
  std::uint32_t clear, set;
  OptionRefusal refusal;
};

TEST(Options, Rules) {
  using enum OptionWord;
  using enum OptionRefusal;
  const std::uint32_t locked_ns = 0x080000B4, locked_s = 0x0C0000B4;
  const OptionStep changes[] = {
      {"illegal code", open, false, wrp1, 0xFF, optsr, 0xFF00, 0x1200, state_code},
      {"opening a boot lock", open, false, nsbootr, locked_ns, nsbootr, 0xFF, 0xC3, boot_lock},
      {"frozen address", open, false, nsbootr, locked_ns, nsbootr, 0xFFFFFF00, 0x08010000, boot_lock},
      {"frozen secure address", open, true, secbootr, locked_s, secbootr, 0xFFFFFF00, 0x0C010000, boot_lock},
      {"frozen BOOT_UBE", open, true, secbootr, locked_s, optsr, 0xFFU << 22, 0xC3U << 22, boot_lock},
      {"swap with secure lock, TZ on", open, true, secbootr, locked_s, optsr, 0, 1U << 31, boot_lock},
      {"swap with secure lock, TZ off", open, false, secbootr, locked_s, optsr, 0, 1U << 31, none},
      {"swap with plain lock, TZ off", open, false, nsbootr, locked_ns, optsr, 0, 1U << 31, boot_lock},
      {"swap with plain lock, TZ on", open, true, nsbootr, locked_ns, optsr, 0, 1U << 31, none},
      {"OTP lock", open, false, otpblr, 3, otpblr, 1, 0, otp_lock},
      {"more OTP locks", open, false, otpblr, 3, otpblr, 0, 4, none},
      {"WRP when open", open, false, wrp1, 0xFF, wrp1, 1, 0, none},
      {"WRP when provisioning", provisioning, false, wrp1, 0xFF, wrp1, 1, 0, none},
      {"WRP when TZ-closed", tz_closed, true, wrp1, 0xFF, wrp1, 1, 0, write_protection},
      {"WRP when closed", closed, false, wrp2, 0xFF, wrp2, 1, 0, write_protection},
      {"TZEN off when provisioning", provisioning, true, wrp1, 0xFF, optsr2, 0xFF000000, 0xC3000000, none},
      {"TZEN off when iRoT-provisioned", iroot_provisioned, true, wrp1, 0xFF, optsr2, 0xFF000000, 0xC3000000, tzen_off},
      {"TZ-closed without TZ", provisioning, false, wrp1, 0xFF, optsr, 0xFF00, 0xC600, state_transition},
  };
  for (const OptionStep& change : changes) {
    h5::OptionBytes bytes(h5::silicon_of(0x478));
    bytes.restore_factory(32);
    if (change.tzen) bytes.set_current(optsr2, (bytes.current(optsr2) & 0x00FFFFFF) | 0xB4000000);
    bytes.set_product_state(change.state);
    bytes.set_current(change.first, change.first_value);
    bytes.program(change.word, (bytes.current(change.word) & ~change.clear) | change.set);
    EXPECT_EQ(h5::refusal_name(h5::judge_option_change(bytes, {.secure = true}, {})), h5::refusal_name(change.refusal))
        << change.what;
  }
}

TEST(Options, AHiddenAreaShrinksOnlyBeforeUserCodeRan) {
  struct Case {
    bool never, ran;
    std::uint32_t target, after;
  };
  const std::uint32_t wide = 7U << 16, narrow = 3U << 16, wider = 9U << 16;
  for (const Case& c : {Case{false, false, narrow, narrow}, Case{false, true, narrow, wide},
                        Case{true, false, narrow, wide}, Case{true, true, wider, wider}}) {
    h5::OptionBytes bytes(h5::silicon_of(0x478));
    bytes.restore_factory(32);
    bytes.set_current(OptionWord::hdp1, wide);
    bytes.program(OptionWord::hdp1, c.target);
    Stm32h5Options options;
    options.hdp_never_shrinks = c.never;
    const h5::OptionCircumstances circumstances{.user_code_ran = c.ran};
    EXPECT_EQ(h5::judge_option_change(bytes, circumstances, options), OptionRefusal::none) << "reported as success";
    EXPECT_EQ(h5::settle_option_change(bytes, circumstances, options)[h5::OptionBytes::index(OptionWord::hdp1)],
              c.after);
  }
}

TEST(Options, ALaunchMayResetTheChip) {
  Stm32h5Options options;
  options.option_launch_resets = true;
  Bench bench(options);
  bench.start();
  const std::uint32_t before = bench.chip->truth().resets;
  bench.request_state(provisioning);
  bench.pass(1s);
  EXPECT_EQ(bench.chip->truth().resets, before + 1);
  EXPECT_EQ(bench.chip->truth().stage, Stage::rss);
}

TEST(Options, PowerLossInTheMiddleOfAChange) {
  struct Case {
    InterruptedOptions kind;
    std::uint32_t wrp1;
  };
  for (const Case& c : {Case{InterruptedOptions::stays, 0xFF}, Case{InterruptedOptions::sticks, 0xF0},
                        Case{InterruptedOptions::all_ones, 0xFF}}) {
    Stm32h5Options options;
    options.interrupted_options = c.kind;
    Bench bench(options);
    bench.start();
    bench.unlock_options();
    bench.poke(kFlashRegisters + 0xEC, 0xF0);
    bench.poke(kFlashRegisters + 0x1C, 2);
    bench.pass(10ms);
    bench.power(false);
    bench.pass(100ms);
    bench.start();
    EXPECT_EQ(bench.peek(kFlashRegisters + 0xE8), c.wrp1);
    EXPECT_EQ(bench.chip->truth().state, open);
  }
}

}  // namespace
}  // namespace rigor::lab::test
