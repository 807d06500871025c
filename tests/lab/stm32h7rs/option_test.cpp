// Option words and key slots (stm32h7rs.md 3 and 4): the sequence, NVSTATE, one-way words, interruption.
#include <gtest/gtest.h>

#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::OptionWord;

constexpr std::uint32_t kWrps = 0x218, kObw1 = 0x260;

TEST(H7Options, TheSequenceWithoutAStartBit) {
  H7Bench bench;
  bench.start();
  EXPECT_EQ(bench.flash_register(kWrps), 0xFFU);
  bench.set_flash_register(kWrps + 4, 0);
  EXPECT_EQ(bench.flash_register(0x14), 0U) << "locked";
  bench.unlock_options();
  bench.set_flash_register(kWrps + 4, 0);
  EXPECT_EQ(bench.flash_register(0x108), kOptErr) << "without PG_OPT";
  bench.set_flash_register(0x10C, kOptErr);
  EXPECT_EQ(bench.flash_register(0x108), 0U);
  bench.set_flash_register(0x104, 2);
  bench.set_flash_register(kWrps + 4, 0x12345678);
  EXPECT_EQ(bench.flash_register(0x14), 0x45U) << "BUSY, QW, IS_OPTCHANGE";
  bench.wait_flash();
  EXPECT_EQ(bench.flash_register(0x108), 0U);
  EXPECT_EQ(bench.flash_register(kWrps), 0x78U) << "bits that exist";
  bench.restart();
  EXPECT_EQ(bench.flash_register(kWrps), 0x78U);
  EXPECT_EQ(bench.flash_register(0x104) & 3, 1U) << "locked again";
}

TEST(H7Options, AWordShowsAtOnceOrAfterTheReload) {
  for (const bool at_reset : {false, true}) {
    Stm32h7rsOptions options;
    options.options_apply_at_reset = at_reset;
    H7Bench bench(options);
    bench.start();
    EXPECT_EQ(bench.request_option(kWrps + 4, 0x0F), 0U);
    EXPECT_EQ(bench.flash_register(kWrps), at_reset ? 0xFFU : 0x0FU);
    EXPECT_EQ(bench.flash_register(kWrps + 4), 0x0FU);
    bench.restart();
    EXPECT_EQ(bench.flash_register(kWrps), 0x0FU);
  }
}

// Every request of NVSTATE in every state that lets a debugger write.
TEST(H7Options, NvstateIsNeverADebuggers) {
  for (const VirtualState state : {VirtualState::open, VirtualState::provisioning})
    for (const bool closed : {false, true})
      for (const std::uint32_t value : {0xB4U, 0x51U, 0x00U, 0xFFU}) {
        Stm32h7rsOptions options;
        options.state = state;
        options.nvstate_closed_in_provisioning = closed;
        H7Bench bench(options);
        bench.start();
        const std::uint32_t before = bench.flash_register(0x200);
        EXPECT_EQ(before, closed && state == VirtualState::provisioning ? 0x51U : 0xB4U);
        EXPECT_EQ(bench.request_option(0x204, value), kOptErr) << value;
        bench.restart();
        EXPECT_EQ(bench.flash_register(0x200), before) << value;
      }
}

TEST(H7Options, PlainWritesWorkInOpenOnly) {
  for (const std::uint32_t offset : {0x20CU, 0x214U, 0x21CU, 0x234U, 0x254U, 0x264U, 0x26CU}) {
    H7Bench open;
    open.start();
    EXPECT_EQ(open.request_option(offset, 0x00000011), 0U) << offset;
    Stm32h7rsOptions options;
    options.state = VirtualState::provisioning;
    H7Bench provisioning(options);
    provisioning.start();
    const std::uint32_t before = provisioning.flash_register(offset - 4);
    EXPECT_EQ(provisioning.request_option(offset, 0x00000011), kOptErr) << offset;
    EXPECT_EQ(provisioning.flash_register(offset - 4), before) << offset;
  }
  Stm32h7rsOptions options;
  options.rotsr_writable_in_open = false;
  H7Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.request_option(0x20C, 0xB4), kOptErr);
}

TEST(H7Options, LocksAndTheEpochGoOneWay) {
  H7Bench bench;
  bench.start();
  EXPECT_EQ(bench.request_option(0x214, 0x8001), 0U);
  EXPECT_EQ(bench.request_option(0x214, 0x0002), 0U);
  EXPECT_EQ(bench.flash_register(0x210), 0x8003U);
  EXPECT_EQ(bench.request_option(0x254, 5), 0U);
  EXPECT_EQ(bench.request_option(0x254, 4), kOptErr);
  EXPECT_EQ(bench.flash_register(0x250), 5U);
}

TEST(H7Options, AnInterruptedChangeIsAnOption) {
  struct Case {
    InterruptedOptions what;
    std::uint32_t left, flags;
  };
  for (const Case& c : {Case{InterruptedOptions::stays, 0xFF, 0}, Case{InterruptedOptions::sticks, 0x0F, 0},
                        Case{InterruptedOptions::all_ones, 0xFF, kOblErr}})
    for (const bool power : {false, true}) {
      Stm32h7rsOptions options;
      options.interrupted_options = c.what;
      H7Bench bench(options);
      bench.start();
      bench.unlock_options();
      bench.set_flash_register(0x104, 2);
      bench.set_flash_register(kWrps + 4, 0x0F);
      bench.pass(1ms);
      if (power) bench.power(false);
      if (power) bench.power(true);
      bench.restart();
      bench.connect();
      EXPECT_EQ(bench.flash_register(kWrps) & 0xFF, c.left);
      EXPECT_EQ(bench.flash_register(0x24), c.flags);
      EXPECT_EQ(bench.request_option(kWrps + 4, 0x33), 0U);
      bench.restart();
      EXPECT_EQ(bench.flash_register(0x24), 0U) << "a whole write heals the word";
      EXPECT_EQ(bench.flash_register(kWrps), 0x33U);
    }
}

TEST(H7Options, AKeySlotIsWrittenOnceAndTransferredAtItsSize) {
  constexpr std::uint32_t kSlotProgram = 1U << 14, kSlotStart = 1U << 15, kWide = 3U << 10;
  H7Bench bench;
  bench.start();
  bench.unlock_options();
  const auto run = [&](std::uint32_t control) {
    bench.set_flash_register(0x10C, kKvErr | kKtErr);
    bench.set_flash_register(0x110, control | kSlotStart);
    EXPECT_NE(bench.flash_register(0x14) & 4, 0U);
    bench.wait_flash();
    return bench.flash_register(0x108);
  };
  EXPECT_EQ(run(5), kKvErr) << "nothing there";
  for (std::uint32_t i = 0; i < 8; ++i) bench.set_flash_register(0x118 + 4 * i, i);
  EXPECT_EQ(run(5 | kWide | kSlotProgram), 0U);
  EXPECT_EQ(run(5 | kWide | kSlotProgram), kKvErr) << "taken";
  EXPECT_EQ(run(5 | kWide), 0U);
  EXPECT_EQ(run(5), kKtErr) << "another size";
  EXPECT_EQ(run(5 | kWide | 1U << 8), kKvErr) << "another level";
  EXPECT_EQ(bench.flash_register(0x118), 0U) << "data is write-only";
  EXPECT_EQ(bench.chip->truth().keys, 1U);
}

}  // namespace
}  // namespace rigor::lab::test
