// The loader against a chip whose core executes its machine words.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "framework/image/image.hpp"
#include "framework/target/loader/feed.hpp"
#include "framework/target/loader/flash_loader.hpp"
#include "framework/target/loader/stub.hpp"
#include "framework/target/zip_checksum.hpp"
#include "tests/unit/target/loader_chip.hpp"

namespace rigor::test {
namespace {

using namespace std::chrono_literals;
using End = LoaderReport::End;

Bytes content(std::size_t size) { return make_pattern(size, 7).segments.front().bytes; }

struct Loader : ::testing::Test {
  InstantClock clock;
  LoaderChip chip{clock};
  FlashLoader loader{chip, clock};
  LoaderSite site{
      .port = {},
      .ram = {LoaderChip::kRam, 64 * 1024},
      .controller = {LoaderChip::kStatus, LoaderChip::kBusy, LoaderChip::kErrors, LoaderChip::kErrorBits, 1, 16us, 1ms},
      .core_khz = 16'000};

  void expect_core_as_it_was() const {
    for (std::uint32_t i = 0; i < 15; ++i) EXPECT_EQ(chip.core.r[i], 0x1000 + i) << "r" << i;
    EXPECT_EQ(chip.core.r[15], 0x08000100U);
  }
};

struct ProgramCase {
  const char* name;
  unsigned unit_words;
  std::uint32_t ram;
  std::uint32_t size;
  Duration access_time;
};

class LoaderPrograms : public Loader, public ::testing::WithParamInterface<ProgramCase> {};

INSTANTIATE_TEST_SUITE_P(Everywhere, LoaderPrograms,
                         ::testing::Values(ProgramCase{"OneWord", 1, 64 << 10, 4, 300us},
                                           ProgramCase{"OneUnitOfFour", 4, 64 << 10, 16, 300us},
                                           ProgramCase{"WordsWithAFastHost", 1, 64 << 10, 100'000, 300us},
                                           ProgramCase{"WordsWithASlowHost", 1, 64 << 10, 100'000, 20ms},
                                           ProgramCase{"UnitsOfFour", 4, 64 << 10, 100'000, 300us},
                                           ProgramCase{"ExactlyTwoBuffers", 4, 64 << 10, 2 * 6128, 300us},
                                           ProgramCase{"OneUnitMoreThanABuffer", 4, 64 << 10, 6128 + 16, 300us},
                                           ProgramCase{"TwoSmallBuffers", 4, 3000, 20'000, 300us},
                                           ProgramCase{"TwoSmallBuffersOfWords", 1, 3000, 20'004, 300us}),
                         [](const auto& each) { return each.param.name; });

TEST_P(LoaderPrograms, AndGivesTheCoreBack) {
  const ProgramCase& each = GetParam();
  chip.unit_words = site.controller.unit_words = each.unit_words;
  chip.access_time = each.access_time;
  site.ram.size = each.ram;
  const Bytes data = content(each.size);
  const auto report = loader.program(site, LoaderChip::kFlash + 0x1000, data);
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->end, End::done);
  EXPECT_FALSE(chip.overrun);
  EXPECT_FALSE(chip.faulted);
  EXPECT_TRUE(std::ranges::equal(data, std::span(chip.flash).subspan(0x1000, data.size())));
  EXPECT_EQ(chip.flash[0xFFF], 0xFF);
  EXPECT_EQ(chip.flash[0x1000 + data.size()], 0xFF);
  expect_core_as_it_was();
  EXPECT_FALSE(chip.halted);
}

TEST_F(Loader, AsksSeldom) {
  const Bytes data = content(256 * 1024);
  ASSERT_TRUE(loader.program(site, LoaderChip::kFlash, data));
  const int buffers = 256 * 1024 / 6128 + 1;
  EXPECT_LT(chip.reads, 30) << "for " << buffers << " buffers";
  EXPECT_LT(chip.accesses, buffers + 60);
}

TEST_F(Loader, KeepsTheFlashBusy) {
  const Bytes data = content(256 * 1024);
  const TimePoint begin = clock.now();
  ASSERT_TRUE(loader.program(site, LoaderChip::kFlash, data));
  const auto flash = 16us * (256 * 1024 / 4);
  EXPECT_LT(clock.now() - begin, flash * 115 / 100);
}

TEST_F(Loader, LeavesAHaltedCoreHalted) {
  ASSERT_TRUE(chip.write_word({}, 0xE000EDF0, 0xA05F0003));
  ASSERT_TRUE(loader.program(site, LoaderChip::kFlash, content(8192)));
  EXPECT_TRUE(chip.halted);
  expect_core_as_it_was();
}

TEST_F(Loader, FlagsOfAnEarlierRunDoNotCount) {
  const Bytes first = content(60'000);
  ASSERT_TRUE(loader.program(site, LoaderChip::kFlash, first));
  const Bytes second = make_pattern(60'000, 8).segments.front().bytes;
  ASSERT_TRUE(loader.program(site, LoaderChip::kFlash + 0x10000, second));
  EXPECT_TRUE(std::ranges::equal(second, std::span(chip.flash).subspan(0x10000, second.size())));
}

TEST_F(Loader, AnErrorHasItsAddressAndStatus) {
  for (const unsigned words : {1U, 4U}) {
    chip.unit_words = site.controller.unit_words = words;
    chip.error_at = LoaderChip::kFlash + 0x40000 * (words / 4) + 0x5678 / 16 * 16;
    const auto report = loader.program(site, LoaderChip::kFlash + 0x40000 * (words / 4), content(200'000));
    ASSERT_TRUE(report) << report.error().describe();
    EXPECT_EQ(report->end, End::failed);
    EXPECT_EQ(report->address, *chip.error_at);
    EXPECT_EQ(report->status, 1U << 17);
    expect_core_as_it_was();
    chip.error_at.reset();
    chip.clear_errors();
  }
}

TEST_F(Loader, AFlashThatStaysBusyIsReportedInTime) {
  chip.busy_for_ever = true;
  const TimePoint begin = clock.now();
  const auto report = loader.program(site, LoaderChip::kFlash, content(50'000));
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->end, End::stalled);
  EXPECT_EQ(report->address, LoaderChip::kFlash);
  EXPECT_LT(clock.now() - begin, 1s);
  expect_core_as_it_was();
}

struct Refusal {
  const char* name;
  void (*make)(LoaderChip&);
};

class LoaderWithout : public Loader, public ::testing::WithParamInterface<Refusal> {};

INSTANTIATE_TEST_SUITE_P(Code, LoaderWithout,
                         ::testing::Values(Refusal{"ACoreThatExecutes", [](LoaderChip& chip) { chip.runs = false; }},
                                           Refusal{"ACoreThatHalts", [](LoaderChip& chip) { chip.halts = false; }},
                                           Refusal{"RamItMayWrite", [](LoaderChip& chip) { chip.ram_faults = true; }}),
                         [](const auto& each) { return each.param.name; });

TEST_P(LoaderWithout, SaysSoOnceAndTouchesNothing) {
  GetParam().make(chip);
  const TimePoint begin = clock.now();
  auto report = loader.program(site, LoaderChip::kFlash, content(50'000));
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->end, End::no_code);
  EXPECT_LT(clock.now() - begin, 500ms);
  EXPECT_EQ(chip.flash, Bytes(chip.flash.size(), 0xFF));
  expect_core_as_it_was();
  EXPECT_FALSE(chip.halted);
  const int before = chip.accesses;
  report = loader.program(site, LoaderChip::kFlash, content(50'000));
  EXPECT_EQ(report->end, End::no_code);
  const FlashRange range{LoaderChip::kFlash, 32};
  EXPECT_EQ(loader.checksums(site, std::span(&range, 1)).value(), std::nullopt);
  EXPECT_EQ(chip.accesses, before) << "it is remembered";
}

// Wherever the wire breaks there is an error, never a report of success.
TEST_F(Loader, ABrokenWireIsAnError) {
  for (int at = 0; at < 60; at += 7) {
    chip.fails_after = at;
    const auto report = loader.program(site, LoaderChip::kFlash, content(400'000));
    ASSERT_FALSE(report) << at;
    EXPECT_EQ(report.error().code(), Code::probe_lost);
  }
}

TEST_F(Loader, RefusesHalfUnitsAndTooLittleRam) {
  site.controller.unit_words = 4;
  EXPECT_EQ(loader.program(site, LoaderChip::kFlash + 4, content(16)).error().code(), Code::usage);
  EXPECT_EQ(loader.program(site, LoaderChip::kFlash, content(20)).error().code(), Code::usage);
  site.ram.size = 1024;
  EXPECT_EQ(loader.program(site, LoaderChip::kFlash, content(16)).error().code(), Code::usage);
  EXPECT_EQ(chip.accesses, 0);
}

TEST_F(Loader, ChecksumsAreThoseOfZip) {
  EXPECT_EQ(zip_checksum(Bytes{'1', '2', '3', '4', '5', '6', '7', '8', '9'}), 0xCBF43926U);
  chip.flash = content(chip.flash.size());
  std::vector<FlashRange> ranges;
  for (const std::uint32_t size : {0U, 1U, 3U, 4U, 15U, 16U, 17U, 33U, 5000U})
    ranges.push_back({LoaderChip::kFlash + 4 * size, size});
  const auto sums = loader.checksums(site, ranges);
  ASSERT_TRUE(sums) << sums.error().describe();
  ASSERT_TRUE(*sums);
  for (std::size_t i = 0; i < ranges.size(); ++i)
    EXPECT_EQ((**sums)[i],
              zip_checksum(ByteView(chip.flash).subspan(ranges[i].address - LoaderChip::kFlash, ranges[i].size)))
        << ranges[i].size;
  expect_core_as_it_was();
}

TEST_F(Loader, AChecksumTakesAtMostFourCyclesAByte) {
  const FlashRange range{LoaderChip::kFlash, static_cast<std::uint32_t>(chip.flash.size())};
  const TimePoint begin = clock.now();
  ASSERT_TRUE(loader.checksums(site, std::span(&range, 1)).value());
  const auto four_cycles = std::chrono::nanoseconds(4 * chip.flash.size() * 1'000'000 / site.core_khz);
  EXPECT_LT(clock.now() - begin, four_cycles + 20ms) << "20 ms: sixty accesses of the debugger's";
}

TEST_F(Loader, ComparesOnlyWhereTheRamWasGivenUp) {
  const Bytes data = content(64 * 1024);
  std::ranges::copy(data, chip.flash.begin());
  EXPECT_FALSE(loader.holds(site, LoaderChip::kFlash, data).value());
  EXPECT_EQ(chip.accesses, 0) << "a running board is left alone";
  std::ranges::fill(chip.flash, 0xFF);
  ASSERT_TRUE(loader.program(site, LoaderChip::kFlash, data));
  EXPECT_TRUE(loader.holds(site, LoaderChip::kFlash, data).value());
  chip.flash[12'345] ^= 0x10;
  EXPECT_FALSE(loader.holds(site, LoaderChip::kFlash, data).value());
  loader.forget_ram();
  const int before = chip.accesses;
  EXPECT_FALSE(loader.holds(site, LoaderChip::kFlash, data).value());
  EXPECT_EQ(chip.accesses, before);
}

TEST_F(Loader, FindsThePiecesThatChanged) {
  const Bytes data = content(8 * 8192);
  std::ranges::copy(data, chip.flash.begin());
  std::vector<FlashRange> pieces;
  for (std::uint32_t i = 0; i < 8; ++i) pieces.push_back({LoaderChip::kFlash + 8192 * i, 8192});
  EXPECT_EQ(loader.changed(site, pieces, data).value(), std::vector<FlashRange>{});
  for (const std::uint32_t at : {1U, 2U, 7U}) chip.flash[8192 * at + 100] ^= 1;
  EXPECT_EQ(loader.changed(site, pieces, data).value(),
            (std::vector<FlashRange>{{LoaderChip::kFlash + 8192, 2 * 8192}, {LoaderChip::kFlash + 7 * 8192, 8192}}));
}

TEST(LoaderStub, IsWhatItsSourceAssemblesTo) {
  if (std::system("command -v arm-none-eabi-as >/dev/null") != 0)
    GTEST_SKIP() << "arm-none-eabi-as is not installed (Debian: binutils-arm-none-eabi; ci/setup test)";
  EXPECT_EQ(std::system(RIGOR_SOURCE_DIR "/ci/update-loader-stub --check"), 0);
}

}  // namespace
}  // namespace rigor::test
