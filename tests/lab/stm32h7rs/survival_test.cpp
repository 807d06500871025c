// What outlives every way from one product state to another (lifecycle.md 2.1, 2.3).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::OptionWord;

constexpr std::uint32_t kCell = kOtp + 0x40, kKeyDestination = 0x00000108;

struct Way {
  VirtualState from, to;
  bool crypto;
};

std::uint32_t word_of(const Stm32h7rsTruth& truth, OptionWord word) {
  return truth.option_words[static_cast<std::size_t>(word)];
}

// In OPEN or PROVISIONING, with everything in it that can be lost.
Stm32h7rsOptions found(const Way& way) {
  Stm32h7rsOptions options = password_part(way.from == VirtualState::closed ? VirtualState::provisioning : way.from);
  options.crypto = way.crypto;
  options.open_to_closed = true;
  options.flash_fill = FlashFill::pattern;
  options.option_words[static_cast<std::size_t>(OptionWord::wrpsr)] = 0x5A;
  options.option_words[static_cast<std::size_t>(OptionWord::hdpsr)] = 0x000F0000;
  options.option_words[static_cast<std::size_t>(OptionWord::otplsr)] = 0x0005;
  options.option_words[static_cast<std::size_t>(OptionWord::epochsr)] = 7;
  options.option_words[static_cast<std::size_t>(OptionWord::obw2sr)] = 0;
  return options;
}

void fill_one_time_memory(H7Bench& bench) {
  bench.unlock_flash();
  bench.set_flash_register(0x10, 1U << 16 | 16);  // PG_OTP, FW
  ASSERT_TRUE(bench.write(Ap::core, kCell, 0x1234, kAhb, 2));
  bench.wait_flash();
}

void go(H7Bench& bench, const Way& way) {
  if (way.to == VirtualState::open) {
    ASSERT_EQ(authenticate_password(bench, password_text()), 0);
  } else {
    ASSERT_TRUE(bench.begin_call(kSetState, {static_cast<std::uint32_t>(way.to), 0, 0, 0}));
  }
  bench.pass(5s);
  bench.connect();
}

TEST(H7Survival, OfEveryWay) {
  using enum VirtualState;
  for (const bool crypto : {true, false})
    for (const Way& way : {Way{open, provisioning, crypto}, Way{open, closed, crypto}, Way{open, locked, crypto},
                           Way{provisioning, closed, crypto}, Way{provisioning, locked, crypto},
                           Way{provisioning, open, crypto}, Way{closed, open, crypto}}) {
      SCOPED_TRACE(std::to_string(static_cast<int>(way.from)) + " to " + std::to_string(static_cast<int>(way.to)));
      const Stm32h7rsOptions options = found(way);
      H7Bench bench(options);
      bench.start();
      fill_one_time_memory(bench);
      EXPECT_EQ(provision(bench, Bytes(224, 3), {.destination = kKeyDestination}), kGood);
      if (way.from == closed) go(bench, {provisioning, closed, crypto});
      const Stm32h7rsTruth before = bench.chip->truth();
      const Bytes flash(bench.chip->flash().begin(), bench.chip->flash().end());
      ASSERT_EQ(before.state, way.from);
      ASSERT_EQ(before.keys, 1U);
      go(bench, way);
      const Stm32h7rsTruth after = bench.chip->truth();
      EXPECT_EQ(after.state, way.to);
      const bool regressed = way.to == open;
      EXPECT_EQ(after.keys, regressed ? 0U : 1U);
      EXPECT_EQ(after.record_usable, !regressed);
      EXPECT_EQ(std::ranges::equal(bench.chip->flash(), flash), !regressed);
      EXPECT_TRUE(!regressed ||
                  std::ranges::all_of(bench.chip->flash(), [](std::uint8_t byte) { return byte == 0xFF; }));
      for (const OptionWord word : {OptionWord::wrpsr, OptionWord::hdpsr, OptionWord::otplsr, OptionWord::epochsr,
                                    OptionWord::obw1sr, OptionWord::obw2sr})
        EXPECT_EQ(word_of(after, word), word_of(before, word)) << static_cast<int>(word);
      EXPECT_EQ(word_of(after, OptionWord::rotsr) == word_of(before, OptionWord::rotsr), !regressed);
      // Read where it can be read: a unit that is found open is the same silicon.
      bench.power(false);
      bench.pass(100ms);
      bench.chip->plant(Stm32h7rsOptions{});
      bench.start();
      EXPECT_EQ(bench.read(Ap::core, kCell, kAhb, 2), 0x1234U) << "one-time memory is for ever";
    }
}

}  // namespace
}  // namespace rigor::lab::test
