// The Cortex-M7 as a debugger sees it, without an emulator: stubs in RAM, breakpoints, reset, lockup; and what a reset
// leaves (stm32h7rs.md 9).
#include <gtest/gtest.h>

#include "tests/lab/stm32h7rs/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

using h7rs::Stage;

constexpr std::uint32_t kDhcsr = 0xE000EDF0, kDemcr = 0xE000EDFC, kDfsr = 0xE000ED30, kAircr = 0xE000ED0C;
constexpr std::uint32_t kRsr = 0x58024530, kStub = 0x24000000;

void put_code(H7Bench& bench, std::uint32_t address, std::initializer_list<std::uint32_t> code) {
  for (const std::uint32_t half : code) {
    (void)bench.write(Ap::core, address, half, kAhb, 2);
    address += 2;
  }
}

TEST(H7Core, AStubInAnyRamRunsToItsBreakpoint) {
  for (const std::uint32_t base : {0x00000000U, 0x20000000U, 0x24000000U, 0x24060000U}) {
    H7Bench bench;
    bench.start();
    ASSERT_TRUE(bench.halt());
    put_code(bench, base, {0x202A, 0x4601, 0xBE00});  // movs r0, #42; mov r1, r0; bkpt
    bench.set_core_register(15, base);
    bench.set_core_register(16, 1U << 24);
    bench.resume();
    EXPECT_TRUE(bench.wait_halted(1ms)) << base;
    EXPECT_EQ(bench.core_register(1), 42U);
    EXPECT_EQ(bench.core_register(15), base + 4);
    EXPECT_EQ(bench.peek(kDfsr) & 2, 2U);
  }
}

TEST(H7Core, BreakpointUnitAndSteps) {
  H7Bench bench;
  bench.start();
  bench.halt();
  put_code(bench, kStub, {0x2001, 0x2002, 0x2003, 0xE7FE});  // three movs, then a loop
  EXPECT_EQ(bench.peek(0xE0002000) >> 4 & 0xF, 8U);
  bench.poke(0xE0002008, (kStub + 4) | 1);
  bench.poke(0xE0002000, 3);
  bench.set_core_register(15, kStub);
  bench.resume();
  EXPECT_TRUE(bench.wait_halted(1ms));
  EXPECT_EQ(bench.core_register(15), kStub + 4);
  EXPECT_EQ(bench.core_register(0), 2U);
  bench.poke(kDhcsr, 0xA05F0005);
  EXPECT_EQ(bench.core_register(15), kStub + 6);
  EXPECT_EQ(bench.core_register(0), 3U);
  bench.resume();
  EXPECT_FALSE(bench.wait_halted(1ms));
  EXPECT_TRUE(bench.halt());
  EXPECT_EQ(bench.core_register(15), kStub + 6);
}

TEST(H7Core, AStubMayCallAFunctionItself) {
  Stm32h7rsOptions options;
  options.state = VirtualState::provisioning;
  H7Bench bench(options);
  bench.start();
  bench.halt();
  put_code(bench, kStub, {0x4B01, 0x4798, 0xBE00, 0xBF00});  // ldr r3, [pc, #4]; blx r3; bkpt
  bench.poke(kStub + 8, bench.peek(kTable + kGetState));
  bench.set_core_register(15, kStub);
  bench.set_core_register(16, 1U << 24);
  bench.resume();
  bench.pass(1ms);
  EXPECT_FALSE(bench.halt()) << "while RSS runs the debugger has to wait";
  EXPECT_TRUE(bench.wait_halted(1s));
  EXPECT_EQ(bench.core_register(0), 0x17U);
}

TEST(H7Core, WhatIsNoCodeLocksUpOrIsCaught) {
  for (const bool caught : {false, true}) {
    H7Bench bench;
    bench.start();
    bench.halt();
    put_code(bench, kStub, {0xDE00});
    if (caught) bench.poke(kDemcr, 1U << 10);
    bench.set_core_register(15, kStub);
    bench.resume();
    bench.pass(1ms);
    EXPECT_EQ(bench.peek(kDhcsr) >> 17 & 5, caught ? 1U : 4U);
    EXPECT_EQ(bench.peek(0xE000ED2C), 1U << 30);
  }
}

TEST(H7Core, TheVectorCatchHoldsTheFirstInstructionInOpenOnly) {
  for (const VirtualState state : {VirtualState::open, VirtualState::provisioning}) {
    Stm32h7rsOptions options;
    options.state = state;
    H7Bench bench(options);
    bench.start();
    bench.poke(kDhcsr, 0xA05F0001);
    bench.poke(kDemcr, 1);
    bench.restart();
    EXPECT_EQ((bench.peek(kDhcsr) >> 17 & 1) != 0, state == VirtualState::open);
    EXPECT_EQ(bench.chip->truth().stage, state == VirtualState::open ? Stage::starting : Stage::rss);
    if (state != VirtualState::open) continue;
    bench.resume();
    bench.pass(1s);
    EXPECT_EQ(bench.chip->truth().stage, Stage::user) << "RSS goes on where it stood";
  }
}

TEST(H7Core, UserCodeBeginsAtItsVectorTable) {
  Stm32h7rsOptions options;
  options.flash_content = {{0, Bytes{0x00, 0x10, 0x00, 0x20, 0x09, 0x04, 0x00, 0x08}},
                           {0x408, Bytes{0xFE, 0xE7}}};  // a loop
  H7Bench bench(options);
  bench.start();
  EXPECT_EQ(bench.chip->truth().stage, Stage::user);
  bench.halt();
  EXPECT_EQ(bench.core_register(13), 0x20001000U);
  EXPECT_EQ(bench.core_register(15), 0x08000408U);
  EXPECT_EQ(bench.core_register(16), 1U << 24);
}

TEST(H7Reset, CausesAndStages) {
  H7Bench bench;
  bench.chip->boot0(true);
  bench.start();
  EXPECT_EQ(bench.chip->truth().stage, Stage::bootloader);
  EXPECT_EQ(bench.peek(kRsr) & 0x01E00000, 0x00E00000U) << "power, pin and brown-out";
  bench.poke(kRsr, 1U << 16);
  EXPECT_EQ(bench.peek(kRsr), 0U);
  bench.restart();
  EXPECT_EQ(bench.peek(kRsr), 1U << 22);
  EXPECT_NE(bench.peek(kDhcsr) & 1U << 25, 0U) << "S_RESET_ST";
  EXPECT_EQ(bench.peek(kDhcsr) & 1U << 25, 0U) << "read once";
  bench.chip->boot0(false);
  bench.poke(kAircr, 0x05FA0004);
  bench.pass(1s);
  EXPECT_EQ(bench.chip->truth().stage, Stage::user);
  EXPECT_EQ(bench.peek(kRsr), 1U << 22 | 1U << 24);
}

TEST(H7Reset, ShortPulsesAreIgnored) {
  H7Bench bench;
  bench.start();
  const std::uint32_t before = bench.chip->truth().resets;
  bench.chip->nrst(false);
  bench.pass(50ns);
  bench.chip->nrst(true);
  EXPECT_EQ(bench.chip->truth().resets, before);
  bench.chip->nrst(false);
  bench.pass(1us);
  bench.chip->nrst(true);
  EXPECT_EQ(bench.chip->truth().resets, before + 1);
}

TEST(H7Reset, NothingAnswersBeforeThePortIsUp) {
  Stm32h7rsOptions options;
  options.debug_port_up = 8ms;
  H7Bench bench(options);
  bench.power(true);
  bench.chip->nrst(true);
  bench.pass(5ms);
  EXPECT_FALSE(bench.connect());
  bench.pass(5ms);
  EXPECT_TRUE(bench.connect());
  EXPECT_EQ(bench.transact_read(false, 0).data, 0x6BA02477U);
}

}  // namespace
}  // namespace rigor::lab::test
