// Code that a debugger starts in SRAM: its time, and what the chip makes of what it does (stm32h5.md 3, 10).
#include <gtest/gtest.h>

#include "tests/lab/stm32h5/parts.hpp"
#include "tests/lab/stm32h5/registers.hpp"

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kPool = 0x200;

// A program put together instruction by instruction, with its constants behind it.
class Program {
 public:
  Program& load(unsigned target, std::uint32_t value) {
    const auto distance = kPool + 4 * pool_.size() - ((2 * code_.size() + 4) & ~std::size_t{3});
    pool_.push_back(value);
    return add(0x4800 | target << 8 | static_cast<unsigned>(distance / 4));
  }
  Program& set(unsigned target, unsigned value) { return add(0x2000 | target << 8 | value); }
  Program& store(unsigned source, unsigned base, unsigned offset = 0) {
    return add(0x6000 | offset / 4 << 6 | base << 3 | source);
  }
  Program& fetch(unsigned target, unsigned base) { return add(0x6800 | base << 3 | target); }
  Program& jump(unsigned target) { return add(0x4700 | target << 3); }
  Program& nothing(unsigned times = 1) {
    code_.insert(code_.end(), times, 0xBF00);
    return *this;
  }
  Program& stop() { return add(0xBE00); }

  void start(Bench& bench, std::uint32_t at = kCode) const {
    ASSERT_TRUE(bench.halt());
    for (std::uint32_t i = 0; i < code_.size(); ++i) (void)bench.write(Ap::core, kCode + 2 * i, code_[i], kPlain, 2);
    for (std::uint32_t i = 0; i < pool_.size(); ++i) bench.poke(kCode + kPool + 4 * i, pool_[i]);
    bench.set_core_register(15, at);
    bench.set_core_register(16, 1U << 24);
    bench.resume();
  }

 private:
  Program& add(unsigned code) {
    code_.push_back(static_cast<std::uint16_t>(code));
    return *this;
  }
  std::vector<std::uint16_t> code_;
  std::vector<std::uint32_t> pool_;
};

bool halted(Bench& bench) { return (bench.peek(kDhcsr) & kHalted) != 0; }

TEST(Processor, OneInstructionACycle) {
  for (const std::uint32_t hertz : {32'000'000U, 4'000'000U}) {
    Stm32h5Options options = part("stm32h563");
    options.core_hertz = hertz;
    Bench bench(options);
    bench.start();
    Program().nothing(64).stop().start(bench);
    const Duration whole = std::chrono::nanoseconds(64'000'000'000 / hertz);
    bench.pass(whole - whole / 64);
    EXPECT_FALSE(halted(bench)) << hertz;
    bench.pass(whole / 16);
    EXPECT_TRUE(halted(bench)) << hertz;
    EXPECT_EQ(bench.core_register(15), kCode + 128);
  }
}

// Four quad-words in a row: each waits for the one before, none for the last.
TEST(Processor, ItsWritesTakeTheirTimeInTheFlash) {
  for (const char* name : {"stm32h503", "stm32h523", "stm32h563"}) {
    Bench bench(part(name));
    bench.start();
    bench.unlock_flash();
    Program program;
    program.load(0, kFlashRegisters + 0x28).set(1, 2).store(1, 0).load(2, kFlash);
    for (unsigned word = 0; word < 16; ++word) program.set(3, word + 1).store(3, 2, 4 * word);
    program.stop().start(bench);
    bench.pass(96us);
    EXPECT_FALSE(halted(bench)) << name;
    bench.pass(3us);
    EXPECT_TRUE(halted(bench)) << name;
    EXPECT_EQ(bench.flash_status() & 1, 1U) << "the last one goes on";
    bench.pass(32us);
    EXPECT_EQ(bench.flash_status(), kEop) << name;
    for (std::uint32_t word = 0; word < 16; ++word) EXPECT_EQ(bench.peek(kFlash + 4 * word), word + 1) << name;
  }
}

TEST(Processor, ItsReadOfABusyBankWaits) {
  Bench bench(part("stm32h523"));
  bench.start();
  bench.unlock_flash();
  bench.poke(kFlashRegisters + 0x28, 4);
  ASSERT_TRUE(bench.halt());
  bench.poke(kFlashRegisters + 0x28, 4 | 32);
  Program().load(2, kFlash).fetch(3, 2).stop().start(bench);
  bench.pass(1900us);
  EXPECT_FALSE(halted(bench));
  bench.pass(200us);
  EXPECT_TRUE(halted(bench));
  EXPECT_EQ(bench.core_register(3), 0xFFFFFFFFU);
}

TEST(Processor, IsSecureWithTrustZone) {
  for (const bool tzen : {false, true}) {
    Stm32h5Options options = part("stm32h563");
    options.tzen = tzen;
    Bench bench(options);
    bench.start();
    bench.unlock_flash(tzen);
    Program program;
    program.load(0, tzen ? kSecureFlashRegisters + 0x2C : kFlashRegisters + 0x28).set(1, 2).store(1, 0);
    program.load(2, tzen ? kSecureFlash : kFlash);
    for (unsigned word = 0; word < 4; ++word) program.store(1, 2, 4 * word);
    program.stop().start(bench, tzen ? kCode + 0x10000000 : kCode);
    bench.pass(100us);
    ASSERT_TRUE(halted(bench));
    EXPECT_EQ(bench.peek(tzen ? kSecureFlash : kFlash, tzen ? kSecure : kPlain), 2U);
    EXPECT_EQ(bench.core_register(15) >> 28, tzen ? 3U : 2U) << "where it was started";
  }
}

TEST(Processor, CanResetTheChip) {
  Bench bench(part("stm32h563"));
  bench.start();
  const std::uint32_t before = bench.chip->truth().resets;
  Program().load(0, 0xE000ED0C).load(1, 0x05FA0004).store(1, 0).nothing(8).stop().start(bench);
  bench.pass(10us);
  EXPECT_EQ(bench.chip->truth().resets, before + 1);
  bench.pass(1s);
  EXPECT_EQ(bench.chip->truth().stage, Stage::user);
  EXPECT_FALSE(halted(bench));
}

TEST(Processor, CodeThatLeavesSramIsUserCode) {
  Bench bench(part("stm32h563"));
  bench.start();
  Program().load(0, kFlash + 0x401).jump(0).start(bench);
  bench.pass(10us);
  EXPECT_EQ(bench.peek(kDhcsr) & (kHalted | kLockup), 0U);
  Program().load(0, 0x60000001).jump(0).start(bench);
  bench.pass(10us);
  EXPECT_NE(bench.peek(kDhcsr) & kLockup, 0U) << "there is nothing";
}

TEST(Processor, AResetEndsItAndWhatItHadBegun) {
  Bench bench(part("stm32h523"));
  bench.start();
  bench.unlock_flash();
  Program().load(0, kFlashRegisters + 0x28).load(1, 4 | 32).store(1, 0).stop().start(bench);
  bench.pass(500us);
  EXPECT_TRUE(halted(bench));
  bench.restart();
  EXPECT_FALSE(halted(bench));
  EXPECT_EQ(bench.peek(kFlashRegisters + 0x18), 3U << 29) << "OPSR: a sector erase";
}

}  // namespace
}  // namespace rigor::lab::test
