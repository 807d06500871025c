// What outlives a regression, word by word and memory by memory (lifecycle.md 1.4).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/authentication/signer.hpp"
#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

const std::vector<std::uint16_t> kAccepted = {2, 2, 0};
constexpr std::uint32_t kCells = kOtp + 0x40, kCellValue = 0x1234;  // a block that is not locked

struct Word {
  OptionWord word;
  std::uint32_t found, restored, left;  // as planted; after a regression that restores all it may, or nothing of it
};
const Word kWords[] = {
    {OptionWord::optsr, 0x30C3EDDE, 0x2D30EDD8,
     0x2D03EDDE},  // BOR, HSLV and the stop bits; BOOT_UBE is always restored
    {OptionWord::nsepochr, 3, 3, 3},
    {OptionWord::secepochr, 4, 4, 4},
    {OptionWord::optsr2, 0x50, 0xC300017C, 0xC3000050},
    {OptionWord::nsbootr, 0x080100B4, 0x080000C3, 0x080100C3},
    {OptionWord::secbootr, 0x0C0100B4, 0x0C0000C3, 0x0C0100C3},
    {OptionWord::otpblr, 5, 5, 5},
    {OptionWord::secwm1, 3U << 16, 31U << 16, 31U << 16},
    {OptionWord::wrp1, 0x0F, 0xFF, 0x0F},
    {OptionWord::edata1, 0x8001, 0, 0x8001},
    {OptionWord::hdp1, 2U << 16, 31, 2U << 16},
    {OptionWord::secwm2, 5U << 16 | 2, 31U << 16, 31U << 16},
    {OptionWord::wrp2, 0xF0, 0xFF, 0xF0},
    {OptionWord::edata2, 0x8000, 0, 0x8000},
    {OptionWord::hdp2, 3U << 16 | 1, 31, 3U << 16 | 1},
};

Stm32h5Options worn(bool restores, bool clears_sram) {
  Stm32h5Options options = certificate_part();
  for (const Word& each : kWords) options.option_words[word_index(each.word)] = each.found;
  options.flash_fill = FlashFill::zeros;
  options.regression_restores_wrp = options.regression_restores_hdp = restores;
  options.regression_restores_swap_bank = options.regression_restores_user_options = restores;
  options.regression_clears_sram = clears_sram;
  return options;
}

// A unit like `found` whose one-time memory holds something.
void find(Bench& bench, const Stm32h5Options& found) {
  bench.start();
  bench.unlock_flash();
  bench.poke(kCr, kPg);
  ASSERT_TRUE(bench.write(Ap::core, kCells, kCellValue, kPlain, 2));
  bench.wait_flash();
  bench.power(false);
  bench.pass(100ms);
  bench.chip->plant(found);
  bench.start();
}

Stm32h5Options fresh(const Stm32h5Options& found) {
  Stm32h5Options options = found;
  options.state = ProductState::open;
  options.tzen = false;
  options.option_words = {};
  return options;
}

TEST(Survival, OfAFullRegression) {
  for (const bool restores : {true, false})
    for (const bool clears_sram : {true, false}) {
      const Stm32h5Options found = worn(restores, clears_sram);
      Bench bench(fresh(found));
      find(bench, found);
      ASSERT_EQ(offer(bench, {}, {.role = 3}, kFullRegression), kAccepted);
      bench.pass(5s);
      bench.connect();
      const Stm32h5Truth truth = bench.chip->truth();
      for (const Word& each : kWords)
        EXPECT_EQ(truth.option_words[word_index(each.word)], restores ? each.restored : each.left)
            << static_cast<int>(each.word);
      EXPECT_TRUE(std::ranges::all_of(bench.chip->flash(), [](std::uint8_t byte) { return byte == 0xFF; }));
      EXPECT_EQ(bench.read(Ap::core, kCells, kPlain, 2), kCellValue) << "one-time memory is for ever";
      EXPECT_EQ(bench.peek(0x20000000), clears_sram ? 0U : 0xA5A5A5A5U);
      EXPECT_FALSE(truth.record_valid);
    }
}

TEST(Survival, OfTheIntegrityWordNothingIsLeft) {
  Bench bench(certificate_part());
  bench.start();
  ASSERT_TRUE(open_session(bench));
  const auto before = request(bench, 1);
  ASSERT_TRUE(before);
  EXPECT_EQ(discovered(*before, 0x8000), Words{0xEAEAEAEA});
  ASSERT_EQ(offer(bench, {}, {.role = 3}, kFullRegression), kAccepted);
  bench.pass(5s);
  bench.connect();
  bench.request_state(ProductState::provisioning);
  bench.restart();
  ASSERT_TRUE(open_session(bench));
  const auto after = request(bench, 1);
  ASSERT_TRUE(after);
  EXPECT_EQ(discovered(*after, 0x8000), Words{0xF5F5F5F5});
}

TEST(Survival, OfATzRegression) {
  for (const bool clears_sram : {true, false}) {
    Stm32h5Options found = worn(true, clears_sram);
    found.ns_debug_needs_hdpl3 = false;
    Bench bench(fresh(found));
    find(bench, found);
    const auto before = bench.chip->truth().option_words;
    ASSERT_EQ(offer(bench, {}, {.role = 3}, 1U << 12), kAccepted);
    bench.pass(5s);
    bench.connect();
    const Stm32h5Truth truth = bench.chip->truth();
    EXPECT_EQ(truth.state, ProductState::tz_closed);
    EXPECT_TRUE(truth.record_usable && truth.tzen);
    EXPECT_EQ(truth.option_words[0], (before[0] & ~0xFF00U) | 0xC600);
    for (std::size_t i = 1; i < before.size(); ++i) EXPECT_EQ(truth.option_words[i], before[i]) << i;
    EXPECT_EQ(bench.read(Ap::core, kCells, kPlain, 2), kCellValue);
    EXPECT_EQ(bench.peek(0x20000000), clears_sram ? 0U : 0xA5A5A5A5U);
    EXPECT_EQ(bench.chip->flash()[0], 0x00) << "secure";
    EXPECT_EQ(bench.chip->flash()[0x8000], 0xFF) << "not secure";
    EXPECT_EQ(bench.chip->flash()[0x40000 + 0x4000], 0x00) << "secure, in bank 2";
    EXPECT_EQ(bench.chip->flash()[0x40000], 0xFF) << "not secure, in bank 2";
  }
}

}  // namespace
}  // namespace rigor::lab::test
