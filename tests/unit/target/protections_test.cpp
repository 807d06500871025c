// What would refuse an erase on an H5, told before it is tried.
#include <gmock/gmock.h>

#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr std::uint32_t kNonsecure = 0x08000000;
constexpr std::uint32_t kSecure = 0x0C000000;
constexpr std::uint32_t kSector = 8192;

struct H5Protections : H5 {
  std::vector<Protection> found(std::uint32_t address, std::uint32_t size) {
    auto protections = target->protections(address, size);
    EXPECT_TRUE(protections) << protections.error().describe();
    return protections.value_or(std::vector<Protection>{});
  }
};

TEST_F(H5Protections, nothing_stands_in_the_way_of_an_open_part) {
  EXPECT_TRUE(found(kNonsecure, static_cast<std::uint32_t>(chip.flash.size())).empty());
  EXPECT_FALSE(target->protections(kNonsecure + 0x01000000, 4));
}

TEST_F(H5Protections, a_bit_of_zero_protects_four_sectors) {
  chip.options[0xE8] = 0xFF & ~(1U << 2);
  EXPECT_TRUE(found(kNonsecure + 7 * kSector, kSector).empty());
  const auto inside = found(kNonsecure + 8 * kSector, 4 * kSector);
  ASSERT_EQ(inside.size(), 1U);
  EXPECT_EQ(inside[0].kind, ProtectionKind::write);
  EXPECT_EQ(inside[0].what, "WRPSGn1 write-protects sectors 8..11 of bank 1");
  EXPECT_EQ(inside[0].cure, "options: {set: {WRPSGn1: 0xff}}");
}

TEST_F(H5Protections, all_groups_of_a_bank_are_one_sentence_and_one_cure) {
  chip.options[0xE8] = 0x4A;
  const auto all = found(kNonsecure, static_cast<std::uint32_t>(chip.flash.size()));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].what, "WRPSGn1 write-protects sectors 0..3, 8..11 of bank 1");
  EXPECT_EQ(all[0].cure, "options: {set: {WRPSGn1: 0x4f}}");
  const auto some = found(kNonsecure + 8 * kSector, 4 * kSector);
  ASSERT_EQ(some.size(), 1U);
  EXPECT_EQ(some[0].cure, "options: {set: {WRPSGn1: 0x4e}}");
}

TEST_F(H5Protections, the_banks_are_the_physical_ones) {
  chip.options[0x1E8] = 0xFE;
  const auto half = static_cast<std::uint32_t>(chip.flash.size() / 2);
  EXPECT_EQ(found(kNonsecure + half, kSector).size(), 1U);
  chip.options[0x50] |= 0x80000000U;  // SWAP_BANK
  EXPECT_TRUE(found(kNonsecure + half, kSector).empty());
  EXPECT_EQ(found(kNonsecure, kSector).size(), 1U);
}

TEST_F(H5Protections, hidden_sectors_are_named) {
  chip.options[0xF8] = 2 | 5U << 16;
  EXPECT_TRUE(found(kNonsecure, 2 * kSector).empty());
  const auto inside = found(kNonsecure + 5 * kSector, 2 * kSector);
  ASSERT_EQ(inside.size(), 1U);
  EXPECT_EQ(inside[0].kind, ProtectionKind::hide);
  EXPECT_THAT(inside[0].what, HasSubstr("2..5"));
}

TEST_F(H5Protections, the_wrong_world_is_named_with_the_right_address) {
  chip.set_trustzone(true);
  chip.options[0xE0] = 0 | 3U << 16;
  const auto nonsecure = found(kNonsecure, kSector);
  ASSERT_EQ(nonsecure.size(), 1U);
  EXPECT_EQ(nonsecure[0].kind, ProtectionKind::security);
  EXPECT_THAT(nonsecure[0].cure, HasSubstr("0x0c000000"));
  EXPECT_TRUE(found(kSecure, kSector).empty());
  EXPECT_EQ(found(kSecure + 4 * kSector, kSector).size(), 1U);
}

TEST_F(H5Protections, a_part_that_has_left_open_says_so_first) {
  chip.set_state(0x17);
  chip.options[0xE8] = 0;
  const auto all = found(kNonsecure, kSector);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].kind, ProtectionKind::state);
}

}  // namespace
}  // namespace rigor
