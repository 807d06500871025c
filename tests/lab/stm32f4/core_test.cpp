// Halting debug of the Cortex-M4: halt, registers, resets, vector catch, and the processor behind the seam.
#include <gmock/gmock.h>

#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kHalted = 1U << 17, kLockup = 1U << 19, kWasReset = 1U << 25;

// A program in place of instructions: what it does on each run is up to the test.
class ScriptedCpu final : public ChipCpu {
 public:
  struct Script {
    std::vector<CpuRun> ends;  // one for each run; then it goes on for ever
    std::function<void(CpuBus&)> act = [](CpuBus&) {};
    std::vector<std::uint64_t> budgets;
    int stops = 0;
    std::vector<std::uint32_t> breakpoints;
    std::uint32_t stack = 0, entry = 0;
  };
  explicit ScriptedCpu(Script& script) : script_(script) {}
  void connect(CpuBus& bus, std::span<const CpuMemory>) override { bus_ = &bus; }
  void reset(std::uint32_t stack, std::uint32_t entry) override {
    script_.stack = stack;
    script_.entry = entry;
  }
  CpuRun run(std::uint64_t cycles) override {
    script_.budgets.push_back(cycles);
    script_.act(*bus_);
    if (script_.ends.empty()) return {CpuEnd::budget, cycles};
    const CpuRun end = script_.ends.front();
    script_.ends.erase(script_.ends.begin());
    return end;
  }
  CpuRun step() override { return {CpuEnd::budget, 1}; }
  void stop() override { ++script_.stops; }
  std::uint32_t read_register(std::uint32_t number) override { return registers_[number]; }
  void write_register(std::uint32_t number, std::uint32_t value) override { registers_[number] = value; }
  void set_breakpoints(std::span<const std::uint32_t> addresses) override {
    script_.breakpoints.assign(addresses.begin(), addresses.end());
  }
  void memory_changed(std::uint32_t, std::uint32_t) override {}
  void allow(std::uint32_t, std::uint32_t, CpuAccess) override {}

 private:
  Script& script_;
  CpuBus* bus_ = nullptr;
  std::array<std::uint32_t, 128> registers_{};
};

TEST(F4Core, HaltsAndResumes) {
  F4Bench bench;
  bench.start();
  EXPECT_EQ(bench.peek(kDhcsr) & kHalted, 0U);
  EXPECT_TRUE(bench.write(kDhcsr, 0x12340003)) << "without the key";
  EXPECT_EQ(bench.peek(kDhcsr) & kHalted, 0U);
  EXPECT_TRUE(bench.halt());
  EXPECT_EQ(bench.peek(kDfsr) & 1, 1U);
  EXPECT_TRUE(bench.write(kDfsr, 1));
  EXPECT_EQ(bench.peek(kDfsr), 0U);
  EXPECT_TRUE(bench.write(kDhcsr, 0xA05F0001));
  EXPECT_EQ(bench.peek(kDhcsr) & kHalted, 0U);
}

TEST(F4Core, RegistersAreReachedWhileHalted) {
  F4Bench bench;
  bench.start();
  bench.set_core_register(0, 0x11111111);
  ASSERT_TRUE(bench.halt());
  EXPECT_NE(bench.core_register(0), 0x11111111U) << "written while running";
  for (const std::uint32_t number : {0U, 12U, 14U, 33U, 64U, 95U}) {
    bench.set_core_register(number, 0x1000 + number);
    EXPECT_EQ(bench.core_register(number), 0x1000 + number);
  }
  bench.set_core_register(17, 0x20001000);
  EXPECT_EQ(bench.core_register(13), 0x20001000U) << "MSP is the stack in use";
}

TEST(F4Core, EveryResetShowsOnceAndVectorCatchStopsAtTheFirstInstruction) {
  Stm32f4Options options;
  options.flash_content = {{0, *from_hex("0000022001010008")}};
  F4Bench bench(options);
  bench.start();
  EXPECT_NE(bench.peek(kDhcsr) & kWasReset, 0U);
  EXPECT_EQ(bench.peek(kDhcsr) & kWasReset, 0U);
  ASSERT_TRUE(bench.write(kDhcsr, 0xA05F0001));
  ASSERT_TRUE(bench.write(kDemcr, 1));
  ASSERT_TRUE(bench.write(kAircr, 0x05FA0004));
  EXPECT_NE(bench.peek(kDhcsr) & (kWasReset | kHalted), 0U);
  EXPECT_EQ(bench.peek(kDfsr), 1U << 3) << "VCATCH";
  EXPECT_EQ(bench.core_register(15), 0x08000100U);
  EXPECT_EQ(bench.core_register(13), 0x20020000U);
  EXPECT_EQ(bench.peek(0x40023874), 0x1E000000U) << "software reset";
  ASSERT_TRUE(bench.write(kDemcr, 0));
  bench.pulse_nrst();
  EXPECT_EQ(bench.peek(kDhcsr) & kHalted, 0U);
}

TEST(F4Core, WhileNrstIsLowOnlyTheDebugComponentsAnswer) {
  F4Bench bench;
  bench.start();
  bench.chip->nrst(false);
  bench.pass(1us);
  EXPECT_TRUE(bench.chip->truth().in_reset);
  EXPECT_EQ(bench.peek(0xE000ED00), 0x410FC241U);
  EXPECT_EQ(bench.peek(0xE0042000), 0x10076413U);
  EXPECT_FALSE(bench.read(kSram));
  EXPECT_NE(bench.peek(kDhcsr) & kWasReset, 0U);
  EXPECT_NE(bench.peek(kDhcsr) & kWasReset, 0U) << "sticky while it lasts";
  EXPECT_TRUE(bench.write(kDhcsr, 0xA05F0003));
  EXPECT_EQ(bench.peek(kDhcsr) & kHalted, 0U);
  EXPECT_TRUE(bench.write(kDemcr, 1));
  bench.chip->nrst(true);
  EXPECT_NE(bench.peek(kDhcsr) & kHalted, 0U) << "connect under reset";
}

TEST(F4Core, AShortPulseOnNrstIsNoReset) {
  F4Bench bench;
  bench.start();
  const std::uint32_t before = bench.chip->truth().resets;
  bench.chip->nrst(false);
  bench.pass(299ns);
  bench.chip->nrst(true);
  EXPECT_EQ(bench.chip->truth().resets, before);
}

TEST(F4Core, RunsForTheTimeThatPassed) {
  ScriptedCpu::Script script;
  F4Bench bench({}, std::make_unique<ScriptedCpu>(script));
  bench.start();
  script.budgets.clear();
  bench.pass(1ms);
  (void)bench.peek(kDhcsr);
  EXPECT_EQ(script.budgets.front(), 16'000U) << "16 MHz";
  ASSERT_TRUE(bench.halt());
  script.budgets.clear();
  bench.pass(1ms);
  (void)bench.peek(kDhcsr);
  EXPECT_TRUE(script.budgets.empty()) << "halted";
  EXPECT_TRUE(bench.write(kDhcsr, 0xA05F0001));
  bench.pass(1h);
  (void)bench.peek(kDhcsr);
  EXPECT_EQ(script.budgets.front(), 160'000'000U) << "what nobody watched is lost beyond ten seconds";
}

TEST(F4Core, WhatTheProcessorStopsForIsWhatTheDebuggerSees) {
  struct Case {
    const char* what;
    CpuEnd end;
    std::uint32_t demcr, dhcsr, dfsr;
  };
  for (const Case& each :
       {Case{"BKPT", CpuEnd::breakpoint, 0, kHalted, 1U << 1}, Case{"a fault", CpuEnd::fault, 0, kLockup, 0},
        Case{"a fault that is caught", CpuEnd::fault, 1U << 10, kHalted, 1U << 3},
        Case{"WFI", CpuEnd::sleeping, 0, 1U << 18, 0}}) {
    SCOPED_TRACE(each.what);
    ScriptedCpu::Script script;
    F4Bench bench({}, std::make_unique<ScriptedCpu>(script));
    bench.start();
    ASSERT_TRUE(bench.write(kDhcsr, 0xA05F0001));
    ASSERT_TRUE(bench.write(kDemcr, each.demcr));
    script.ends = {{each.end, 100}};
    bench.pass(1ms);
    EXPECT_EQ(bench.peek(kDhcsr) & (kHalted | kLockup | 1U << 18), each.dhcsr);
    EXPECT_EQ(bench.peek(kDfsr), each.dfsr);
  }
}

TEST(F4Core, ABreakpointWithoutADebuggerLocksTheCoreUp) {
  ScriptedCpu::Script script;
  F4Bench bench({}, std::make_unique<ScriptedCpu>(script));
  script.ends = {{CpuEnd::breakpoint, 1}};
  bench.start();
  EXPECT_TRUE(bench.chip->truth().locked_up);
  ASSERT_TRUE(bench.halt());
  EXPECT_EQ(bench.core_register(15), 0xFFFFFFFEU);
}

TEST(F4Core, ComparatorsOfTheBreakpointUnitReachTheProcessor) {
  ScriptedCpu::Script script;
  F4Bench bench({}, std::make_unique<ScriptedCpu>(script));
  bench.start();
  ASSERT_TRUE(bench.write(0xE0002008, 0x48000101));  // lower half-word of 0x08000100
  EXPECT_THAT(script.breakpoints, ::testing::IsEmpty()) << "the unit is off";
  ASSERT_TRUE(bench.write(0xE0002000, 3));
  ASSERT_TRUE(bench.write(0xE000200C, 0xC8000201));  // both
  EXPECT_THAT(script.breakpoints, ::testing::ElementsAre(0x08000100, 0x08000200, 0x08000202));
  ASSERT_TRUE(bench.write(0xE0002000, 2));
  EXPECT_THAT(script.breakpoints, ::testing::IsEmpty());
}

TEST(F4Core, ItsOwnFlashWritesWaitForTheFlash) {
  ScriptedCpu::Script script;
  F4Bench bench({}, std::make_unique<ScriptedCpu>(script));
  bench.start();
  ASSERT_TRUE(bench.halt());
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, 0x201));  // PG, x32
  bool done = false;
  script.act = [&](CpuBus& bus) {
    if (std::exchange(done, true)) return;
    EXPECT_TRUE(bus.write(kFlash, 4, 0x11111111, 10));
    EXPECT_EQ(*bus.read(kSr, 4, 20) & kBusy, kBusy);
    EXPECT_TRUE(bus.write(kFlash + 4, 4, 0x22222222, 30)) << "stalls until the first is done";
    EXPECT_EQ(bus.read(kFlash, 4, 40), 0x11111111U) << "and so does a read";
    EXPECT_EQ(bus.read(kFlash + 4, 4, 50), 0x22222222U);
    EXPECT_FALSE(bus.read(0x60000000, 4, 60));
  };
  script.ends = {{CpuEnd::breakpoint, 100}};
  const TimePoint began = bench.clock.now();
  ASSERT_TRUE(bench.write(kDhcsr, 0xA05F0001));
  bench.pass(1us);
  while ((bench.peek(kDhcsr) & kHalted) == 0 && bench.clock.now() - began < 1s) bench.pass(1us);
  EXPECT_TRUE(done);
  EXPECT_EQ(bench.chip->truth().programmed_units, 2U);
}

TEST(F4Core, SoftwareMayResetTheChip) {
  ScriptedCpu::Script script;
  F4Bench bench({}, std::make_unique<ScriptedCpu>(script));
  bench.start();
  const std::uint32_t before = bench.chip->truth().resets;
  script.act = [&](CpuBus& bus) {
    if (script.budgets.size() == 1) {
      EXPECT_TRUE(bus.write(kAircr, 4, 0x05FA0004, 5));
    }
  };
  script.budgets.clear();
  bench.pass(1ms);
  EXPECT_EQ(bench.chip->truth().resets, before + 1);
}

TEST(F4Core, AWaitForTheFlashThatOutlastsARunEndsIt) {
  ScriptedCpu::Script script;
  F4Bench bench({}, std::make_unique<ScriptedCpu>(script));
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, erase_sector(1)));
  script.act = [](CpuBus& bus) { EXPECT_TRUE(bus.read(kFlash, 4, 0)); };
  for (const Duration passed : {Duration(1ms), Duration(2s)}) {
    bench.pass(passed);
    (void)bench.chip->truth();
    EXPECT_EQ(script.stops, 1);
  }
}

}  // namespace
}  // namespace rigor::lab::test
