#include "framework/bench/layout_description.hpp"

#include <gmock/gmock.h>

#include "framework/bench/fault.hpp"
#include "tests/unit/bench/files.hpp"

namespace rigor {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(Layouts, ThoseThatComeWithRigorAreGood) {
  int count = 0;
  for (const auto& file : fs::directory_iterator(fs::path(RIGOR_SOURCE_DIR) / kLayoutFolder)) {
    Faults faults;
    const auto layout = load_layout(file.path(), faults);
    EXPECT_TRUE(layout) << faults.describe();
    ++count;
    if (!layout) continue;
    EXPECT_EQ(layout->name, file.path().stem());
  }
  EXPECT_GE(count, 7);
}

// The addresses that SEED-002 and ST's own scripts show (stm32h5.md 8).
struct Known {
  const char* layout;
  const char* area;
  std::uint32_t offset;
  std::uint32_t size;
};

class KnownAreas : public ::testing::TestWithParam<Known> {};

INSTANTIATE_TEST_SUITE_P(Layouts, KnownAreas,
                         ::testing::Values(Known{"oemirot-h563-2m", "secure-download", 0xBE000, 0x6000},
                                           Known{"oemirot-h563-2m", "nonsecure-download", 0xC4000, 0xA0000},
                                           Known{"oemirot-h563-1m", "nonsecure-download", 0x64000, 0x40000},
                                           Known{"oemirot-h533-512k", "nonsecure-download", 0x34000, 0x10000},
                                           Known{"oemirot-h523-256k", "secure-download", 0x2A000, 0x4000},
                                           Known{"oemirot-h503", "primary", 0x12000, 0xE000},
                                           Known{"oemirot-h7rs", "download", 0x200000, 0x200000}));

TEST_P(KnownAreas, LieWhereTheReferenceSays) {
  Faults faults;
  const auto layout =
      load_layout(fs::path(RIGOR_SOURCE_DIR) / kLayoutFolder / (std::string(GetParam().layout) + ".yaml"), faults);
  ASSERT_TRUE(layout) << faults.describe();
  const FlashArea* area = layout->area(GetParam().area);
  ASSERT_NE(area, nullptr);
  EXPECT_EQ(area->offset, GetParam().offset);
  EXPECT_EQ(area->size, GetParam().size);
}

class LayoutFaults : public FilesTest {
 protected:
  std::string faults_of(const std::string& areas) {
    write("bad.yaml", "layout: bad\nchips: [stm32h563]\nflash: 1MiB\nareas:\n" + areas);
    Faults faults;
    EXPECT_FALSE(load_layout("bad.yaml", faults));
    return faults.describe();
  }
};

TEST_F(LayoutFaults, AreNamedWithTheirPlace) {
  EXPECT_THAT(faults_of("  - {name: a, at: 0, size: 64KiB}\n  - {name: b, at: 0x8000, size: 4KiB}\n"),
              HasSubstr("bad.yaml:6:15: error: 'b' begins before 'a' ends"));
  EXPECT_THAT(faults_of("  - {name: a, at: 0, size: 4KiB}\n  - {name: a, at: 0x8000, size: 4KiB}\n"),
              HasSubstr("'a' is there twice"));
  EXPECT_THAT(faults_of("  - {name: a, at: 0xFF000, size: 8KiB}\n"), HasSubstr("behind the flash"));
  EXPECT_THAT(faults_of("  - {name: a, at: 0, size: 0KiB}\n"), HasSubstr("'size' is"));
  EXPECT_THAT(faults_of("  - {name: a, at: 0, size: 4KiB, colour: red}\n"), HasSubstr("unknown key 'colour'"));
}

}  // namespace
}  // namespace rigor
