// Flash and OTP (stm32h7rs.md 3 and 5): keys, program unit, forced writes, protection, errors, interruption.
#include <gtest/gtest.h>

#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::OptionWord;

constexpr std::uint32_t kPg = 2, kSer = 4, kBer = 8, kFw = 16, kStart = 32, kPgOtp = 1U << 16;

void write_quad(H7Bench& bench, std::uint32_t address, std::uint32_t first = 0x11111111) {
  for (std::uint32_t i = 0; i < 4; ++i) bench.poke(address + 4 * i, first + i);
}

TEST(H7Flash, AWrongKeyFaultsAndKeepsTheLockUntilReset) {
  for (const std::uint32_t key_register : {0x04U, 0x100U}) {
    H7Bench bench;
    bench.start();
    EXPECT_FALSE(bench.write(Ap::core, kFlashRegisters + key_register, 0x12345678));
    bench.unlock_flash();
    bench.unlock_options();
    EXPECT_EQ(bench.flash_register(key_register == 4 ? 0x10 : 0x104) & 1, 1U);
    bench.restart();
    bench.unlock_flash();
    bench.unlock_options();
    EXPECT_EQ(bench.flash_register(0x10) & 1, 0U);
    EXPECT_EQ(bench.flash_register(0x104) & 1, 0U);
  }
}

TEST(H7Flash, SixteenBytesMakeOneProgramAndQwTellsItsEnd) {
  H7Bench bench;
  bench.start();
  bench.unlock_flash();
  bench.set_flash_register(0x10, kPg);
  for (std::uint32_t i = 0; i < 3; ++i) bench.poke(kFlash + 4 * i, i);
  EXPECT_EQ(bench.flash_register(0x14) & 7, 2U) << "the write buffer waits";
  bench.poke(kFlash + 12, 3);
  EXPECT_EQ(bench.flash_register(0x14) & 0x15, 0x15U) << "BUSY, QW, IS_PROGRAM";
  bench.wait_flash();
  EXPECT_EQ(bench.flash_register(0x14), 0U);
  EXPECT_EQ(bench.flash_register(0x24), kEop);
  EXPECT_EQ(bench.peek(kFlash + 8), 2U);
}

TEST(H7Flash, AForcedWriteIsPaddedWithOnes) {
  for (const bool afterwards : {false, true}) {
    H7Bench bench;
    bench.start();
    bench.unlock_flash();
    bench.set_flash_register(0x10, afterwards ? kPg : kPg | kFw);
    (void)bench.write(Ap::core, kFlash + 4, 0x5AU, kAhb, 1);
    if (afterwards) bench.set_flash_register(0x10, kPg | kFw);
    bench.wait_flash();
    EXPECT_EQ(bench.peek(kFlash + 4), 0xFFFFFF5AU);
    EXPECT_EQ(bench.peek(kFlash), 0xFFFFFFFFU);
  }
}

TEST(H7Flash, EachMistakeRaisesItsFlag) {
  struct Case {
    const char* name;
    std::uint32_t control;
    std::vector<std::uint32_t> addresses;
    std::uint32_t flag;
  };
  for (const Case& c : {Case{"without PG", 0, {kFlash}, kPgsErr}, Case{"twice", kPg, {kFlash, kFlash}, kStrbErr},
                        Case{"another quad-word", kPg, {kFlash, kFlash + 16}, kIncErr}}) {
    H7Bench bench;
    bench.start();
    bench.unlock_flash();
    bench.set_flash_register(0x10, c.control);
    for (const std::uint32_t address : c.addresses) bench.poke(address, 0);
    EXPECT_EQ(bench.flash_register(0x24), c.flag) << c.name;
    write_quad(bench, kFlash + 64);
    EXPECT_NE(bench.flash_register(0x24) & kPgsErr, 0U) << "an error that is set stops what follows";
    EXPECT_EQ(bench.peek(kFlash + 64), 0xFFFFFFFFU);
    bench.set_flash_register(0x28, 0xFFFFFFFF);
    EXPECT_EQ(bench.flash_register(0x24), 0U);
  }
}

TEST(H7Flash, ErasingFollowsTheSectorAndTheProtection) {
  struct Case {
    std::uint32_t wrps, control, flag;
    bool sector0, sector7;  // erased afterwards
  };
  for (const Case& c : {Case{0xFF, kSer | 7U << 6, kEop, false, true}, Case{0xFF, kBer, kEop, true, true},
                        Case{0xFF, kBer | kSer, kEop, true, true}, Case{0x00, kBer, kWrpErr, false, false},
                        Case{0x7F, kBer, kWrpErr, false, false}, Case{0x7F, kSer | 7U << 6, kWrpErr, false, false},
                        Case{0x7F, kSer, kEop, true, false}, Case{0xFF, 0, kPgsErr, false, false},
                        Case{0xFF, kSer | kPg, kPgsErr, false, false}}) {
    Stm32h7rsOptions options;
    options.flash_fill = FlashFill::zeros;
    options.option_words[static_cast<std::size_t>(OptionWord::wrpsr)] = c.wrps;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.erase(c.control), c.flag) << c.wrps << ' ' << c.control;
    EXPECT_EQ(bench.peek(kFlash) == 0xFFFFFFFF, c.sector0) << c.wrps << ' ' << c.control;
    EXPECT_EQ(bench.peek(kFlash + 0xE000) == 0xFFFFFFFF, c.sector7) << c.wrps << ' ' << c.control;
  }
}

// lifecycle.md 1.6 and 4: a mass erase from PROVISIONING fails by design; the rest is not known.
TEST(H7Flash, WhatNeedsAnOpenPartIsWriteProtectedElsewhere) {
  struct Case {
    VirtualState state;
    bool mass, all;            // the options
    bool whole, sector, word;  // what is refused
  };
  for (const Case& c : {Case{VirtualState::open, true, true, false, false, false},
                        Case{VirtualState::provisioning, true, false, true, false, false},
                        Case{VirtualState::provisioning, true, true, true, true, true},
                        Case{VirtualState::provisioning, false, false, false, false, false},
                        Case{VirtualState::provisioning, false, true, true, true, true}}) {
    Stm32h7rsOptions options;
    options.state = c.state;
    options.mass_erase_needs_open = c.mass;
    options.flash_needs_open = c.all;
    options.flash_hidden_in_provisioning = false;
    H7Bench bench(options);
    bench.start();
    bench.unlock_flash();
    bench.set_flash_register(0x10, kPg);
    write_quad(bench, kFlash);
    bench.wait_flash();
    EXPECT_EQ((bench.flash_register(0x24) & kWrpErr) != 0, c.word);
    EXPECT_EQ(bench.peek(kFlash), c.word ? 0xFFFFFFFFU : 0x11111111U);
    bench.restart();
    EXPECT_EQ(bench.erase(kSer), c.sector ? kWrpErr : kEop);
    bench.restart();
    EXPECT_EQ(bench.erase(kBer), c.whole ? kWrpErr : kEop);
  }
}

TEST(H7Flash, AProtectedSectorIsNotProgrammed) {
  Stm32h7rsOptions options;
  options.option_words[static_cast<std::size_t>(OptionWord::wrpsr)] = 0xFE;
  H7Bench bench(options);
  bench.start();
  bench.unlock_flash();
  bench.set_flash_register(0x10, kPg);
  bench.poke(kFlash, 0);
  EXPECT_EQ(bench.flash_register(0x24), kWrpErr);
  bench.set_flash_register(0x28, kWrpErr);
  write_quad(bench, kFlash + 0x2000);
  bench.wait_flash();
  EXPECT_EQ(bench.peek(kFlash + 0x2000), 0x11111111U);
}

TEST(H7Flash, ProgrammingTwiceIsADoubleErrorOnReading) {
  for (const bool faults : {true, false}) {
    Stm32h7rsOptions options;
    options.double_ecc_faults = faults;
    H7Bench bench(options);
    bench.start();
    bench.unlock_flash();
    bench.set_flash_register(0x10, kPg);
    for (const std::uint32_t value : {0x11111111U, 0x22222222U}) {
      write_quad(bench, kFlash, value);
      bench.wait_flash();
    }
    EXPECT_EQ(bench.read(Ap::core, kFlash).has_value(), !faults);
    EXPECT_NE(bench.flash_register(0x24) & kDbEcc, 0U);
  }
}

TEST(H7Flash, AnEraseThatIsCutShortLeavesAnything) {
  for (const bool power : {false, true}) {
    Stm32h7rsOptions options;
    options.flash_fill = FlashFill::zeros;
    options.double_ecc_faults = false;
    H7Bench bench(options);
    bench.start();
    bench.unlock_flash();
    bench.set_flash_register(0x10, kSer);
    bench.set_flash_register(0x10, kSer | kStart);
    EXPECT_EQ(bench.flash_register(0x14) & 0x25, 0x25U);
    if (power) bench.power(false);
    bench.hold_reset();
    if (power) bench.power(true);
    bench.release_reset();
    bench.pass(1s);
    bench.connect();
    EXPECT_EQ(bench.flash_register(0x14), 0U);
    EXPECT_NE(bench.peek(kFlash), 0U);
    EXPECT_NE(bench.peek(kFlash), 0xFFFFFFFFU);
    EXPECT_EQ(bench.peek(kFlash + 0x2000), 0U) << "the neighbour is whole";
  }
}

TEST(H7Flash, OtpTakesHalfWordsAndWordsOnce) {
  H7Bench bench;
  bench.start();
  bench.unlock_flash();
  bench.set_flash_register(0x10, kPgOtp | kFw);
  (void)bench.write(Ap::core, kOtp + 2, 0x1234, kAhb, 2);
  bench.wait_flash();
  EXPECT_EQ(bench.peek(kOtp), 0x1234FFFFU);
  bench.set_flash_register(0x10, kPgOtp);
  bench.poke(kOtp + 64, 0x89ABCDEF);
  EXPECT_EQ(bench.peek(kOtp + 64), 0xFFFFFFFFU) << "not before FW forces it";
  bench.set_flash_register(0x10, kPgOtp | kFw);
  bench.wait_flash();
  EXPECT_EQ(bench.peek(kOtp + 64), 0x89ABCDEFU);
  EXPECT_EQ(bench.flash_register(0x24), kEop);
  bench.set_flash_register(0x10, kPgOtp | kFw);
  bench.poke(kOtp + 64, 0);
  bench.wait_flash();
  EXPECT_FALSE(bench.read(Ap::core, kOtp + 64)) << "written twice";
}

TEST(H7Flash, OtpRefusals) {
  struct Case {
    std::uint32_t control;
    unsigned size;
    std::uint32_t locks, flag;
  };
  for (const Case& c : {Case{0, 4, 0, kPgsErr}, Case{kPg, 4, 0, kPgsErr}, Case{kPgOtp | kFw, 1, 0, kStrbErr},
                        Case{kPgOtp | kFw, 4, 1, kWrpErr}, Case{kPgOtp | kFw, 4, 2, kEop}}) {
    Stm32h7rsOptions options;
    options.option_words[static_cast<std::size_t>(OptionWord::otplsr)] = c.locks;
    H7Bench bench(options);
    bench.start();
    bench.unlock_flash();
    bench.set_flash_register(0x10, c.control);
    (void)bench.write(Ap::core, kOtp, 0, kAhb, c.size);
    bench.wait_flash();
    EXPECT_EQ(bench.flash_register(0x24), c.flag) << c.control << ' ' << c.size << ' ' << c.locks;
  }
}

TEST(H7Flash, VirginOtpIsOnesOrAFault) {
  for (const bool faults : {false, true}) {
    Stm32h7rsOptions options;
    options.virgin_otp_faults = faults;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.read(Ap::core, kOtp + 0x3FC), faults ? std::nullopt : std::optional(0xFFFFFFFFU));
  }
}

TEST(H7Flash, TheHideProtectedAreaVanishesBehindHdpl1) {
  for (const auto& [word, hdpl, hidden, beyond] : {std::tuple{0x000F0000U, 1U, false, false},
                                                   {0x000F0000U, 2U, true, false},
                                                   {0x00000001U, 3U, false, false},
                                                   {0x00010001U, 3U, true, true}}) {
    Stm32h7rsOptions options;
    options.flash_fill = FlashFill::pattern;
    options.user_code_hdpl = hdpl;
    options.option_words[static_cast<std::size_t>(OptionWord::hdpsr)] = word;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.peek(kFlash + 4) == 0, hidden) << word << ' ' << hdpl;
    EXPECT_EQ(bench.peek(kFlash + 0x1004) == 0, beyond) << word << ' ' << hdpl;
  }
}

}  // namespace
}  // namespace rigor::lab::test
