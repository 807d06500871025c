#include "framework/target/flash_layout.hpp"

#include <gtest/gtest.h>

#include "framework/target/chip_facts.hpp"

namespace rigor {
namespace {

constexpr std::uint32_t kKilobyte = 1024;

ChipFacts uniform(std::uint32_t banks) {
  ChipFacts facts;
  facts.flash_bank_count = banks;
  facts.flash_sector_size = 8 * kKilobyte;
  return facts;
}

ChipFacts mixed(std::uint32_t banks) {
  ChipFacts facts;
  facts.flash_bank_count = banks;
  facts.flash_sector_runs = {{4, 16 * kKilobyte}, {1, 64 * kKilobyte}, {7, 128 * kKilobyte}};
  return facts;
}

struct LayoutCase {
  const char* name;
  ChipFacts facts;
  std::uint32_t kilobytes;
  std::size_t count;
  FlashSector last;
};

class FlashLayoutOf : public testing::TestWithParam<LayoutCase> {};

TEST_P(FlashLayoutOf, covers_the_flash_without_gap) {
  const auto sectors = flash_sectors(GetParam().facts, GetParam().kilobytes * kKilobyte);
  ASSERT_EQ(sectors.size(), GetParam().count);
  std::uint32_t end = 0;
  for (const FlashSector& sector : sectors) {
    EXPECT_EQ(sector.offset, end);
    end += sector.size;
  }
  EXPECT_EQ(end, GetParam().kilobytes * kKilobyte);
  const FlashSector& last = sectors.back();
  EXPECT_EQ(last.bank, GetParam().last.bank);
  EXPECT_EQ(last.index, GetParam().last.index);
  EXPECT_EQ(last.size, GetParam().last.size);
}

INSTANTIATE_TEST_SUITE_P(parts, FlashLayoutOf,
                         testing::Values(LayoutCase{"h503", uniform(2), 128, 16, {2, 7, 0, 8192}},
                                         LayoutCase{"h563", uniform(2), 2048, 256, {2, 127, 0, 8192}},
                                         LayoutCase{"h7s7", uniform(1), 64, 8, {1, 7, 0, 8192}},
                                         LayoutCase{"f407", mixed(1), 1024, 12, {1, 11, 0, 131072}},
                                         LayoutCase{"f407_half", mixed(1), 512, 8, {1, 7, 0, 131072}},
                                         LayoutCase{"f429", mixed(2), 2048, 24, {2, 11, 0, 131072}}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(FlashLayout, finds_what_a_range_touches) {
  const auto sectors = flash_sectors(mixed(1), 1024 * kKilobyte);
  EXPECT_TRUE(sectors_in(sectors, 0, 0).empty());
  EXPECT_EQ(sectors_in(sectors, 0, 1).size(), 1U);
  const auto two = sectors_in(sectors, 16 * kKilobyte - 1, 2);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two.front().index, 0U);
  const auto tail = sectors_in(sectors, 64 * kKilobyte, 1024 * kKilobyte);
  EXPECT_EQ(tail.size(), 8U);
  EXPECT_TRUE(sectors_in(sectors, 2048 * kKilobyte, 4).empty());
}

}  // namespace
}  // namespace rigor
