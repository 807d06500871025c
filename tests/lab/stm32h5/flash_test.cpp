// Programming and erasing, flag by flag (stm32h5.md 3).
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

class Flash : public testing::Test {
 protected:
  void SetUp() override { use({}); }
  void use(const Stm32h5Options& options) {
    bench_ = std::make_unique<Bench>(options);
    bench_->start();
    bench_->unlock_flash();
  }
  std::uint32_t settle() {
    bench_->wait_flash();
    return bench_->flash_status();
  }
  void program(std::uint32_t address, std::uint32_t first = 1) {
    bench_->poke(kCr, kPg);
    for (std::uint32_t i = 0; i < 4; ++i) bench_->poke(address + 4 * i, first + i);
  }
  std::uint32_t erase(std::uint32_t mode) {
    bench_->poke(kCr, mode);
    bench_->poke(kCr, mode | kStrt);
    return settle();
  }
  std::unique_ptr<Bench> bench_;
};

TEST_F(Flash, ProgramsAQuadWordInItsTime) {
  program(kFlash + 0x100);
  EXPECT_EQ(bench_->flash_status() & 1, 1U);
  bench_->pass(32us);
  EXPECT_EQ(bench_->flash_status(), kEop);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(bench_->peek(kFlash + 0x100 + 4 * i), 1 + i);
  bench_->poke(kCcr, kEop);
  EXPECT_EQ(bench_->flash_status(), 0U);
}

TEST_F(Flash, APartlyFilledBufferShowsAndCanBeForced) {
  bench_->poke(kCr, kPg);
  bench_->poke(kFlash, 0x12345678);
  EXPECT_EQ(bench_->flash_status(), 2U);
  bench_->poke(kCr, kPg | kFw);
  EXPECT_EQ(settle(), kEop);
  EXPECT_EQ(bench_->peek(kFlash), 0x12345678U);
  EXPECT_EQ(bench_->peek(kFlash + 4), 0xFFFFFFFFU);
}

TEST_F(Flash, EachMistakeHasItsFlag) {
  struct Case {
    const char* what;
    std::function<void()> mistake;
    std::uint32_t flag;
  };
  const Case cases[] = {
      {"write without PG", [&] { bench_->poke(kFlash, 1); }, kPgsErr},
      {"STRT without a mode", [&] { bench_->poke(kCr, kStrt); }, kPgsErr},
      {"two modes", [&] { bench_->poke(kCr, kSer | kMer | kStrt); }, kPgsErr},
      {"sector that is not there", [&] { bench_->poke(kCr, kSer | 32U << 6 | kStrt); }, kPgsErr},
      {"same bytes twice",
       [&] {
         bench_->poke(kCr, kPg);
         bench_->poke(kFlash, 1);
         bench_->poke(kFlash, 1);
       },
       kStrbErr},
      {"two quad-words at once",
       [&] {
         bench_->poke(kCr, kPg);
         bench_->poke(kFlash, 1);
         bench_->poke(kFlash + 16, 1);
       },
       kIncErr},
  };
  for (const Case& c : cases) {
    use({});
    c.mistake();
    EXPECT_EQ(bench_->flash_status() & 0x00FF0000, c.flag) << c.what;
    EXPECT_EQ(bench_->peek(kFlash), 0xFFFFFFFFU) << c.what;
  }
}

TEST_F(Flash, AnOldErrorBlocksTheNextOperation) {
  bench_->poke(kFlash, 1);
  EXPECT_EQ(erase(kSer), kPgsErr);
  bench_->poke(kCcr, kPgsErr);
  EXPECT_EQ(erase(kSer), kEop);
}

TEST_F(Flash, NothingWorksWhileLocked) {
  use({});
  bench_->restart();
  bench_->poke(kCr, kSer | kStrt);
  EXPECT_EQ(bench_->flash_status(), 0U);
  EXPECT_EQ(bench_->peek(kCr), 1U);
}

TEST_F(Flash, WrongKeysAndSecondUnlocksJamTheLockUntilReset) {
  struct Case {
    const char* what;
    std::vector<std::uint32_t> keys;
  };
  for (const Case& c :
       {Case{"wrong first", {0x45670124, 0x45670123, 0xCDEF89AB}}, Case{"order", {0xCDEF89AB, 0x45670123}},
        Case{"wrong second", {0x45670123, 0xCDEF89AC, 0x45670123, 0xCDEF89AB}},
        Case{"twice", {0x45670123, 0xCDEF89AB, 0x45670123, 0xCDEF89AB}}}) {
    bench_->restart();
    for (const std::uint32_t key : c.keys) bench_->poke(kFlashRegisters + 4, key);
    EXPECT_EQ(bench_->peek(kCr) & 1, 1U) << c.what;
    bench_->unlock_flash();
    EXPECT_EQ(bench_->peek(kCr) & 1, 1U) << c.what;
    bench_->restart();
    bench_->unlock_flash();
    EXPECT_EQ(bench_->peek(kCr) & 1, 0U) << c.what;
  }
}

TEST_F(Flash, ABadKeyMayFaultTheBus) {
  Stm32h5Options options;
  options.bad_key_faults = true;
  Bench bench(options);
  bench.start();
  EXPECT_FALSE(bench.write(Ap::core, kFlashRegisters + 4, 0x1111));
}

TEST_F(Flash, ErasesSectorsBanksAndAll) {
  Stm32h5Options options;
  options.flash_fill = FlashFill::zeros;
  struct Case {
    const char* what;
    std::uint32_t mode, begin, end;
  };
  for (const Case& c : {Case{"sector 3", kSer | 3U << 6, 0x6000, 0x8000},
                        Case{"sector 1 of bank 2", kSer | 1U << 6 | kBank2, 0x42000, 0x44000},
                        Case{"bank 2", kBer | kBank2, 0x40000, 0x80000}, Case{"all", kMer, 0, 0x80000}}) {
    use(options);
    EXPECT_EQ(erase(c.mode), kEop) << c.what;
    const ByteView flash = bench_->chip->flash();
    std::uint32_t erased = 0;
    for (const std::uint8_t byte : flash) erased += byte == 0xFF ? 1 : 0;
    EXPECT_EQ(erased, c.end - c.begin) << c.what;
    EXPECT_EQ(flash[c.begin], 0xFF) << c.what;
    EXPECT_EQ(flash[c.end - 1], 0xFF) << c.what;
  }
}

TEST_F(Flash, WriteProtectionCoversFourSectorsABit) {
  Stm32h5Options options;
  options.option_words[static_cast<std::size_t>(OptionWord::wrp1)] = 0xFD;  // sectors 4..7 of bank 1
  use(options);
  EXPECT_EQ(erase(kSer | 3U << 6), kEop);
  EXPECT_EQ(erase(kSer | 4U << 6) & kWrpErr, kWrpErr);
  bench_->poke(kCcr, kWrpErr);
  program(kFlash + 0xE000);
  EXPECT_EQ(settle() & kErrors, kWrpErr | kPgsErr) << "and the words after the first follow an error";
  bench_->poke(kCcr, kErrors);
  for (const std::uint32_t mode : {kBer, kMer}) {
    EXPECT_EQ(erase(mode) & kWrpErr, kWrpErr) << "one protected sector spoils the whole";
    bench_->poke(kCcr, kWrpErr);
  }
  EXPECT_EQ(erase(kBer | kBank2) & kWrpErr, 0U);
}

// "Mass erase from PROVISIONING or any closed state fails by design" (lifecycle.md 1.6); the rest is not known.
TEST_F(Flash, WhatNeedsAnOpenPartIsWriteProtectedElsewhere) {
  struct Case {
    ProductState state;
    bool mass, all;            // the options
    bool whole, sector, word;  // what is refused
  };
  using enum ProductState;
  for (const Case& c :
       {Case{open, true, true, false, false, false}, Case{provisioning, true, false, true, false, false},
        Case{provisioning, true, true, true, true, true}, Case{provisioning, false, false, false, false, false},
        Case{provisioning, false, true, true, true, true}, Case{iroot_provisioned, true, false, true, false, false},
        Case{iroot_provisioned, false, true, true, true, true}}) {
    Stm32h5Options options;
    options.state = c.state;
    options.mass_erase_needs_open = c.mass;
    options.flash_needs_open = c.all;
    const std::string what =
        std::to_string(static_cast<int>(c.state)) + (c.mass ? " mass" : "") + (c.all ? " all" : "");
    const auto refused = [](std::uint32_t status) { return (status & kWrpErr) != 0; };
    use(options);
    program(kFlash);
    EXPECT_EQ(refused(settle()), c.word) << what;
    EXPECT_EQ(bench_->peek(kFlash), c.word ? 0xFFFFFFFFU : 1U) << what;
    bench_->poke(kCcr, kErrors);
    const std::pair<std::uint32_t, bool> erases[] = {{kSer | 3U << 6, c.sector}, {kBer, c.whole}, {kMer, c.whole}};
    for (const auto& [mode, expected] : erases) {
      EXPECT_EQ(refused(erase(mode)), expected) << what << ' ' << mode;
      bench_->poke(kCcr, kErrors);
    }
  }
}

TEST_F(Flash, TheWrongSideMayNotTouchASector) {
  Stm32h5Options options;
  options.tzen = true;
  options.option_words[static_cast<std::size_t>(OptionWord::secwm1)] = 0x00000000;  // sector 0
  options.option_words[static_cast<std::size_t>(OptionWord::secwm2)] = 31;          // none
  use(options);
  EXPECT_EQ(erase(kSer) & kWrpErr, kWrpErr) << "non-secure request, secure sector";
  bench_->poke(kCcr, kWrpErr);
  EXPECT_EQ(erase(kMer) & kWrpErr, kWrpErr);
  bench_->poke(kCcr, kWrpErr);
  EXPECT_EQ(erase(kSer | 1U << 6), kEop);

  bench_->unlock_flash(true);
  const std::uint32_t control = kSecureFlashRegisters + 0x2C;
  bench_->poke(control, kSer | 1U << 6 | kStrt, kSecure);
  bench_->wait_flash();
  EXPECT_EQ(bench_->flash_status(true) & kWrpErr, kWrpErr) << "secure request, non-secure sector";
  bench_->poke(kSecureFlashRegisters + 0x34, kWrpErr, kSecure);
  bench_->poke(control, kPg, kSecure);
  for (std::uint32_t i = 0; i < 4; ++i) bench_->poke(kSecureFlash + 4 * i, 7, kSecure);
  bench_->wait_flash();
  EXPECT_EQ(bench_->peek(kSecureFlash, kSecure), 7U);
  bench_->poke(kFlashRegisters + 0x2C, kSer | kStrt);
  EXPECT_EQ(bench_->peek(kSecureFlash, kSecure), 7U) << "SECCR through a non-secure transfer does nothing";
}

// A secure write to a sector of the other side, through the secure alias (stm32h5.md 3.5: both were seen).
TEST_F(Flash, AWriteThroughTheWrongAliasIsDropped) {
  for (const bool flagged : {true, false}) {
    Stm32h5Options options;
    options.tzen = true;
    options.wrong_alias_flag = flagged;
    options.option_words[static_cast<std::size_t>(OptionWord::secwm1)] = 31;  // none
    use(options);
    bench_->unlock_flash(true);
    bench_->poke(kSecureFlashRegisters + 0x2C, kPg, kSecure);
    bench_->poke(kSecureFlash, 7, kSecure);
    EXPECT_EQ(bench_->flash_status(true), flagged ? kWrpErr : 0U);
    EXPECT_EQ(bench_->peek(kFlash), 0xFFFFFFFFU);
  }
}

TEST_F(Flash, AHiddenAreaDisappearsOnceBootCodeHasRaisedTheLevel) {
  Stm32h5Options options;
  options.flash_content = {{0, Bytes(16, 0x77)}};
  options.option_words[static_cast<std::size_t>(OptionWord::hdp1)] = 0x00000000;  // sector 0
  for (const std::uint32_t level : {1U, 3U}) {
    options.user_code_hdpl = level;
    use(options);
    EXPECT_EQ(bench_->peek(kFlash), level == 1 ? 0x77777777U : 0U);
    EXPECT_EQ(erase(kMer) & kWrpErr, level == 1 ? 0U : kWrpErr);
  }
}

TEST_F(Flash, WritingTwiceSpoilsTheQuadWord) {
  program(kFlash);
  settle();
  program(kFlash, 2);
  EXPECT_EQ(settle() & 0x00FE0000, 0U);
  EXPECT_FALSE(bench_->read(Ap::core, kFlash)) << "double error";
  EXPECT_NE(bench_->peek(kFlashRegisters + 0x104) >> 31, 0U);
  EXPECT_EQ(erase(kSer) & kEop, kEop);
  EXPECT_EQ(bench_->peek(kFlash), 0xFFFFFFFFU);
}

TEST_F(Flash, AReadOfTheBusyBankWaitsAndTheOtherBankAnswers) {
  (void)bench_->peek(kFlash);
  bench_->poke(kCr, kSer);
  bench_->poke(kCr, kSer | kStrt);
  const TimePoint start = bench_->clock.now();
  EXPECT_EQ(bench_->peek(kFlash + 0x40000), 0xFFFFFFFFU);
  EXPECT_LT(bench_->clock.now() - start, 1ms);
  EXPECT_EQ(bench_->peek(kFlash), 0xFFFFFFFFU);
  EXPECT_GE(bench_->clock.now() - start, 1900us);
}

TEST_F(Flash, AResetInTheMiddleLeavesAnything) {
  Stm32h5Options options;
  options.flash_fill = FlashFill::zeros;
  use(options);
  bench_->poke(kCr, kSer);
  bench_->poke(kCr, kSer | kStrt);
  bench_->pass(500us);
  bench_->restart();
  const ByteView flash = bench_->chip->flash();
  const auto same = [&](std::uint8_t value) {
    return std::all_of(flash.begin(), flash.begin() + 0x2000, [value](std::uint8_t byte) { return byte == value; });
  };
  EXPECT_FALSE(same(0x00));
  EXPECT_FALSE(same(0xFF));
  EXPECT_EQ(flash[0x2000], 0) << "the next sector is untouched";
}

TEST_F(Flash, BanksSwapAtReset) {
  Stm32h5Options options;
  options.flash_content = {{0, Bytes(16, 0x11)}, {0x40000, Bytes(16, 0x22)}};
  use(options);
  EXPECT_EQ(bench_->request_option(0x54, bench_->peek(kFlashRegisters + 0x50) | kBank2) & (1U << 23), 0U);
  EXPECT_EQ(bench_->peek(kFlash), 0x11111111U);
  bench_->restart();
  EXPECT_EQ(bench_->peek(kFlash), 0x22222222U);
  EXPECT_EQ(bench_->chip->flash()[0], 0x22);
  bench_->unlock_flash();
  EXPECT_EQ(erase(kSer) & kEop, kEop);
  EXPECT_EQ(bench_->peek(kFlash + 0x40000), 0xFFFFFFFFU) << "BKSEL names the physical bank";
}

}  // namespace
}  // namespace rigor::lab::test
