// Debug that authentication reopens: by level and world, how long it lasts, and how it is locked again
// (debug-authentication.md 7, 10.4, 2.6; lifecycle.md 1.2).
#include <gtest/gtest.h>

#include "tests/lab/authentication/signer.hpp"
#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"

namespace rigor::lab::test {
namespace {

const std::vector<std::uint16_t> kGranted = {2, 2, 0};
constexpr std::uint32_t kDbgmcuControl = 0xE0044004, kDcrt = 1U << 16;

struct Permission {
  std::uint32_t bit, level;
  bool secure;
};
const Permission kPermissions[] = {{0, 1, false}, {1, 2, false}, {2, 3, false},
                                   {4, 1, true},  {5, 2, true},  {6, 3, true}};

Stm32h5Options closed_part(ProductState state = ProductState::closed) {
  Stm32h5Options options = part("stm32h563");
  options.state = state;
  options.tzen = true;
  options.da_record = PlantedRecord::certificate;
  options.da_credential = root_key_hash();
  options.flash_fill = FlashFill::pattern;
  options.option_words[word_index(OptionWord::secwm1)] = 3U << 16;  // sectors 0 to 3
  options.option_words[word_index(OptionWord::secwm2)] = 127;       // none
  return options;
}

void reopen(Bench& bench, std::uint32_t bit) {
  bench.start();
  ASSERT_EQ(offer(bench, {}, {.role = 3}, 1U << bit), kGranted);
  bench.pass(1s);
}

TEST(Reopening, ByWorld) {
  for (const ProductState state :
       {ProductState::provisioning, ProductState::iroot_provisioned, ProductState::tz_closed, ProductState::closed})
    for (const Permission& permission : kPermissions) {
      Bench bench(closed_part(state));
      reopen(bench, permission.bit);
      EXPECT_NE(bench.peek(kFlash + 0x8000), 0U) << permission.bit;
      EXPECT_EQ(bench.peek(kFlash), 0U) << "secure flash through the plain alias";
      EXPECT_EQ(bench.read(Ap::core, kSecureFlash, kSecure).has_value(), permission.secure) << permission.bit;
      EXPECT_EQ(bench.peek(0xE000EFB8), permission.secure ? 0xFFU : 0xAFU) << "DAUTHSTATUS";
      EXPECT_EQ(bench.chip->truth().state, state) << "nothing else has changed";
      EXPECT_TRUE(bench.chip->truth().debug_reopened);
    }
}

TEST(Reopening, ByLevelWhereThePartWaitsForIt) {
  for (const std::uint32_t reached : {1U, 2U, 3U})
    for (const Permission& permission : kPermissions) {
      Stm32h5Options options = closed_part();
      options.grant_waits_for_hdpl = true;
      options.user_code_hdpl = reached;
      Bench bench(options);
      reopen(bench, permission.bit);
      EXPECT_EQ(bench.read(Ap::core, 0x20000000).has_value(), reached >= permission.level)
          << permission.bit << " at " << reached;
    }
}

TEST(Reopening, EndsWithTheNextResetUnlessPowerOnIsChosen) {
  for (const bool survives : {false, true}) {
    Bench bench(closed_part());
    reopen(bench, 4);
    bench.poke(kDbgmcuControl, survives ? kDcrt : 0);
    bench.restart();
    EXPECT_EQ(bench.read(Ap::core, 0x20000000).has_value(), survives);
    bench.power(false);
    bench.pass(100ms);
    bench.start();
    EXPECT_FALSE(bench.read(Ap::core, 0x20000000)) << "power ends it always";
  }
}

TEST(Reopening, IsLockedAgainByCommandSix) {
  for (const bool until_power_cycle : {false, true}) {
    Stm32h5Options options = closed_part();
    options.lock_until_power_cycle = until_power_cycle;
    Bench bench(options);
    reopen(bench, 4);
    bench.poke(kDbgmcuControl, kDcrt);  // else the reset that opens the session had ended it already
    ASSERT_TRUE(open_session(bench));
    EXPECT_TRUE(bench.chip->truth().debug_reopened);
    const auto answer = request(bench, 6);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 0);
    EXPECT_FALSE(bench.chip->truth().debug_reopened);
    EXPECT_FALSE(bench.read(Ap::core, 0x20000000));
    EXPECT_EQ(open_session(bench).has_value(), !until_power_cycle);
    bench.power(false);
    bench.pass(100ms);
    bench.start();
    EXPECT_TRUE(open_session(bench));
  }
}

// lifecycle.md 1.1, 1.4: from both states, whatever the part is told to end in.
TEST(Reopening, ATzRegressionKeepsTheSecureSide) {
  for (const ProductState from : {ProductState::tz_closed, ProductState::closed})
    for (const ProductState to : {ProductState::tz_closed, ProductState::closed})
      for (const bool clears : {true, false}) {
        Stm32h5Options options = closed_part(from);
        options.tz_regression_end = to;
        options.regression_clears_sram = clears;
        options.ns_debug_needs_hdpl3 = false;
        Bench bench(options);
        bench.start();
        const Bytes before(bench.chip->flash().begin(), bench.chip->flash().end());
        ASSERT_EQ(offer(bench, {}, {.role = 3}, 1U << 12), kGranted);
        EXPECT_EQ(bench.chip->truth().state, ProductState::ns_regression);
        bench.pass(5s);
        bench.connect();
        const Stm32h5Truth truth = bench.chip->truth();
        EXPECT_EQ(truth.state, to);
        EXPECT_TRUE(truth.tzen);
        EXPECT_TRUE(truth.record_usable);
        EXPECT_TRUE(std::equal(before.begin(), before.begin() + 0x8000, bench.chip->flash().begin()));
        EXPECT_EQ(bench.chip->flash()[0x8000], 0xFF);
        EXPECT_EQ(bench.chip->flash()[0x1FFFFF], 0xFF);
        if (to == ProductState::tz_closed) {
          EXPECT_EQ(bench.peek(0x20000000), clears ? 0U : 0xA5A5A5A5U);
        }
      }
}

}  // namespace
}  // namespace rigor::lab::test
