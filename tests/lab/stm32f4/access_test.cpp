// Who reaches what at which level (lifecycle.md 3), and the intrusion that lasts until the supply is gone.
#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

enum class Access { ok, fault, flagged };  // flagged: the bus says yes and SR says WRPERR

struct Right {
  const char* what;
  std::uint32_t address;
  Access read0, write0, read1, write1;
};

const Right kRights[] = {
    {"flash", kFlash, Access::ok, Access::ok, Access::fault, Access::flagged},
    {"flash, last word", kFlash + 0xFFFFC, Access::ok, Access::ok, Access::fault, Access::flagged},
    {"flash at 0", 0, Access::ok, Access::ok, Access::fault, Access::flagged},
    {"OTP", kOtp, Access::ok, Access::ok, Access::fault, Access::flagged},
    {"OTP locks", kOtpLocks + 12, Access::ok, Access::ok, Access::fault, Access::flagged},
    {"backup SRAM", kBackup, Access::ok, Access::ok, Access::fault, Access::fault},
    {"SRAM", kSram, Access::ok, Access::ok, Access::ok, Access::ok},
    {"CCM", kCcm, Access::ok, Access::ok, Access::ok, Access::ok},
    {"bootloader", 0x1FFF0000, Access::ok, Access::flagged, Access::ok, Access::flagged},
    {"unique id", 0x1FFF7A10, Access::ok, Access::flagged, Access::ok, Access::flagged},
    {"flash size", 0x1FFF7A20, Access::ok, Access::flagged, Access::ok, Access::flagged},
    {"option sector", 0x1FFFC000, Access::ok, Access::flagged, Access::ok, Access::flagged},
    {"OPTCR", kOptCr, Access::ok, Access::ok, Access::ok, Access::ok},
    {"IDCODE", 0xE0042000, Access::ok, Access::ok, Access::ok, Access::ok},
    {"CPUID", 0xE000ED00, Access::ok, Access::ok, Access::ok, Access::ok},
};

TEST(F4Access, OfADebuggerByLevel) {
  for (const std::uint32_t word : {0x0FFFAAEDU, 0x0FFF55EDU, 0x0FFFFFEDU}) {
    const bool open = (word & 0xFF00) == 0xAA00;
    for (const Right& each : kRights) {
      SCOPED_TRACE(std::string(each.what) + " with " + hex_word(word));
      Stm32f4Options options;
      options.option_word = word;
      F4Bench bench(options);
      bench.start();
      EXPECT_EQ(bench.read(each.address).has_value(), (open ? each.read0 : each.read1) == Access::ok);
      bench.unlock_flash();
      ASSERT_TRUE(bench.write(kCr, kPg | kX32));
      const Access expected = open ? each.write0 : each.write1;
      EXPECT_EQ(bench.write(each.address, 0xFFFFFFFF), expected != Access::fault);
      bench.pass(1ms);
      EXPECT_EQ(bench.peek(kSr) & kWrpErr, expected == Access::flagged ? kWrpErr : 0U);
    }
  }
}

TEST(F4Access, ErasesAreRefusedAtLevelOne) {
  for (const std::uint32_t control : {kSer | kX32, kMer | kX32, kMer | kSer | kX8}) {
    Stm32f4Options options = written({});
    options.option_word = 0x0FFF55ED;
    F4Bench bench(options);
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, control | kStrt));
    EXPECT_EQ(bench.peek(kSr), kWrpErr);
    EXPECT_EQ(bench.chip->truth().erased_sectors, 0U);
  }
}

TEST(F4Access, CoreRegistersRemain) {
  Stm32f4Options options;
  options.option_word = 0x0FFF55ED;
  F4Bench bench(options);
  bench.start();
  ASSERT_TRUE(bench.halt());
  bench.set_core_register(3, 0x12345678);
  EXPECT_EQ(bench.core_register(3), 0x12345678U);
}

TEST(F4Access, ToBackupSramMayAlsoBeIgnored) {
  Stm32f4Options options;
  options.option_word = 0x0FFF55ED;
  options.backup_write_faults = false;
  F4Bench bench(options);
  bench.start();
  EXPECT_TRUE(bench.write(kBackup, 0x11111111));
  EXPECT_EQ(load_le32(bench.chip->backup_sram(), 0), 0xA5A5A5A5U);
}

// A processor that reports what it was allowed to do.
class WatchedCpu final : public ChipCpu {
 public:
  struct Seen {
    CpuAccess flash = CpuAccess::all, sector1 = CpuAccess::all;
    CpuBus* bus = nullptr;
  };
  explicit WatchedCpu(Seen& seen) : seen_(seen) {}
  void connect(CpuBus& bus, std::span<const CpuMemory>) override { seen_.bus = &bus; }
  void reset(std::uint32_t, std::uint32_t) override {}
  CpuRun run(std::uint64_t cycles) override { return {CpuEnd::budget, cycles}; }
  CpuRun step() override { return {CpuEnd::budget, 1}; }
  void stop() override {}
  std::uint32_t read_register(std::uint32_t) override { return 0; }
  void write_register(std::uint32_t, std::uint32_t) override {}
  void set_breakpoints(std::span<const std::uint32_t>) override {}
  void memory_changed(std::uint32_t, std::uint32_t) override {}
  void allow(std::uint32_t address, std::uint32_t, CpuAccess access) override {
    if (address == kFlash) seen_.flash = access;
    if (address == kFlash + 0x4000) seen_.sector1 = access;
  }

 private:
  Seen& seen_;
};

TEST(F4Access, OfTheProcessorIsGoneFromTheIntrusionToTheNextPowerOn) {
  Stm32f4Options options;
  options.option_word = 0x0FFF55ED;
  WatchedCpu::Seen seen;
  F4Bench bench(options, std::make_unique<WatchedCpu>(seen));
  bench.chip->supply(3.3);
  bench.chip->nrst(true);
  bench.pass(10ms);
  (void)bench.chip->truth();
  EXPECT_EQ(seen.flash, CpuAccess::all) << "nobody looks";
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(seen.flash, CpuAccess::none);
  EXPECT_FALSE(seen.bus->read(kFlash, 4, 0));
  EXPECT_FALSE(seen.bus->read(kBackup, 4, 0));
  bench.pulse_nrst();
  EXPECT_TRUE(bench.chip->truth().locked_up) << "the vectors cannot be fetched";
  EXPECT_EQ(seen.flash, CpuAccess::none) << "a reset is not enough";
  bench.power_cycle();
  EXPECT_FALSE(bench.chip->truth().locked_up);
  EXPECT_EQ(seen.flash, CpuAccess::all);
  EXPECT_TRUE(seen.bus->read(kBackup, 4, 0));
}

TEST(F4Access, APcropSectorIsExecutedAndNotRead) {
  Stm32f4Options options = part("stm32f446");
  options.option_word = 0x8002AAED;
  WatchedCpu::Seen seen;
  F4Bench bench(options, std::make_unique<WatchedCpu>(seen));
  bench.start();
  EXPECT_EQ(seen.flash, CpuAccess::all);
  EXPECT_EQ(seen.sector1, CpuAccess::execute);
}

}  // namespace
}  // namespace rigor::lab::test
