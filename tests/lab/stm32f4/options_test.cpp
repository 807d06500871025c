// Option bytes: keys, the write, its interruption, PCROP, and the second register (stm32f4.md 4).
#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

TEST(F4Options, AreLockedUntilBothKeysCameInOrder) {
  F4Bench bench;
  bench.start();
  EXPECT_TRUE(bench.write(kOptCr, 0x0FFEAAEE));
  EXPECT_EQ(bench.peek(kOptCr), 0x0FFFAAEDU);
  bench.unlock_options();
  EXPECT_EQ(bench.peek(kOptCr), 0x0FFFAAECU);
  EXPECT_TRUE(bench.write(kOptCr, 0x0FFFAAED));
  EXPECT_EQ(bench.peek(kOptCr) & 1, 1U);
  EXPECT_FALSE(bench.write(kOptKeyr, 0x4C5D6E7F)) << "out of order: a bus error";
  EXPECT_FALSE(bench.write(kOptKeyr, 0x08192A3B)) << "and locked until reset";
  bench.pulse_nrst();
  bench.unlock_options();
}

TEST(F4Options, AreWrittenInTimeAndLoadedAtReset) {
  F4Bench bench;
  bench.start();
  bench.unlock_flash();
  bench.begin_options(0x0FFEAAEC);  // protects sector 0
  EXPECT_EQ(bench.peek(kOptCr) & 2, 2U) << "OPTSTRT until it is over";
  EXPECT_NEAR(static_cast<double>(bench.busy_time().count()), 0.25e9, 2e6);
  EXPECT_EQ(bench.peek(kOptCr), 0x0FFEAAECU);
  EXPECT_EQ(bench.peek(0x1FFFC008), 0x0001FFFEU) << "the option sector has it";
  EXPECT_EQ(bench.program(kFlash, 0), 0U) << "not in force";
  bench.pulse_nrst();
  bench.unlock_flash();
  EXPECT_EQ(bench.program(kFlash, 0), kWrpErr);
  bench.power_cycle();
  EXPECT_EQ(bench.chip->truth().option_word, 0x0FFEAAECU);
}

TEST(F4Options, MayAlsoBeInForceAtOnce) {
  Stm32f4Options options;
  options.options_at_once = true;
  F4Bench bench(options);
  bench.start();
  bench.unlock_flash();
  EXPECT_EQ(bench.write_options(0x0FFEAAEC), 0U);
  EXPECT_EQ(bench.program(kFlash, 0), kWrpErr);
}

TEST(F4Options, WithoutStartNothingIsWritten) {
  F4Bench bench;
  bench.start();
  bench.unlock_options();
  EXPECT_TRUE(bench.write(kOptCr, 0x0FFE55EC));
  EXPECT_EQ(bench.peek(kOptCr), 0x0FFE55ECU);
  bench.pulse_nrst();
  EXPECT_EQ(bench.peek(kOptCr), 0x0FFFAAEDU);
}

TEST(F4Options, OfTheSecondBankAreWrittenWithTheFirst) {
  F4Bench bench(part("stm32f429"));
  bench.start();
  EXPECT_EQ(bench.peek(kOptCr1), 0x0FFF0000U);
  EXPECT_TRUE(bench.write(kOptCr1, 0));
  EXPECT_EQ(bench.peek(kOptCr1), 0x0FFF0000U) << "locked";
  EXPECT_EQ(bench.write_options(0x0FFFAAEC, 0x0FFE0000), 0U);
  EXPECT_EQ(bench.chip->truth().second_option_word, 0x0FFE0000U);
  EXPECT_EQ(bench.peek(0x1FFEC008), 0x0001FFFEU);
  F4Bench other;
  other.start();
  EXPECT_EQ(other.write_options(0x0FFFAAEC, 0x0FFE0000), 0U);
  EXPECT_EQ(other.peek(kOptCr1), 0U) << "a part without it";
  EXPECT_FALSE(other.read(0x1FFEC000));
}

TEST(F4Options, TheSectorHoldsEachHalfWithItsComplement) {
  struct Case {
    const char* part;
    std::uint32_t word, sector0, sector8;
  };
  for (const Case& each :
       {Case{"stm32f407", 0x0FFFAAED, 0x5510AAEF, 0x0000FFFF}, Case{"stm32f407", 0x0FFB55ED, 0xAA1055EF, 0x0004FFFB},
        Case{"stm32f411", 0x0FFFAAED, 0x5510AAEF, 0x80007FFF}, Case{"stm32f411", 0x8002AAED, 0x5510AAEF, 0x0FFDF002},
        Case{"stm32f429", 0x0FFFAAED, 0x5510AAEF, 0xC0003FFF}, Case{"stm32f429", 0x4FFFAAFD, 0x5500AAFF, 0x80007FFF}}) {
    Stm32f4Options options = part(each.part);
    options.option_word = each.word;
    F4Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.peek(0x1FFFC000), each.sector0) << each.part << ' ' << hex_word(each.word);
    EXPECT_EQ(bench.peek(0x1FFFC008), each.sector8) << each.part << ' ' << hex_word(each.word);
  }
}

// --- interruption ---

struct Cut {
  const char* part;
  std::uint32_t ones, second_ones;
};

class F4OptionsCut : public ::testing::TestWithParam<Cut> {};
INSTANTIATE_TEST_SUITE_P(Parts, F4OptionsCut,
                         ::testing::Values(Cut{"stm32f407", 0x0FFFFFEC, 0}, Cut{"stm32f411", 0x8FFFFFEC, 0},
                                           Cut{"stm32f446", 0x8FFFFFEC, 0}, Cut{"stm32f429", 0xCFFFFFFC, 0x0FFF0000}),
                         [](const auto& each) { return each.param.part; });

TEST_P(F4OptionsCut, AtEveryMomentAndByEveryMeansLeavesAllOnes) {
  for (const bool by_power : {false, true}) {
    for (Duration moment = 0ms; moment < 260ms; moment += 5ms) {
      Stm32f4Options options = part(GetParam().part);
      options.flash_content = {{0, Bytes(64, 0x5A)}};
      F4Bench bench(options);
      bench.start();
      bench.begin_options(0x0FFEAAEC);
      const TimePoint began = bench.clock.now();
      bench.pass(moment);
      by_power ? bench.power_cycle() : bench.pulse_nrst();
      const bool over = bench.clock.now() - began > 250ms && moment >= 250ms;
      EXPECT_EQ(bench.chip->truth().option_word, over ? 0x0FFEAAECU : GetParam().ones) << moment.count();
      EXPECT_EQ(bench.chip->truth().second_option_word, GetParam().second_ones);
      EXPECT_EQ(bench.chip->flash()[0], 0x5A);
      if (by_power && !over) {
        EXPECT_EQ(bench.chip->truth().level, 1U);
      }
    }
  }
}

// The flash goes first: until it is gone the option sector still says level 1, and so it does afterwards.
TEST_P(F4OptionsCut, OfARegressionNeverOpensThePart) {
  for (Duration moment = 10ms; moment < 18s; moment += 370ms) {
    Stm32f4Options options = written(part(GetParam().part));
    options.option_word = 0x0FFF55EC;
    F4Bench bench(options);
    bench.start();
    bench.begin_options(0x0FFFAAEC);
    bench.pass(moment);
    const bool over = (bench.peek(kSr) & kBusy) == 0;
    bench.power_cycle();
    const std::uint32_t word = bench.chip->truth().option_word;
    if (over) {
      EXPECT_EQ(word, 0x0FFFAAECU);
      break;
    }
    EXPECT_TRUE(word == 0x0FFF55EC || word == GetParam().ones) << hex_word(word) << " after " << moment.count();
    EXPECT_EQ(bench.chip->truth().level, 1U);
    if (word != 0x0FFF55EC) {
      EXPECT_EQ(bench.chip->flash()[0], 0xFF);
    }
  }
}

// What a failed write looks like afterwards (the F411 of the logs), and the one way back.
TEST(F4Options, AllOnesAreUndoneByOneRegression) {
  Stm32f4Options options = written(part("stm32f411"));
  options.option_word = 0x8FFFFFEC;
  F4Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.peek(kOptCr), 0x8FFFFFEDU);
  EXPECT_EQ(bench.write_options(0x0FFFFFEC), kWrpErr) << "PCROP alone cannot go";
  ASSERT_TRUE(bench.write(kSr, kWrpErr));
  EXPECT_EQ(bench.write_options(0x0FFFAAEC), 0U);
  bench.power_cycle();
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(bench.peek(kFlash), 0xFFFFFFFFU);
}

TEST(F4Options, PcropGoesOnlyWithTheLevel) {
  struct Case {
    const char* what;
    std::uint32_t from, to;
    bool allowed;
  };
  for (const Case& each :
       {Case{"set at level 0", 0x0FFFAAEC, 0x8002AAEC, true}, Case{"one sector more", 0x8002AAEC, 0x8003AAEC, true},
        Case{"SPRMOD away at level 0", 0x8002AAEC, 0x0FFFAAEC, false},
        Case{"a sector away at level 0", 0x8003AAEC, 0x8002AAEC, false},
        Case{"with the level raised", 0x8002AAEC, 0x0FFF55EC, false},
        Case{"SPRMOD away at level 1", 0x800255EC, 0x0FFF55EC, false},
        Case{"a sector away at level 1", 0x800355EC, 0x800255EC, false},
        Case{"other options at level 1", 0x800255EC, 0x800255CC, true},
        Case{"SPRMOD away with level 1 to 0", 0x800255EC, 0x0FFFAAEC, true},
        Case{"a sector away with level 1 to 0", 0x800355EC, 0x8002AAEC, true},
        Case{"kept with level 1 to 0", 0x800255EC, 0x8002AAEC, true}}) {
    SCOPED_TRACE(each.what);
    Stm32f4Options options = part("stm32f411");
    options.option_word = each.from;
    F4Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.write_options(each.to), each.allowed ? 0U : kWrpErr);
    EXPECT_EQ(bench.chip->truth().option_word, each.allowed ? each.to : each.from) << "cancelled as a whole";
    EXPECT_EQ(bench.peek(kOptCr) & ~3U, each.allowed ? each.to : each.from);
  }
}

TEST(F4Options, WhetherARegressionTakesPcropThatStaysIsOpen) {
  for (const bool erases : {true, false}) {
    Stm32f4Options options = written(part("stm32f411"));
    options.option_word = 0x800355EC;
    options.regression_erases_pcrop = erases;
    F4Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.write_options(0x8002AAEC), 0U);  // sector 1 stays, sector 0 is let go
    EXPECT_EQ(bench.chip->flash()[0], 0xFF) << "what is let go is erased in any case";
    EXPECT_EQ(bench.chip->flash()[0x4000], erases ? 0xFF : 0);
  }
}

// A part whose supply, VCAP or option sector is at fault (lifecycle.md 5), and interruptions that end otherwise.
TEST(F4Options, WritesMayFailInEveryWayTheFieldKnows) {
  for (const auto& [outcome, word] :
       {std::pair{OptionWrite::sticks, 0x0FFEAAECU}, std::pair{OptionWrite::stays, 0x0FFFAAECU},
        std::pair{OptionWrite::all_ones, 0x0FFFFFECU}}) {
    Stm32f4Options options;
    options.option_write = options.interrupted_options = outcome;
    F4Bench whole(options), cut(options);
    whole.start();
    EXPECT_EQ(whole.write_options(0x0FFEAAEC), 0U) << "the part notices nothing";
    EXPECT_EQ(whole.chip->truth().option_word, word);
    cut.start();
    cut.begin_options(0x0FFEAAEC);
    cut.pass(100ms);
    cut.power_cycle();
    EXPECT_EQ(cut.chip->truth().option_word, word);
  }
}

}  // namespace
}  // namespace rigor::lab::test
