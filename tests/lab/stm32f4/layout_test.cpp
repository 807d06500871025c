// Every sector of every layout by its SNB, written down from stm32f4.md 2 and RM0090 3.3.
#include "tests/lab/stm32f4/parts.hpp"
#include "tests/lab/stm32f4/swd_driver.hpp"

namespace rigor::lab::test {
namespace {

struct Sector {
  std::uint32_t code, base_kib, size_kib;
};

struct Layout {
  const char* name;
  const char* part;
  std::uint32_t flash_kib;
  bool db1m;
  std::vector<Sector> sectors;
};

std::vector<Sector> first(std::size_t count) {
  std::vector<Sector> all = {{0, 0, 16},    {1, 16, 16},   {2, 32, 16},    {3, 48, 16},
                             {4, 64, 64},   {5, 128, 128}, {6, 256, 128},  {7, 384, 128},
                             {8, 512, 128}, {9, 640, 128}, {10, 768, 128}, {11, 896, 128}};
  all.resize(count);
  return all;
}

// F413 goes on behind 1 MB.
std::vector<Sector> sixteen() {
  std::vector<Sector> all = first(12);
  for (std::uint32_t i = 12; i < 16; ++i) all.push_back({i, 1024 + (i - 12) * 128, 128});
  return all;
}

std::vector<Sector> both(std::size_t count, std::uint32_t second_base) {
  std::vector<Sector> all = first(count);
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({16 + all[i].code, second_base + all[i].base_kib, all[i].size_kib});
  return all;
}

class F4Layout : public ::testing::TestWithParam<Layout> {};

INSTANTIATE_TEST_SUITE_P(
    Parts, F4Layout,
    ::testing::Values(
        Layout{"F405_1M", "stm32f407", 1024, false, first(12)}, Layout{"F405_512K", "stm32f407", 512, false, first(8)},
        Layout{"F401xB", "stm32f401xc", 128, false, first(5)}, Layout{"F401xC", "stm32f401xc", 256, false, first(6)},
        Layout{"F401xD", "stm32f401xe", 384, false, first(7)}, Layout{"F401xE", "stm32f401xe", 512, false, first(8)},
        Layout{"F411xC", "stm32f411", 256, false, first(6)}, Layout{"F411xE", "stm32f411", 512, false, first(8)},
        Layout{"F446", "stm32f446", 512, false, first(8)}, Layout{"F412", "stm32f412", 1024, false, first(12)},
        Layout{"F413", "stm32f413", 1536, false, sixteen()}, Layout{"F413_1M", "stm32f413", 1024, false, first(12)},
        Layout{"F429_2M", "stm32f429", 2048, false, both(12, 1024)},
        Layout{"F429_1M", "stm32f429", 1024, false, first(12)},
        Layout{"F429_DB1M", "stm32f429", 1024, true, both(8, 512)},
        Layout{"F469_2M", "stm32f469", 2048, false, both(12, 1024)},
        Layout{"F469_512K", "stm32f469", 512, false, first(8)}),
    [](const auto& each) { return each.param.name; });

Stm32f4Options options_of(const Layout& layout) {
  Stm32f4Options options = written(part(layout.part, layout.flash_kib << 10));
  if (layout.db1m) options.option_word |= 1U << 30;
  return options;
}

std::uint32_t erase_by(std::uint32_t code) { return kSer | code << 3 | kX32 | kStrt; }

TEST_P(F4Layout, EveryCodeErasesItsSectorAndNoOther) {
  const Layout& layout = GetParam();
  F4Bench bench(options_of(layout));
  bench.start();
  bench.unlock_flash();
  std::vector<bool> erased(layout.flash_kib, false);
  for (const Sector& sector : layout.sectors) {
    SCOPED_TRACE(sector.code);
    ASSERT_TRUE(bench.write(kCr, erase_by(sector.code)));
    const double expected = sector.size_kib == 16 ? 250 : sector.size_kib == 64 ? 550 : 1000;
    EXPECT_NEAR(static_cast<double>(bench.busy_time().count()) / 1e6, expected, 2);
    EXPECT_EQ(bench.peek(kSr), 0U);
    for (std::uint32_t i = 0; i < sector.size_kib; ++i) erased[sector.base_kib + i] = true;
    const ByteView flash = bench.chip->flash();
    for (std::uint32_t kib = 0; kib < layout.flash_kib; ++kib)
      for (const std::uint32_t at : {0U, 1023U})
        ASSERT_EQ(flash[(kib << 10) + at], erased[kib] ? 0xFF : 0x00) << "KiB " << kib;
  }
}

TEST_P(F4Layout, AnyOtherCodeIsWriteProtectionAndErasesNothing) {
  const Layout& layout = GetParam();
  F4Bench bench(options_of(layout));
  bench.start();
  bench.unlock_flash();
  const std::uint32_t codes =
      std::string_view(layout.part) == "stm32f429" || std::string_view(layout.part) == "stm32f469" ? 32 : 16;
  for (std::uint32_t code = 0; code < codes; ++code) {
    if (std::ranges::find(layout.sectors, code, &Sector::code) != layout.sectors.end()) continue;
    ASSERT_TRUE(bench.write(kCr, erase_by(code)));
    EXPECT_EQ(bench.peek(kSr), kWrpErr) << code;
    ASSERT_TRUE(bench.write(kSr, kWrpErr));
  }
  EXPECT_EQ(bench.chip->truth().erased_sectors, 0U);
}

// nWRP bit n protects sector n; bank 2's are OPTCR1's, from sector 12 on. F413's bit 14 protects sector 15 as well.
TEST_P(F4Layout, EverySectorHasItsProtectionBit) {
  const Layout& layout = GetParam();
  for (const Sector& sector : layout.sectors) {
    SCOPED_TRACE(sector.code);
    Stm32f4Options options = options_of(layout);
    const bool second = sector.code >= 16;
    const auto bit = [](std::uint32_t code) { return code == 15 ? 14 : code; };
    (second ? options.second_option_word : options.option_word) &= ~(1U << (16 + bit(sector.code) % 16));
    F4Bench bench(options);
    bench.start();
    bench.unlock_flash();
    for (const Sector& each : layout.sectors) {
      ASSERT_TRUE(bench.write(kCr, kPg | kX8));
      ASSERT_TRUE(bench.write(kFlash + (each.base_kib << 10), 0, 1));
      bench.pass(1ms);
      EXPECT_EQ(bench.peek(kSr), bit(each.code) == bit(sector.code) ? kWrpErr : 0U) << "sector " << each.code;
      ASSERT_TRUE(bench.write(kSr, kWrpErr));
    }
    ASSERT_TRUE(bench.write(kCr, erase_by(sector.code)));
    EXPECT_EQ(bench.peek(kSr), kWrpErr);
  }
}

struct MassErase {
  const char* what;
  std::uint32_t control;
  bool first, second;
  Duration time;
};

TEST(F4MassErase, TakesTheBanksThatAreAskedFor) {
  for (const MassErase& each : {MassErase{"MER", kMer, true, false, 8s}, MassErase{"MER1", kMer1, false, true, 8s},
                                MassErase{"both", kMer | kMer1, true, true, 16s},
                                MassErase{"SER beside MER1", kMer1 | kSer, false, true, 8s}}) {
    SCOPED_TRACE(each.what);
    F4Bench bench(written(part("stm32f429")));
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, each.control | kX32 | kStrt));
    EXPECT_NEAR(static_cast<double>(bench.busy_time().count()), static_cast<double>(each.time.count()), 2e6);
    const ByteView flash = bench.chip->flash();
    for (const std::uint32_t at : {0U, (1U << 20) - 1}) EXPECT_EQ(flash[at], each.first ? 0xFF : 0);
    for (const std::uint32_t at : {1U << 20, (2U << 20) - 1}) EXPECT_EQ(flash[at], each.second ? 0xFF : 0);
  }
}

TEST(F4MassErase, OfABankThatIsNotThereDoesNothing) {
  F4Bench bench(written(part("stm32f407")));
  bench.start();
  bench.unlock_flash();
  ASSERT_TRUE(bench.write(kCr, kMer1 | kX32 | kStrt));
  EXPECT_EQ(bench.peek(kSr), 0U);
  EXPECT_EQ(bench.peek(kCr) & kMer1, 0U) << "no such bit";
  EXPECT_EQ(bench.chip->flash()[0], 0);
}

TEST(F4MassErase, IsRefusedByOneProtectedSectorOfThoseBanks) {
  Stm32f4Options options = written(part("stm32f429"));
  options.second_option_word = 0x0FFB0000;  // sector 14
  F4Bench bench(options);
  bench.start();
  bench.unlock_flash();
  for (const auto& [control, flags] :
       {std::pair{kMer1, kWrpErr}, std::pair{kMer | kMer1, kWrpErr}, std::pair{kMer, 0U}}) {
    ASSERT_TRUE(bench.write(kCr, control | kX32 | kStrt));
    (void)bench.busy_time();
    EXPECT_EQ(bench.peek(kSr), flags);
    ASSERT_TRUE(bench.write(kSr, kWrpErr));
  }
  EXPECT_EQ(bench.chip->truth().erased_sectors, 12U);
}

// The other bank is read while one is erased, unless an option says that it is not.
TEST(F4MassErase, LeavesTheOtherBankReadable) {
  for (const bool while_write : {true, false}) {
    Stm32f4Options options = written(part("stm32f429"));
    options.read_while_write = while_write;
    F4Bench bench(options);
    bench.start();
    bench.unlock_flash();
    ASSERT_TRUE(bench.write(kCr, kMer1 | kX32 | kStrt));
    EXPECT_EQ(bench.read(kFlash).has_value(), while_write);
  }
}

}  // namespace
}  // namespace rigor::lab::test
