// Which option changes raise OPTCHANGEERR, through the registers (stm32h5.md 4.3), and which of them a part may drop
// without a word.
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

using enum OptionWord;
constexpr std::uint32_t kSwapBank = 1U << 31, kBootUbe = 0xFFU << 22;
constexpr std::uint32_t kLockedPlain = 0x080000B4, kLockedSecure = 0x0C0000B4;

struct Change {
  const char* what;
  const char* part;
  ProductState state;
  bool tzen;
  OptionWord planted;  // a word as the unit is found
  std::uint32_t value;
  std::uint32_t offset;  // of CUR of the word that is to change
  std::uint32_t clear, set;
  OptionRefusal refusal;
};

std::vector<Change> changes() {
  using enum OptionRefusal;
  using enum ProductState;
  const char *h503 = "stm32h503", *h523 = "stm32h523", *h563 = "stm32h563";
  return {
      {"a code of no state", h563, open, false, hdp1, 127, 0x50, 0xFF00, 0x1200, state_code},
      {"TZ-CLOSED on an H503", h503, provisioning, false, hdp1, 7, 0x50, 0xFF00, 0xC600, state_code},
      {"TZ-CLOSED without TrustZone", h563, provisioning, false, hdp1, 127, 0x50, 0xFF00, 0xC600, state_transition},
      {"straight to CLOSED", h503, open, false, hdp1, 7, 0x50, 0xFF00, 0x7200, state_transition},
      {"back to OPEN", h523, provisioning, true, hdp1, 31, 0x50, 0xFF00, 0xED00, state_transition},
      {"a transient state", h523, open, false, hdp1, 31, 0x50, 0xFF00, 0x9A00, state_transition},
      {"TZEN off by the plain side", h523, open, true, hdp1, 31, 0x70, 0xFF000000, 0xC3000000, tzen_off},
      {"opening NSBOOT_LOCK", h503, open, false, nsbootr, kLockedPlain, 0x80, 0xFF, 0xC3, boot_lock},
      {"a frozen NSBOOTADD", h563, open, false, nsbootr, kLockedPlain, 0x80, 0xFFFFFF00, 0x08010000, boot_lock},
      {"SWAP_BANK frozen, TZ off", h503, open, false, nsbootr, kLockedPlain, 0x50, 0, kSwapBank, boot_lock},
      {"SWAP_BANK free, TZ on", h563, open, true, nsbootr, kLockedPlain, 0x50, 0, kSwapBank, none},
      {"SWAP_BANK frozen, TZ on", h563, open, true, secbootr, kLockedSecure, 0x50, 0, kSwapBank, boot_lock},
      {"SWAP_BANK free, TZ off", h563, open, false, secbootr, kLockedSecure, 0x50, 0, kSwapBank, none},
      {"a frozen BOOT_UBE", h523, open, false, secbootr, kLockedSecure, 0x50, kBootUbe, 0xC3U << 22, boot_lock},
      {"BOOT_UBE", h523, open, false, hdp1, 31, 0x50, kBootUbe, 0xC3U << 22, none},
      {"closing NSBOOT_LOCK", h523, open, false, hdp1, 31, 0x80, 0xFF, 0xB4, none},
      {"an OTP lock taken back", h503, open, false, otpblr, 5, 0x90, 1, 0, otp_lock},
      {"one OTP lock more", h503, open, false, otpblr, 5, 0x90, 0, 2, none},
      {"WRP when provisioning", h563, provisioning, true, hdp1, 127, 0xE8, 1, 0, none},
      {"WRP when TZ-closed", h563, tz_closed, true, hdp1, 127, 0xE8, 1, 0, write_protection},
      {"WRP taken off when TZ-closed", h563, tz_closed, true, wrp1, 0xFFFFFFF8, 0xE8, 0, 7, write_protection},
  };
}

// The unit that a change is tried on, and what NSSR says afterwards.
struct Trial {
  explicit Trial(const Change& change, bool silent = false) : bench(unit(change, silent)) {
    bench.start();
    const std::uint32_t before = bench.peek(kFlashRegisters + change.offset);
    wanted = (before & ~change.clear) | change.set;
    expected = change.refusal == OptionRefusal::none ? wanted : before;
    EXPECT_NE(wanted, before) << change.what;
    status = bench.request_option(change.offset + 4, wanted);
  }
  static Stm32h5Options unit(const Change& change, bool silent) {
    Stm32h5Options options = part(change.part);
    options.state = change.state;
    options.tzen = change.tzen;
    options.ns_debug_needs_hdpl3 = false;
    options.option_words[word_index(change.planted)] = change.value;
    if (silent) options.silent_refusals = {change.refusal};
    return options;
  }
  Bench bench;
  std::uint32_t wanted = 0, expected = 0, status = 0;
};

TEST(Refusals, RaiseTheFlagAndChangeNothing) {
  for (const Change& change : changes()) {
    Trial trial(change);
    const bool refused = change.refusal != OptionRefusal::none;
    EXPECT_EQ(trial.status & (kRefused | kEop), refused ? kRefused : kEop) << change.what;
    EXPECT_EQ(trial.bench.peek(kFlashRegisters + change.offset), trial.expected) << change.what;
    EXPECT_EQ(trial.bench.peek(kFlashRegisters + change.offset + 4), trial.expected) << "PRG follows: " << change.what;
  }
}

TEST(Refusals, BlockTheNextLaunchUntilTheFlagIsCleared) {
  for (const Change& change : changes()) {
    if (change.refusal == OptionRefusal::none) continue;
    Trial trial(change);
    const std::uint32_t edata = kFlashRegisters + 0xF0, hdp = kFlashRegisters + 0xF8;
    const std::uint32_t word =
        trial.bench.peek(edata) == 0 && change.part != std::string_view("stm32h503") ? edata : hdp;
    if (change.tzen && word == hdp) continue;
    const std::uint32_t other = trial.bench.peek(word) ^ 1;
    trial.bench.request_option(word + 4 - kFlashRegisters, other);
    EXPECT_NE(trial.bench.peek(word), other) << change.what;
    trial.bench.poke(kFlashRegisters + 0x30, kRefused);
    trial.bench.request_option(word + 4 - kFlashRegisters, other);
    EXPECT_EQ(trial.bench.peek(word), other) << change.what;
  }
}

TEST(Refusals, MayBeSilent) {
  for (const Change& change : changes()) {
    if (change.refusal == OptionRefusal::none) continue;
    Trial trial(change, true);
    EXPECT_EQ(trial.status & (kRefused | kEop), kEop) << change.what;
    EXPECT_EQ(trial.bench.peek(kFlashRegisters + change.offset), trial.expected) << change.what;
  }
}

TEST(Refusals, SecureWordsAreOutOfReachOfThePlainSide) {
  for (const auto& [offset, value] : {std::pair{0x88U, 0x0C0100C3U}, {0xE0U, 1U << 16}, {0xF8U, 1U << 16}}) {
    Stm32h5Options options = part("stm32h563");
    options.tzen = true;
    Bench bench(options);
    bench.start();
    const std::uint32_t before = bench.peek(kSecureFlashRegisters + offset, kSecure);
    bench.request_option(offset + 4, value);
    EXPECT_EQ(bench.peek(kSecureFlashRegisters + offset, kSecure), before) << std::hex << offset;
    bench.request_option(offset + 4, value, kSecure);
    EXPECT_EQ(bench.peek(kSecureFlashRegisters + offset, kSecure), value) << std::hex << offset;
  }
}

// A volatile enlargement of the hidden area, until reset (stm32h5.md 4.3).
TEST(HideExtension, AddsSectorsBehindTheAreaUntilReset) {
  for (const char* name : {"stm32h503", "stm32h523", "stm32h563"}) {
    Stm32h5Options options = part(name);
    options.flash_fill = FlashFill::zeros;
    options.flash_content = {{0, Bytes(0xA000, 0x77)}};
    options.option_words[word_index(hdp1)] = 1U << 16;  // sectors 0 and 1
    options.user_code_hdpl = 2;
    Bench bench(options);
    bench.start();
    const auto hidden = [&](std::uint32_t sector) { return bench.peek(kFlash + sector * 0x2000) == 0; };
    EXPECT_TRUE(hidden(1)) << name;
    EXPECT_FALSE(hidden(2)) << name;
    bench.poke(kFlashRegisters + 0x48, 2);
    EXPECT_TRUE(hidden(3)) << name;
    EXPECT_FALSE(hidden(4)) << name;
    bench.unlock_flash();
    bench.poke(kFlashRegisters + 0x28, 4U | 3U << 6 | 32U);
    bench.wait_flash();
    EXPECT_NE(bench.flash_status() & 1U << 17, 0U) << "nor can it be erased";
    bench.restart();
    EXPECT_FALSE(hidden(3)) << name;
    EXPECT_TRUE(hidden(1)) << name;
  }
}

// IO_VDD_HSLV and IO_VDDIO2_HSLV are for supplies below 2.7 V (stm32h5.md 9).
TEST(HighSpeedPads, AreDestroyedAboveTheirVoltage) {
  for (const std::uint32_t bit : {16U, 17U}) {
    Bench bench(part("stm32h563"));
    bench.chip->supply(1.8);
    bench.chip->nrst(true);
    bench.pass(1s);
    bench.connect();
    EXPECT_NE(bench.request_option(0x54, bench.peek(kFlashRegisters + 0x50) | 1U << bit) & kEop, 0U);
    EXPECT_FALSE(bench.chip->truth().damaged_by_high_speed) << "at 1.8 V it is meant to be";
    bench.chip->supply(2.7);
    EXPECT_FALSE(bench.chip->truth().damaged_by_high_speed);
    bench.chip->supply(3.3);
    EXPECT_TRUE(bench.chip->truth().damaged_by_high_speed);
    bench.chip->supply(0);
    bench.chip->supply(1.8);
    EXPECT_TRUE(bench.chip->truth().damaged_by_high_speed) << "for ever";
  }
  Bench bench(part("stm32h563"));
  bench.start();
  bench.request_option(0x54, bench.peek(kFlashRegisters + 0x50) | 1U << 16);
  EXPECT_TRUE(bench.chip->truth().damaged_by_high_speed) << "at once when the supply is too high already";
}

}  // namespace
}  // namespace rigor::lab::test
