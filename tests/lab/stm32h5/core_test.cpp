// Halting debug and the code a debugger starts in SRAM.
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/da_host.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kDemcr = 0xE000EDFC, kDfsr = 0xE000ED30;
constexpr std::uint32_t kWasReset = 1U << 25;

void load(Bench& bench, std::initializer_list<std::uint16_t> code) {
  std::uint32_t at = kCode;
  for (const std::uint16_t half : code) {
    (void)bench.write(Ap::core, at, half, kPlain, 2);
    at += 2;
  }
}

void go(Bench& bench, std::uint32_t pc) {
  bench.set_core_register(15, pc);
  bench.set_core_register(16, 1U << 24);
  bench.resume();
}

TEST(Core, ResetIsRememberedUntilItIsReadAfterwards) {
  Bench bench;
  bench.start();
  EXPECT_NE(bench.peek(kDhcsr) & kWasReset, 0U);
  EXPECT_EQ(bench.peek(kDhcsr) & kWasReset, 0U);
  bench.hold_reset();
  EXPECT_NE(bench.peek(kDhcsr) & kWasReset, 0U);
  EXPECT_NE(bench.peek(kDhcsr) & kWasReset, 0U) << "still in reset";
  bench.release_reset();
  bench.pass(1s);
  EXPECT_NE(bench.peek(kDhcsr) & kWasReset, 0U);
  EXPECT_EQ(bench.peek(kDhcsr) & kWasReset, 0U);
}

TEST(Core, ConnectUnderResetHaltsAtTheFirstInstruction) {
  Bench bench;
  bench.start();
  bench.hold_reset();
  bench.poke(kDhcsr, 0xA05F0001);
  bench.poke(kDemcr, 1);
  bench.release_reset();
  bench.pass(1s);
  EXPECT_NE(bench.peek(kDhcsr) & kHalted, 0U);
  EXPECT_EQ(bench.peek(kDfsr) & 8, 8U);
  EXPECT_EQ(bench.chip->truth().stage, Stage::starting);
  bench.poke(kDemcr, 0);
  bench.resume();
  bench.pass(1s);
  EXPECT_EQ(bench.chip->truth().stage, Stage::user);
}

TEST(Core, AHaltRequestUnderResetIsLost) {
  Bench bench;
  bench.start();
  bench.hold_reset();
  bench.poke(kDhcsr, 0xA05F0003);
  bench.release_reset();
  bench.pass(1s);
  EXPECT_EQ(bench.peek(kDhcsr) & kHalted, 0U);
}

TEST(Core, TheKeyIsNeeded) {
  Bench bench;
  bench.start();
  bench.poke(kDhcsr, 0x00000003);
  EXPECT_EQ(bench.peek(kDhcsr) & kHalted, 0U);
  EXPECT_TRUE(bench.halt());
}

TEST(Core, RegistersAreKept) {
  Bench bench;
  bench.start();
  bench.set_core_register(0, 0x1234);
  EXPECT_EQ(bench.core_register(0), 0x1234U) << "the transfer register itself: nothing was moved while running";
  ASSERT_TRUE(bench.halt());
  for (std::uint32_t i = 0; i < 15; ++i) bench.set_core_register(i, 0x1000 + i);
  for (std::uint32_t i = 0; i < 15; ++i) EXPECT_EQ(bench.core_register(i), 0x1000 + i);
  EXPECT_EQ(bench.core_register(17), bench.core_register(13)) << "MSP is SP";
}

TEST(Core, RunsAStubToItsBreakpoint) {
  Bench bench;
  bench.start();
  ASSERT_TRUE(bench.halt());
  // ldr r0, [pc, #4]; movs r1, #7; mov r2, r0; bkpt; literal
  load(bench, {0x4801, 0x2107, 0x4602, 0xBE00});
  bench.poke(kCode + 8, 0xDEADBEEF);
  go(bench, kCode);
  ASSERT_TRUE(bench.wait_halted(10ms));
  EXPECT_EQ(bench.core_register(0), 0xDEADBEEFU);
  EXPECT_EQ(bench.core_register(1), 7U);
  EXPECT_EQ(bench.core_register(2), 0xDEADBEEFU);
  EXPECT_EQ(bench.core_register(15), kCode + 6);
  EXPECT_EQ(bench.peek(kDfsr) & 2, 2U);
}

TEST(Core, WideMovesAndBranches) {
  Bench bench;
  bench.start();
  ASSERT_TRUE(bench.halt());
  // movw r3, #0x0111; movt r3, #0x2000; blx r3
  load(bench, {0xF240, 0x1311, 0xF2C2, 0x0300, 0x4798, 0xBE00});
  (void)bench.write(Ap::core, 0x20000110, 0xBF00, kPlain, 2);  // nop
  (void)bench.write(Ap::core, 0x20000112, 0x4770, kPlain, 2);  // bx lr
  go(bench, kCode);
  ASSERT_TRUE(bench.wait_halted(10ms));
  EXPECT_EQ(bench.core_register(3), 0x20000111U);
  EXPECT_EQ(bench.core_register(15), kCode + 10);
  EXPECT_EQ(bench.core_register(14), kCode + 11);
}

TEST(Core, SingleSteps) {
  Bench bench;
  bench.start();
  ASSERT_TRUE(bench.halt());
  load(bench, {0x2001, 0x2002});
  bench.set_core_register(15, kCode);
  bench.poke(kDhcsr, 0xA05F0005);
  EXPECT_EQ(bench.core_register(0), 1U);
  EXPECT_EQ(bench.core_register(15), kCode + 2);
}

TEST(Core, WhatItCannotRunLocksItUp) {
  struct Case {
    const char* what;
    std::initializer_list<std::uint16_t> code;
    std::uint32_t xpsr;
  };
  for (const Case& c : {Case{"undefined", {0xDE00}, 1U << 24}, Case{"no Thumb bit", {0xBF00}, 0},
                        Case{"bx to Arm state", {0x2000, 0x4700}, 1U << 24}}) {
    for (const bool catches : {false, true}) {
      Bench bench;
      bench.start();
      ASSERT_TRUE(bench.halt());
      load(bench, c.code);
      if (catches) bench.poke(kDemcr, 1U << 10);
      bench.set_core_register(15, kCode);
      bench.set_core_register(16, c.xpsr);
      bench.resume();
      bench.pass(1us);
      EXPECT_NE(bench.peek(kDhcsr) & (catches ? kHalted : kLockup), 0U) << c.what;
    }
  }
}

TEST(Core, AnEndlessLoopCanBeHalted) {
  Bench bench;
  bench.start();
  ASSERT_TRUE(bench.halt());
  load(bench, {0xE7FE});
  go(bench, kCode);
  EXPECT_FALSE(bench.wait_halted(1ms));
  ASSERT_TRUE(bench.halt());
  EXPECT_EQ(bench.core_register(15), kCode);
}

TEST(Core, HaltingStopsTheServiceAndResumingContinuesIt) {
  Bench bench(password_part(ProductState::provisioning));
  bench.start();
  ASSERT_TRUE(open_session(bench));
  ASSERT_TRUE(bench.halt());
  ASSERT_TRUE(put_word(bench, 1U << 16));
  bench.pass(10ms);
  EXPECT_EQ(bench.read(Ap::system, kAck), 1U);
  bench.resume();
  bench.pass(10ms);
  EXPECT_EQ(bench.read(Ap::system, kAck), 0U);
}

}  // namespace
}  // namespace rigor::lab::test
