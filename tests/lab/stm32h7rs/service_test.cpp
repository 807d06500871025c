// The RSS functions behind the table of stm32h7rs.md 6, called by a halted core, and the product state they keep
// (lifecycle.md 2.1).
#include <gtest/gtest.h>

#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::OptionWord;

constexpr VirtualState kOpen = VirtualState::open, kProvisioning = VirtualState::provisioning,
                       kClosed = VirtualState::closed, kLocked = VirtualState::locked;

std::uint32_t code(VirtualState state) { return static_cast<std::uint32_t>(state); }

struct Request {
  VirtualState from;
  std::uint32_t asked;
  bool directly;  // the option open-to-closed
  VirtualState to;
  bool good;
};

// Every state from which a debugger can ask, and every code; CLOSED and LOCKED let nobody in to ask.
TEST(H7ProductState, EveryRequest) {
  const Request requests[] = {
      {kOpen, 0x39, false, kOpen, true},
      {kOpen, 0x17, false, kProvisioning, true},
      {kOpen, 0x72, false, kOpen, false},
      {kOpen, 0x5C, false, kOpen, false},
      {kOpen, 0x72, true, kClosed, true},
      {kOpen, 0x5C, true, kLocked, true},
      {kOpen, 0xED, false, kOpen, false},
      {kProvisioning, 0x39, false, kProvisioning, false},
      {kProvisioning, 0x17, false, kProvisioning, true},
      {kProvisioning, 0x72, false, kClosed, true},
      {kProvisioning, 0x5C, false, kLocked, true},
      {kProvisioning, 0x2E, false, kProvisioning, false},
  };
  for (const Request& c : requests) {
    Stm32h7rsOptions options;
    options.state = c.from;
    options.open_to_closed = c.directly;
    H7Bench bench(options);
    bench.start();
    const auto answer = bench.call(kSetState, {c.asked, 0, 0, 0});
    const bool shut = c.to == kClosed || c.to == kLocked;
    EXPECT_EQ(answer, shut ? std::nullopt : std::optional(c.good ? kGood : kBad)) << c.asked;
    bench.pass(1s);
    const Stm32h7rsTruth truth = bench.chip->truth();
    EXPECT_EQ(truth.state, c.to) << c.asked;
    EXPECT_EQ(truth.nvstate_open, !shut) << c.asked;
    EXPECT_EQ(truth.option_words[0], shut ? 0x51U : 0xB4U) << c.asked;
    EXPECT_EQ(bench.read(Ap::core, 0x24000000).has_value(), !shut) << c.asked;
  }
}

TEST(H7ProductState, AChangeResetsThePartUnlessItIsAnOption) {
  for (const Duration after : {Duration(20ms), Duration::zero()}) {
    Stm32h7rsOptions options;
    options.state_change_reset_after = after;
    H7Bench bench(options);
    bench.start();
    const std::uint32_t before = bench.chip->truth().resets;
    EXPECT_EQ(bench.call(kSetState, {0x17, 0, 0, 0}), kGood);
    bench.pass(1s);
    EXPECT_EQ(bench.chip->truth().resets, before + (after == Duration::zero() ? 0 : 1));
    EXPECT_EQ(bench.chip->truth().state, kProvisioning);
  }
}

TEST(H7ProductState, PowerLostDuringAChangeLeavesTheOldState) {
  Stm32h7rsOptions options;
  options.state = kProvisioning;
  H7Bench bench(options);
  bench.start();
  bench.halt();
  bench.poke(0x24020000, 0xBE00BE00);
  bench.set_core_register(0, 0x72);
  bench.set_core_register(14, 0x24020001);
  bench.set_core_register(15, bench.peek(kTable + kSetState));
  bench.resume();
  bench.pass(50ms);
  bench.power(false);
  bench.power(true);
  bench.pass(1s);
  EXPECT_EQ(bench.chip->truth().state, kProvisioning);
}

TEST(H7ProductState, ClosingWithoutARecordIsAnOption) {
  for (const bool recorded : {false, true}) {
    Stm32h7rsOptions options = recorded ? certificate_part(kProvisioning) : Stm32h7rsOptions();
    options.state = kProvisioning;
    options.closing_needs_record = true;
    H7Bench bench(options);
    bench.start();
    (void)bench.call(kSetState, {0x72, 0, 0, 0});
    EXPECT_EQ(bench.chip->truth().state, recorded ? kClosed : kProvisioning);
  }
}

TEST(H7Services, StateAndStatusAreReported) {
  for (const VirtualState state : {kOpen, kProvisioning}) {
    Stm32h7rsOptions options;
    options.state = state;
    options.rss_status_word = 0x12345678;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.call(kGetState, {}), code(state));
    EXPECT_EQ(bench.call(kRssStatus, {}), 0x12345678U);
  }
}

TEST(H7Services, SetSecObChangesThreeWordsAndNoOther) {
  struct Case {
    std::uint32_t address, mask, value, position;
    OptionWord word;
    std::uint32_t after;
    bool good;
  };
  for (const Case& c : {Case{0x5200221C, 0xFF, 0x0F, 0, OptionWord::wrpsr, 0x0F, true},
                        Case{0x52002218, 0x0F, 0x00, 4, OptionWord::wrpsr, 0x0F, true},
                        Case{0x52002234, 0x03FF03FF, 0x00100002, 0, OptionWord::hdpsr, 0x00100002, true},
                        Case{0x5200220C, 0xFF, 0xB4, 0, OptionWord::rotsr, 0x6A00FFB4, true},
                        Case{0x52002204, 0xFF, 0x51, 0, OptionWord::nvsr, 0xB4, false},
                        Case{0x52002264, 0xFF, 0x51, 0, OptionWord::nvsr, 0xB4, false},
                        Case{0x5200221C, 0xFF, 0x00, 32, OptionWord::wrpsr, 0xFF, false}})
    for (const VirtualState state : {kOpen, kProvisioning}) {
      Stm32h7rsOptions options;
      options.state = state;
      H7Bench bench(options);
      bench.start();
      EXPECT_EQ(bench.call(kSetSecOb, {c.address, c.mask, c.value, c.position}), c.good ? kGood : kBad) << c.address;
      EXPECT_EQ(bench.chip->truth().option_words[static_cast<std::size_t>(c.word)], c.after) << c.address;
    }
}

TEST(H7Services, ArgumentsMayLieInABlock) {
  Stm32h7rsOptions options;
  options.arguments_in_block = true;
  H7Bench bench(options);
  bench.start();
  bench.halt();
  for (const auto& [at, word] : {std::pair{0U, 0x5200221CU}, {4U, 0xFFU}, {8U, 0x3CU}, {12U, 0U}})
    bench.poke(0x24000000 + at, word);
  EXPECT_EQ(bench.call(kSetSecOb, {0x24000000, 0, 0, 0}), kGood);
  EXPECT_EQ(bench.flash_register(0x218), 0x3CU);
  EXPECT_EQ(bench.call(kSetSecOb, {0x5200221C, 0xFF, 0, 0}), kBad) << "not RAM";
}

TEST(H7Provisioning, RecordsByKind) {
  struct Case {
    const char* file;
    std::uint32_t destination;
    std::uint32_t lock;  // DBG_AUTH
  };
  for (const Case& c : {Case{"obk/h7rs_DA_Config.obk", 0x00510008, 0x51},
                        Case{"obk/h7rs_DA_ConfigWithPassword.obk", 0x008A0008, 0x8A}}) {
    Stm32h7rsOptions options;
    options.state = kProvisioning;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(provision(bench, obk_payload(c.file), {.destination = c.destination}), kGood) << c.file;
    const Stm32h7rsTruth truth = bench.chip->truth();
    EXPECT_TRUE(truth.record_valid && truth.record_usable) << c.file;
    EXPECT_EQ(truth.option_words[1] >> 8 & 0xFF, c.lock) << c.file;
  }
}

TEST(H7Provisioning, ALockRecordForbidsAuthenticationForEver) {
  Bytes lock(32, 0xFF);
  constexpr std::string_view kText = "STDALOCKMGC";
  std::ranges::copy(kText, lock.begin());
  H7Bench bench(certificate_part(kProvisioning));
  bench.start();
  EXPECT_EQ(provision(bench, lock, {.destination = 0x00B40008}), kGood);
  EXPECT_FALSE(bench.chip->truth().record_valid);
  EXPECT_FALSE(open_session(bench));
}

TEST(H7Provisioning, Refusals) {
  struct Case {
    const char* name;
    Provisioning how;
    std::size_t size;
    std::uint32_t option_word;  // OBW2SR
  };
  for (const Case& c : {Case{"checksum", {.wrong_crc = true}, 96, 0}, Case{"size", {}, 64, 0},
                        Case{"index", {.destination = 0x00510009}, 96, 0},
                        Case{"kind", {.destination = 0x00520008}, 96, 0}, Case{"flag", {.encrypt = 7}, 96, 0},
                        Case{"source", {.source = 0x24020000}, 96, 0}, Case{"no whole SRAM3", {}, 96, 0x10}}) {
    Stm32h7rsOptions options;
    options.state = kProvisioning;
    options.option_words[static_cast<std::size_t>(OptionWord::obw2sr)] = c.option_word;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(provision(bench, Bytes(c.size, 1), c.how), kBad) << c.name;
    EXPECT_EQ(bench.chip->truth().option_words[1] >> 8 & 0xFF, 0xFFU) << c.name;
  }
}

TEST(H7Provisioning, TheFlagMustSuitThePartAndTheState) {
  struct Case {
    bool crypto;
    VirtualState in;
    std::uint32_t encrypt;
    bool usable, usable_closed;
  };
  for (const Case& c : {Case{true, kProvisioning, 1, true, true}, Case{true, kProvisioning, 0, false, false},
                        Case{false, kProvisioning, 0, true, true}, Case{false, kProvisioning, 1, false, false},
                        Case{true, kOpen, 0, true, false}, Case{true, kOpen, 1, true, true}}) {
    Stm32h7rsOptions options;
    options.crypto = c.crypto;
    options.state = c.in;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(provision(bench, obk_payload("obk/h7rs_DA_Config.obk"), {.encrypt = c.encrypt}), kGood);
    EXPECT_EQ(bench.chip->truth().record_usable, c.usable) << c.crypto << c.encrypt;
    if (c.in == kOpen) {
      EXPECT_EQ(bench.call(kSetState, {0x17, 0, 0, 0}), kGood);
      bench.pass(1s);
    }
    (void)bench.call(kSetState, {0x72, 0, 0, 0});
    EXPECT_EQ(bench.chip->truth().state, kClosed);
    EXPECT_EQ(bench.chip->truth().record_usable, c.usable_closed) << c.crypto << c.encrypt;
  }
}

TEST(H7Provisioning, InOpenOnlyIfThePartIsSo) {
  for (const bool offered : {true, false}) {
    Stm32h7rsOptions options;
    options.provisioning_in_open = offered;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(provision(bench, obk_payload("obk/h7rs_DA_Config.obk")), offered ? kGood : kBad);
  }
}

TEST(H7Provisioning, WordsAndChecksumAreOptions) {
  Stm32h7rsOptions options;
  options.state = kProvisioning;
  options.crc = ServiceCrc::crc32_reflected;
  options.encrypt_word = 0xCACA0AA0;
  options.crc_error_word = 0xF5F58080;
  H7Bench bench(options);
  bench.start();
  const Bytes payload = obk_payload("obk/h7rs_DA_Config.obk");
  EXPECT_EQ(provision(bench, payload, {.encrypt = 0xCACA0AA0}), 0xF5F58080U);
  EXPECT_EQ(provision(bench, payload, {.encrypt = 0xCACA0AA0, .reflected = true}), kGood);
}

TEST(H7Provisioning, KeysTakeASlotOnceAndMarkThePartProvisioned) {
  Stm32h7rsOptions options;
  options.state = kProvisioning;
  H7Bench bench(options);
  bench.start();
  EXPECT_EQ(provision(bench, Bytes(224, 3), {.destination = 0x00000108}), kGood);
  EXPECT_EQ(provision(bench, Bytes(224, 3), {.destination = 0x00000108}), kBad);
  EXPECT_EQ(bench.chip->truth().keys, 1U);
  EXPECT_EQ(bench.chip->truth().option_words[1] & 0xFF, 0xB4U);
}

}  // namespace
}  // namespace rigor::lab::test
