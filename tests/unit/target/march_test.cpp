// The march on flash with faults that are known.
#include "framework/target/march.hpp"

#include <gmock/gmock.h>

#include "tests/unit/target/bench.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;

constexpr std::uint32_t kBegin = 0x08002000;
constexpr std::uint32_t kSize = 2 * 8192;

using MarchTest = H5;

TEST_F(MarchTest, SoundFlashIsCleanAndErasedAfterwards) {
  const auto report = march(*target, kBegin, kSize);
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_TRUE(report->clean());
  EXPECT_THAT(report->elements,
              ElementsAre("erase before zeros", "zeros", "erase before address", "address", "erase before checkerboard",
                          "checkerboard", "erase before inverse", "inverse", "erase at the end"));
  EXPECT_EQ(chip.flash, Bytes(chip.flash.size(), 0xFF));
  EXPECT_EQ(chip.sector_erases, 2 * 5);
}

TEST_F(MarchTest, ABitThatFlipsIsFoundInEveryPatternAndRepeats) {
  chip.corrupt_at = 0x2345;
  const auto report = march(*target, kBegin, kSize);
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->wrong_bytes, 4U);
  EXPECT_EQ(report->unstable_bytes, 0U);
  EXPECT_THAT(report->findings,
              Each(AllOf(Field(&MarchFinding::address, 0x08002345U),
                         ::testing::ResultOf([](const MarchFinding& found) { return found.repeats(); }, true))));
  EXPECT_EQ(report->findings.front().element, "zeros");
  EXPECT_EQ(report->findings.front().first, 0x40);
}

TEST_F(MarchTest, ReadsThatDifferAreUnstable) {
  chip.unstable_at = 0x3000;
  const auto report = march(*target, kBegin, kSize);
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->unstable_bytes, report->wrong_bytes);
  EXPECT_GE(report->unstable_bytes, 9U);
}

TEST_F(MarchTest, ARefusedPatternIsAFinding) {
  chip.raise_on_program = 1U << 20;  // INCERR
  const auto report = march(*target, kBegin, kSize);
  ASSERT_TRUE(report) << report.error().describe();
  ASSERT_EQ(report->refusals.size(), 4U);
  EXPECT_EQ(report->refusals.front().error.code(), Code::flash_inconsistent);
  EXPECT_FALSE(report->clean());
  EXPECT_EQ(report->findings.size(), MarchReport::kMostFindings);
  EXPECT_GT(report->wrong_bytes, report->findings.size());
}

TEST_F(MarchTest, ProtectedFlashIsNoEvidence) {
  chip.protected_from = 0;
  EXPECT_EQ(march(*target, kBegin, kSize).error().code(), Code::flash_write_protected);
}

TEST_F(MarchTest, RefusesWhatIsNotWords) {
  EXPECT_EQ(march(*target, kBegin + 2, kSize).error().code(), Code::usage);
  EXPECT_EQ(march(*target, kBegin, 0).error().code(), Code::usage);
}

}  // namespace
}  // namespace rigor::test
