// Who may look at what, state by state (lifecycle.md 2.2), and the two access ports (stm32h7rs.md 1).
#include <gtest/gtest.h>

#include "tests/lab/authentication/signer.hpp"
#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::OptionWord;

constexpr std::uint32_t kUid = 0x08FFF800, kDbgmcu = 0xE00E1000, kDbgmcuOnBus = 0x5C001000, kCpuid = 0xE000ED00;

struct Rights {
  const char* name;
  VirtualState state;
  bool system_port, core_port, under_reset, flash, answers;
  bool crypto = true;  // an R part has the same rights
};

class AccessRights : public testing::TestWithParam<Rights> {};

TEST_P(AccessRights, FollowTheTable) {
  const Rights& expected = GetParam();
  Stm32h7rsOptions options = certificate_part(expected.state);
  options.crypto = expected.crypto;
  options.flash_fill = FlashFill::pattern;
  H7Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.read(Ap::system, kDbgmcu).has_value(), expected.system_port);
  EXPECT_EQ(bench.read(Ap::core, kCpuid).has_value(), expected.core_port);
  EXPECT_EQ(bench.read(Ap::core, 0x24000000).has_value(), expected.core_port);
  EXPECT_EQ(bench.read(Ap::core, kUid).value_or(0) != 0, expected.core_port);
  EXPECT_EQ(bench.read(Ap::core, kFlash).value_or(0) != 0, expected.flash);
  EXPECT_EQ(bench.halt(), expected.core_port);
  bench.resume();
  EXPECT_EQ((bench.read(Ap::system, kDbgmcu + 0xFC).value_or(0) >> 17) & 1, expected.core_port ? 1U : 0U);
  bench.hold_reset();
  EXPECT_EQ(bench.read(Ap::core, kCpuid).has_value(), expected.under_reset);
  bench.release_reset();
  EXPECT_EQ(open_session(bench).has_value(), expected.answers);
}

constexpr VirtualState kOpenPart = VirtualState::open, kProvisioningPart = VirtualState::provisioning,
                       kClosedPart = VirtualState::closed, kLockedPart = VirtualState::locked;
INSTANTIATE_TEST_SUITE_P(States, AccessRights,
                         testing::Values(Rights{"open", kOpenPart, true, true, true, true, false},
                                         Rights{"provisioning", kProvisioningPart, true, true, false, false, true},
                                         Rights{"closed", kClosedPart, true, false, false, false, true},
                                         Rights{"locked", kLockedPart, true, false, false, false, false},
                                         Rights{"plain_open", kOpenPart, true, true, true, true, false, false},
                                         Rights{"plain_provisioning", kProvisioningPart, true, true, false, false, true,
                                                false},
                                         Rights{"plain_closed", kClosedPart, true, false, false, false, true, false},
                                         Rights{"plain_locked", kLockedPart, true, false, false, false, false, false}),
                         [](const auto& param) { return std::string(param.param.name); });

// lifecycle.md 2.2: what authentication has reopened, at the level that it granted. The state stays, and so does what
// goes by it.
TEST(Access, OfAPartThatIsReopened) {
  for (const bool crypto : {true, false})
    for (const VirtualState state : {kProvisioningPart, kClosedPart})
      for (const auto& [bit, level] : {std::pair{0U, 1U}, {1U, 2U}, {2U, 3U}}) {
        Stm32h7rsOptions options = certificate_part(state);
        options.crypto = crypto;
        options.flash_fill = FlashFill::pattern;
        options.flash_hidden_in_provisioning = false;
        options.option_words[static_cast<std::size_t>(OptionWord::hdpsr)] = 0x000F0000;
        H7Bench bench(options);
        bench.start();
        EXPECT_EQ(offer(bench, {.soc_class = 0x485, .permissions = 0x5007},
                        {.role = 3, .soc_class = 0x485, .permissions = 0x4007}, 1U << bit),
                  (std::vector<std::uint16_t>{2, 2, 0}));
        bench.pass(1s);
        EXPECT_TRUE(bench.chip->truth().debug_reopened);
        EXPECT_EQ(bench.chip->truth().state, state);
        EXPECT_EQ(bench.flash_register(0x200) & 0xFF, state == kClosedPart ? 0x51U : 0xB4U);
        EXPECT_EQ(bench.flash_register(0x218), 0xFFU) << "options are shown";
        EXPECT_EQ(bench.peek(kUid), 0x00450059U);
        EXPECT_EQ(bench.peek(0x5200281C) & 0xFF00, crypto ? 0x0000U : 0x0100U);
        EXPECT_EQ(bench.peek(kFlash + 4) == 0, level > 1) << "the hide-protected area at level " << level;
        EXPECT_NE(bench.peek(kFlash + 0x1004), 0U);
        EXPECT_EQ(bench.request_option(0x21C, 0) & kOptErr, kOptErr) << "plain writes work in OPEN only";
      }
}

TEST(Access, WhatTheReferenceLeavesOpenIsAnOption) {
  Stm32h7rsOptions options;
  options.state = VirtualState::locked;
  options.ap0_open_when_locked = false;
  H7Bench locked(options);
  locked.start();
  EXPECT_FALSE(locked.read(Ap::system, kDbgmcu));

  options.state = VirtualState::provisioning;
  options.flash_hidden_in_provisioning = false;
  options.identity_hidden_outside_open = true;
  options.flash_fill = FlashFill::pattern;
  H7Bench provisioning(options);
  provisioning.start();
  EXPECT_NE(provisioning.peek(kFlash), 0U);
  EXPECT_EQ(provisioning.peek(kUid), 0U);
}

TEST(Access, TheCpuBusViewOfDbgmcuDiesWithNrstAndTheSystemPortsDoesNot) {
  for (const bool faults : {true, false}) {
    Stm32h7rsOptions options;
    options.bus_in_reset_faults = faults;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.peek(kDbgmcuOnBus), 0x20006485U);
    bench.hold_reset();
    EXPECT_EQ(bench.read(Ap::system, kDbgmcu), 0x20006485U);
    EXPECT_EQ(bench.read(Ap::core, kDbgmcuOnBus), faults ? std::nullopt : std::optional(0U));
    EXPECT_EQ(bench.read(Ap::core, kCpuid), 0x411FC272U) << "the core's own components live";
  }
}

TEST(Access, IdentityIsWhereTheHeadersPutIt) {
  for (const bool crypto : {true, false}) {
    Stm32h7rsOptions options;
    options.crypto = crypto;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.peek(kUid), 0x00450059U);
    EXPECT_EQ(bench.peek(kUid + 4), 0x30335112U);
    EXPECT_EQ(bench.peek(kUid + 8), 0x38323634U);
    EXPECT_EQ(bench.peek(0x08FFF80C), 0U) << "not usable";
    EXPECT_EQ(bench.read(Ap::core, 0x1FF1FCFE, kAhb, 1), 0xE4U);
    EXPECT_EQ(bench.peek(0x5200281C) & 0xFF00, crypto ? 0x0000U : 0x0100U);
    EXPECT_FALSE(bench.read(Ap::core, 0x90000000)) << "no external memory";
  }
}

TEST(Access, RamSharesApplyAfterAReset) {
  struct Case {
    std::uint32_t word;
    std::uint32_t itcm, dtcm, sram1, sram3;  // sizes in KB
    bool sram4;
  };
  for (const Case& c :
       {Case{0x00, 64, 64, 128, 128, true}, Case{0x33, 64, 64, 128, 128, true}, Case{0x12, 192, 128, 0, 64, true},
        Case{0x20, 64, 192, 128, 0, true}, Case{0x101, 128, 64, 64, 128, false}}) {
    H7Bench bench;
    bench.start();
    EXPECT_EQ(bench.request_option(0x26C, c.word) & kOptErr, 0U);
    EXPECT_TRUE(bench.read(Ap::core, 0x2405FFFC)) << "still the old sharing";
    bench.restart();
    const auto ends = [&](std::uint32_t base, std::uint32_t kilobytes) {
      const bool last = kilobytes == 0 || bench.read(Ap::core, base + (kilobytes << 10) - 4).has_value();
      return last && !bench.read(Ap::core, base + (kilobytes << 10)).has_value();
    };
    EXPECT_TRUE(ends(0, c.itcm)) << c.word;
    EXPECT_TRUE(ends(0x20000000, c.dtcm)) << c.word;
    EXPECT_TRUE(c.sram1 == 128 || ends(0x24000000, c.sram1)) << c.word;
    EXPECT_TRUE(c.sram3 == 128 || ends(0x24040000, c.sram3)) << c.word;
    EXPECT_EQ(bench.read(Ap::core, 0x24060000).has_value(), c.sram4) << c.word;
  }
}

TEST(Access, HslvWithAHighSupplyDamagesThePads) {
  for (const auto& [volts, damaged] : {std::pair{1.8, false}, {3.3, true}}) {
    H7Bench bench;
    bench.chip->supply(1.8);
    bench.chip->nrst(true);
    bench.pass(1s);
    bench.connect();
    bench.chip->supply(volts);
    EXPECT_EQ(bench.request_option(0x264, 1U << 29 | 0xD0) & kOptErr, 0U);
    EXPECT_EQ(bench.chip->truth().pads_damaged, damaged) << volts;
    bench.chip->supply(3.3);
    EXPECT_TRUE(bench.chip->truth().pads_damaged) << "the option outlives the change of supply";
  }
}

}  // namespace
}  // namespace rigor::lab::test
