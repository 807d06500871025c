// Read protection: every level, every request, and what each of them costs (stm32f4.md 4.1, lifecycle.md 3).
#include <algorithm>

#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kWrp = 0x0FFB0000;  // sector 2 protected
constexpr std::uint32_t kUser = 0xEC;       // BOR off, watchdog by software, no reset on stop and standby

std::uint32_t with_rdp(std::uint32_t code) { return kWrp | code << 8 | kUser; }

// A part in which everything that can be lost is there.
Stm32f4Options found_with(std::uint32_t code, Stm32f4Options options = {}) {
  options.option_word = with_rdp(code);
  options.second_option_word = 0x0FFD0000;
  options.flash_content = {{0, Bytes(options.flash_size, 0x5A)}};
  options.otp_content = Bytes(options.otp_size + options.otp_size / options.otp_block, 0xFF);
  std::ranges::fill_n(options.otp_content.begin(), 64, std::uint8_t{0x33});
  options.otp_content[options.otp_size + 1] = 0x00;  // the second block is locked
  options.vbat = true;
  return options;
}

unsigned level_of(std::uint32_t code) { return code == 0xAA ? 0 : code == 0xCC ? 2 : 1; }

// What a request from one code to another does, by the table; level 2 is nobody's to ask.
struct Transition {
  std::uint32_t from, to;
  bool erases;
};

const Transition kTransitions[] = {
    {0xAA, 0xAA, false}, {0xAA, 0x55, false}, {0xAA, 0xFF, false}, {0xAA, 0x00, false}, {0xAA, 0xCC, false},
    {0x55, 0xAA, true},  {0x55, 0x55, false}, {0x55, 0xFF, false}, {0x55, 0x00, false}, {0x55, 0xCC, false},
    {0xFF, 0xAA, true},  {0xFF, 0x55, false}, {0xFF, 0xFF, false}, {0xFF, 0x00, false}, {0xFF, 0xCC, false},
    {0x00, 0xAA, true},  {0x00, 0x55, false}, {0x00, 0xFF, false}, {0x00, 0x00, false}, {0x00, 0xCC, false},
    {0xE7, 0xAA, true},  {0xE7, 0xCC, false},
};

void try_every_request(const Stm32f4Options& silicon, unsigned sectors, double erase_seconds) {
  for (const Transition& each : kTransitions) {
    SCOPED_TRACE(silicon.name + " " + hex_word(each.from) + " to " + hex_word(each.to));
    F4Bench bench(found_with(each.from, silicon));
    bench.start();
    const Bytes otp(bench.chip->otp().begin(), bench.chip->otp().end());
    const std::uint32_t second = bench.chip->truth().second_option_word;
    EXPECT_TRUE(bench.write(kSram, 0x55667788));
    EXPECT_EQ(bench.chip->truth().level, level_of(each.from));
    if (level_of(each.from) == 0) {
      EXPECT_TRUE(bench.write(kBackup, 0x11223344));
    }
    const std::uint32_t backup = load_le32(bench.chip->backup_sram(), 0);
    bench.begin_options(with_rdp(each.to));
    const double seconds = static_cast<double>(bench.busy_time().count()) / 1e9;
    EXPECT_NEAR(seconds, 0.25 + (each.erases ? erase_seconds : 0), 0.002);
    EXPECT_EQ(bench.peek(kSr), 0U);
    EXPECT_EQ(bench.peek(kSram), 0x55667788U) << "SRAM is no flash";
    bench.power_cycle();
    EXPECT_EQ(bench.chip->truth().level, level_of(each.to));
    EXPECT_EQ(bench.chip->truth().option_word, with_rdp(each.to)) << "write protection and user options stay";
    EXPECT_EQ(bench.chip->truth().second_option_word, second);
    EXPECT_EQ(bench.chip->truth().erased_sectors, each.erases ? sectors : 0U) << "the protected sector as well";
    const ByteView flash = bench.chip->flash();
    EXPECT_EQ(std::ranges::count(flash, each.erases ? 0xFF : 0x5A), std::ssize(flash));
    EXPECT_TRUE(std::ranges::equal(bench.chip->otp(), otp)) << "OTP and its locks outlive everything";
    EXPECT_EQ(load_le32(bench.chip->backup_sram(), 0), each.erases ? 0U : backup);
  }
}

TEST(F4Levels, EveryRequestFromLevelsZeroAndOne) {
  try_every_request({}, 12, 8);
  try_every_request(part("stm32f429"), 24, 16);
}

// Written, not yet in force, and already final.
TEST(F4Levels, NothingIsAcceptedOnceLevelTwoIsWritten) {
  for (const std::uint32_t from : {0xAAU, 0x55U}) {
    for (const std::uint32_t to : {0xAAU, 0x55U, 0xFFU, 0xCCU}) {
      F4Bench bench(found_with(from));
      bench.start();
      EXPECT_EQ(bench.write_options(with_rdp(0xCC)), 0U);
      EXPECT_EQ(bench.write_options(with_rdp(to)), kWrpErr) << hex_word(to);
      EXPECT_EQ(bench.peek(kOptCr) & 0xFF00, 0xCC00U);
      bench.power_cycle();
      EXPECT_EQ(bench.chip->truth().level, 2U);
      EXPECT_EQ(bench.chip->flash()[0], 0x5A);
      EXPECT_FALSE(bench.connect());
    }
  }
}

TEST(F4Levels, LevelTwoHasNoDebugPortForEver) {
  F4Bench bench(found_with(0xCC));
  bench.chip->supply(3.3);
  bench.chip->nrst(true);
  bench.pass(10ms);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(bench.connect());
    bench.pulse_nrst();
    EXPECT_FALSE(bench.connect());
    bench.chip->boot0(true);
    bench.power_cycle();
  }
}

TEST(F4Levels, WhetherThePortOfLevelTwoAnswersItsIdentityIsOpen) {
  Stm32f4Options options = found_with(0xCC);
  options.level2_identity = true;
  F4Bench bench(options);
  bench.chip->supply(3.3);
  bench.chip->nrst(true);
  bench.pass(10ms);
  ASSERT_TRUE(bench.connect());
  for (const std::uint32_t address : {kFlash, kSram, kOptCr, 0xE0042000U, kDhcsr}) {
    EXPECT_FALSE(bench.read(address)) << hex_word(address);
    EXPECT_FALSE(bench.write(address, 0)) << hex_word(address);
  }
}

// A debugger that is attached keeps a raised level waiting for power-on; a lowered one comes with the next reset.
TEST(F4Levels, ComeIntoForceAtTheirReset) {
  struct Case {
    std::uint32_t from, to;
    bool needs_power, option;
  };
  for (const Case& each : {Case{0xAA, 0x55, true, false}, Case{0xAA, 0xCC, true, false}, Case{0x55, 0xCC, true, false},
                           Case{0x55, 0xAA, false, false}, Case{0x55, 0xAA, true, true}}) {
    SCOPED_TRACE(hex_word(each.from) + " to " + hex_word(each.to));
    Stm32f4Options options = found_with(each.from);
    options.lowering_needs_power = each.option;
    F4Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.write_options(with_rdp(each.to)), 0U);
    EXPECT_EQ(bench.chip->truth().level, level_of(each.from)) << "not before a reset";
    bench.pulse_nrst();
    EXPECT_EQ(bench.chip->truth().level, level_of(each.needs_power ? each.from : each.to));
    ASSERT_TRUE(bench.write(kAircr, 0x05FA0004));
    (void)bench.peek(kDhcsr);
    EXPECT_EQ(bench.chip->truth().level, level_of(each.needs_power ? each.from : each.to));
    bench.power_cycle();
    EXPECT_EQ(bench.chip->truth().level, level_of(each.to));
  }
}

TEST(F4Levels, WhatARegressionErasesOfProtectedSectorsIsOpen) {
  Stm32f4Options options = found_with(0x55);
  options.regression_erases_protected = false;
  F4Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.write_options(with_rdp(0xAA)), 0U);
  EXPECT_EQ(bench.chip->flash()[0], 0xFF);
  EXPECT_EQ(bench.chip->flash()[0x8000], 0x5A);
  EXPECT_EQ(bench.chip->flash()[0xBFFF], 0x5A);
  EXPECT_EQ(bench.chip->flash()[0xC000], 0xFF);
}

TEST(F4Levels, BothBanksAreErased) {
  Stm32f4Options options = written(part("stm32f429"));
  options.option_word = 0x0FFF55ED;
  F4Bench bench(options);
  bench.start();
  bench.begin_options(0x0FFFAAEC, 0x0FFF0000);
  EXPECT_NEAR(static_cast<double>(bench.busy_time().count()), 16.25e9, 2e6);
  for (const std::uint32_t at : {0U, (1U << 20) - 1, 1U << 20, (2U << 20) - 1})
    EXPECT_EQ(bench.chip->flash()[at], 0xFF);
}

}  // namespace
}  // namespace rigor::lab::test
