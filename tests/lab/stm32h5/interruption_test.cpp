// What is left when reset or power loss cuts an operation short, at any of its moments (stm32h5.md 3.5, lifecycle.md
// 5).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kOpsr = kFlashRegisters + 0x18;
constexpr std::uint32_t kWrite = 1U << 29, kSectorErase = 3U << 29, kBankErase = 4U << 29, kMassErase = 5U << 29,
                        kOptionChange = 6U << 29, kInBank2 = 1U << 22, kInData = 1U << 21, kInOtp = 1U << 24;

enum class Cut : std::uint8_t { pin, power };

void cut(Bench& bench, Cut how) {
  if (how == Cut::pin) return bench.restart();
  bench.power(false);
  bench.pass(100ms);
  bench.start();
}

bool all(ByteView bytes, std::uint8_t value) {
  return std::ranges::all_of(bytes, [value](std::uint8_t byte) { return byte == value; });
}

// Moments of something that lasts `time`: its beginning, its last nanosecond, and between.
std::vector<Duration> moments(Duration time) { return {0ns, 1ns, 1us, time / 4, time / 2, time - 1us, time - 1ns}; }

struct Spoilt {
  InterruptedOptions kind;
  std::uint32_t wrp, watermark;
};
const Spoilt kOutcomes[] = {{InterruptedOptions::stays, 0xFFFFFFFF, 127U << 16},
                            {InterruptedOptions::sticks, 0x0000FFF0, 3U << 16 | 1},
                            {InterruptedOptions::all_ones, 0xFFFFFFFF, 127U << 16 | 127}};

TEST(Interruption, OfAnOptionChangeAtEveryMoment) {
  for (const Spoilt& outcome : kOutcomes)
    for (const Cut how : {Cut::pin, Cut::power})
      for (const Duration moment : moments(50ms)) {
        Stm32h5Options options = part("stm32h563");
        options.interrupted_options = outcome.kind;
        options.flash_fill = FlashFill::pattern;
        Bench bench(options);
        bench.start();
        bench.unlock_options();
        bench.poke(kFlashRegisters + 0xEC, 0x0000FFF0);
        bench.poke(kFlashRegisters + 0xE4, 3U << 16 | 1);
        bench.poke(kFlashRegisters + 0x1C, 2);
        bench.pass(moment);
        const Bytes flash(bench.chip->flash().begin(), bench.chip->flash().end());
        // A pin reset needs its pulse, so only the shorter moments are sure to be inside the change.
        if (how == Cut::pin && moment > 49ms) continue;
        cut(bench, how);
        EXPECT_EQ(bench.peek(kFlashRegisters + 0xE8), outcome.wrp);
        EXPECT_EQ(bench.peek(kFlashRegisters + 0xE0), outcome.watermark);
        EXPECT_EQ(bench.peek(kFlashRegisters + 0xEC), outcome.wrp) << "and PRG follows";
        EXPECT_EQ(bench.chip->truth().state, ProductState::open);
        EXPECT_EQ(bench.peek(kOpsr), how == Cut::pin ? kOptionChange : 0U);
        EXPECT_TRUE(std::ranges::equal(bench.chip->flash(), flash));
        bench.restart();
        EXPECT_EQ(bench.peek(kOpsr), 0U) << "told once";
      }
}

TEST(Interruption, AChangeThatIsOverStays) {
  for (const Spoilt& outcome : kOutcomes) {
    Stm32h5Options options = part("stm32h563");
    options.interrupted_options = outcome.kind;
    Bench bench(options);
    bench.start();
    EXPECT_NE(bench.request_option(0xEC, 0xFFF0) & 1U << 16, 0U);
    cut(bench, Cut::pin);
    EXPECT_EQ(bench.peek(kFlashRegisters + 0xE8), 0xFFF0U);
    EXPECT_EQ(bench.peek(kOpsr), 0U);
  }
}

// The state moves whole or not at all: there is no third one (lifecycle.md 1.1).
TEST(Interruption, OfAStateChange) {
  for (const Spoilt& outcome : kOutcomes)
    for (const Duration moment : moments(50ms)) {
      Stm32h5Options options = password_part(ProductState::provisioning);
      options.interrupted_options = outcome.kind;
      Bench bench(options);
      bench.start();
      const std::uint32_t optsr = bench.peek(kFlashRegisters + 0x50);
      bench.unlock_options();
      bench.poke(kFlashRegisters + 0x54, (optsr & ~0xFF00U) | 0x7200);
      bench.poke(kFlashRegisters + 0x1C, 2);
      bench.pass(moment);
      cut(bench, Cut::power);
      EXPECT_EQ(bench.chip->truth().state,
                outcome.kind == InterruptedOptions::sticks ? ProductState::closed : ProductState::provisioning);
      EXPECT_TRUE(bench.chip->truth().record_usable) << "so that the unit can be brought back either way";
    }
}

// TZEN on erases first; only then are the options written.
TEST(Interruption, OfTurningTrustZoneOn) {
  const Duration erase = 64 * 2ms;
  struct Case {
    Duration moment;
    InterruptedOptions kind;
    bool erased, tzen;
  };
  for (const Case& c : {Case{1us, InterruptedOptions::sticks, false, false},
                        Case{erase - 1us, InterruptedOptions::sticks, false, false},
                        Case{erase + 1us, InterruptedOptions::sticks, true, true},
                        Case{erase + 1us, InterruptedOptions::stays, true, false},
                        Case{erase + 49ms, InterruptedOptions::all_ones, true, false}}) {
    Stm32h5Options options = part("stm32h523");
    options.flash_fill = FlashFill::zeros;
    options.interrupted_options = c.kind;
    Bench bench(options);
    bench.start();
    const std::uint32_t others = bench.peek(kFlashRegisters + 0x70) & 0x00FFFFFF;
    bench.unlock_options();
    bench.poke(kFlashRegisters + 0x74, others | 0xB4000000);
    bench.poke(kFlashRegisters + 0x1C, 2);
    bench.pass(c.moment);
    cut(bench, Cut::power);
    EXPECT_EQ(bench.chip->truth().tzen, c.tzen);
    EXPECT_EQ(all(bench.chip->flash(), 0xFF), c.erased);
    EXPECT_FALSE(all(bench.chip->flash(), 0x00));
  }
}

struct Operation {
  const char* what;
  std::uint32_t mode;  // NSCR; PG programs the quad-word at 0x10020
  std::uint32_t report;
  std::uint32_t begin, end;  // what it may leave undefined
  Duration time;
};

TEST(Interruption, OfProgrammingAndErasing) {
  const Operation operations[] = {
      {"quad-word", kPg, kWrite | 0x10020, 0x10020, 0x10030, 32us},
      {"sector 5", kSer | 5U << 6, kSectorErase | 0xA000, 0xA000, 0xC000, 2ms},
      {"sector 1 of bank 2", kSer | 1U << 6 | kBank2, kSectorErase | kInBank2 | 0x2000, 0x42000, 0x44000, 2ms},
      {"bank 2", kBer | kBank2, kBankErase | kInBank2, 0x40000, 0x80000, 64ms},
      {"mass", kMer, kMassErase, 0, 0x80000, 128ms},
  };
  for (const Operation& operation : operations)
    for (const bool survives : {false, true})
      for (const Cut how : {Cut::pin, Cut::power})
        for (const Duration moment : {operation.time / 4, operation.time / 2}) {
          Stm32h5Options options = part("stm32h523");
          options.flash_content = {{0, Bytes(0x10000, 0)}, {0x40000, Bytes(0x40000, 0)}};
          options.opsr_after_power_loss = survives;
          Bench bench(options);
          bench.start();
          bench.unlock_flash();
          const Bytes before(bench.chip->flash().begin(), bench.chip->flash().end());
          bench.poke(kCr, operation.mode);
          if (operation.mode == kPg)
            for (std::uint32_t at = 0; at < 16; at += 4) bench.poke(kFlash + 0x10020 + at, 0x11223344);
          else
            bench.poke(kCr, operation.mode | kStrt);
          bench.pass(moment);
          const TimePoint now = bench.clock.now();
          bench.chip->nrst(how == Cut::power);
          if (how == Cut::power) bench.power(false);
          bench.pass(1us);
          (void)bench.chip->truth();  // the reset has begun
          EXPECT_LT(bench.clock.now() - now, operation.time / 4) << "inside the operation";
          bench.pass(20ms);
          bench.power(true);
          bench.chip->nrst(true);
          bench.pass(1s);
          bench.connect();
          const ByteView after = bench.chip->flash();
          EXPECT_TRUE(std::equal(before.begin(), before.begin() + operation.begin, after.begin())) << operation.what;
          EXPECT_TRUE(std::equal(before.begin() + operation.end, before.end(), after.begin() + operation.end))
              << operation.what;
          EXPECT_FALSE(all(after.subspan(operation.begin, operation.end - operation.begin), 0xFF)) << operation.what;
          EXPECT_EQ(bench.peek(kOpsr), how == Cut::pin || survives ? operation.report : 0U) << operation.what;
        }
}

TEST(Interruption, OfAHalfWord) {
  struct Case {
    std::uint32_t address, report;
  };
  for (const Case& c : {Case{0x08FFF040, kWrite | kInOtp | 0x40}, Case{0x0900A802, kWrite | kInData | 0xA802},
                        Case{0x09016800, kWrite | kInData | kInBank2 | 0xA800}}) {
    Stm32h5Options options = part("stm32h563");
    for (const OptionWord word : {OptionWord::edata1, OptionWord::edata2})
      options.option_words[word_index(word)] = 0x8000;
    Bench bench(options);
    bench.start();
    bench.unlock_flash();
    bench.poke(kCr, kPg);
    (void)bench.write(Ap::core, c.address, 0x1234, kPlain, 2);
    bench.pass(5us);
    cut(bench, Cut::pin);
    EXPECT_FALSE(bench.read(Ap::core, c.address, kPlain, 2)) << "a code that fits nothing";
    EXPECT_EQ(bench.peek(kOpsr), c.report);
  }
}

TEST(Interruption, ARegressionIsTakenUpAgain) {
  const Duration whole = 64 * 2ms + 50ms;
  for (const Cut how : {Cut::pin, Cut::power})
    for (const Duration moment : moments(whole)) {
      Stm32h5Options options = password_part();
      options.flash_fill = FlashFill::zeros;
      Bench bench(options);
      bench.start();
      ASSERT_EQ(authenticate_password(bench, password_text()), 0);
      bench.pass(moment);
      cut(bench, how);
      bench.pass(5s);
      const Stm32h5Truth truth = bench.chip->truth();
      EXPECT_EQ(truth.state, ProductState::open);
      EXPECT_EQ(truth.regressions, 1U);
      EXPECT_TRUE(all(bench.chip->flash(), 0xFF));
    }
}

}  // namespace
}  // namespace rigor::lab::test
