#include "framework/auth/permissions.hpp"

#include <gmock/gmock.h>

namespace rigor {
namespace {

using testing::HasSubstr;

TEST(Permissions, BitsLieLittleEndian) {
  EXPECT_EQ(to_hex(kFullRegression.bytes()), "00400000000000000000000000000000");
  EXPECT_EQ(to_hex(Permissions::bit(127).bytes()), "00000000000000000000000000000080");
  EXPECT_EQ(product_permissions(Family::stm32h5).text(), "0x5077");
  EXPECT_EQ(product_permissions(Family::stm32h7rs).text(), "0x80000000000000000000000000004007");
  EXPECT_TRUE(product_permissions(Family::stm32f4).none());
  EXPECT_EQ(Permissions().text(), "0x0");
  EXPECT_EQ(Permissions::all().text(), "0x" + std::string(32, 'f'));
}

TEST(Permissions, CombineAsSets) {
  const Permissions h5 = product_permissions(Family::stm32h5);
  EXPECT_TRUE(h5.covers(kFullRegression | kTzRegression));
  EXPECT_FALSE(h5.covers(Permissions::bit(127)));
  EXPECT_EQ((h5 & Permissions::from_word(0x32)).text(), "0x32");
  EXPECT_EQ((h5 & ~kFullRegression).text(), "0x1077");
}

std::string listing(Family family, const Permissions& mask) {
  std::string text;
  for (const ListedPermission& row : list_permissions(family, mask)) text += row.letter + std::to_string(row.bit) + " ";
  return text;
}

TEST(Permissions, AreListedAsTheToolOfStListsThem) {
  EXPECT_EQ(listing(Family::stm32h5, product_permissions(Family::stm32h5)), "a14 b12 c6 d5 e4 f2 g1 h0 ");
  EXPECT_EQ(listing(Family::stm32h7rs, product_permissions(Family::stm32h7rs)), "a14 b2 c1 d0 e127 ");
  EXPECT_EQ(listing(Family::stm32h5, kFullRegression), "a14 ");
  const Permissions odd = product_permissions(Family::stm32h7rs) | Permissions::bit(9) | Permissions::bit(40);
  EXPECT_EQ(listing(Family::stm32h7rs, odd), "a14 b2 c1 d0 e40 f9 g127 ");
  EXPECT_EQ(list_permissions(Family::stm32h5, Permissions::all()).size(), 128U);
  EXPECT_EQ(list_permissions(Family::stm32h5, Permissions::all())[26].letter, '?');
}

TEST(Permissions, AreRead) {
  struct Case {
    std::optional<Family> family;
    const char* text;
    Permissions mask;
  };
  for (const auto& [family, text, mask] : {
           Case{Family::stm32h5, "full-regression", kFullRegression},
           Case{Family::stm32h5, "tz-regression", kTzRegression},
           Case{Family::stm32h5, "level-3-secure-debug", Permissions::bit(6)},
           Case{Family::stm32h5, "level-1-nonsecure-debug", Permissions::bit(0)},
           Case{Family::stm32h7rs, "level-3-debug", Permissions::bit(2)},
           Case{std::nullopt, "level-3-debug", Permissions::bit(2)},
           Case{std::nullopt, "forced-download", Permissions::bit(127)},
           Case{Family::stm32h5, "14", kFullRegression},
           Case{Family::stm32h5, "bit-9", Permissions::bit(9)},
           Case{Family::stm32h5, "0x5077", product_permissions(Family::stm32h5)},
           Case{Family::stm32h7rs, "0x80000000000000000000000000000000", Permissions::bit(127)},
           Case{Family::stm32h5, "full-regression, level-2-secure-debug,0x1", Permissions::from_word(0x4021)},
       }) {
    const auto read = parse_permissions(family, text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, mask) << text;
  }
}

TEST(Permissions, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", ",", "128", "bit-128", "-1", "0x", "0xgg", "0x100000000000000000000000000000000", "full regression", "a"}) {
    const auto read = parse_permissions(Family::stm32h5, text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code(), Code::name_unknown);
  }
  const auto near = parse_permissions(Family::stm32h5, "full-regresion");
  ASSERT_FALSE(near);
  EXPECT_THAT(near.error().hint_text(), HasSubstr("full-regression"));
  EXPECT_FALSE(parse_permissions(Family::stm32h5, "forced-download"));
  EXPECT_FALSE(parse_permissions(Family::stm32h7rs, "tz-regression"));
}

TEST(Permissions, LettersFollowWhatTheChipOffers) {
  const Permissions offered = product_permissions(Family::stm32h7rs);
  EXPECT_EQ(parse_permission_letters(Family::stm32h7rs, offered, "a"), kFullRegression);
  EXPECT_EQ(parse_permission_letters(Family::stm32h7rs, offered, "be"), Permissions::bit(2) | Permissions::bit(127));
  EXPECT_FALSE(parse_permission_letters(Family::stm32h7rs, offered, "f"));
  EXPECT_FALSE(parse_permission_letters(Family::stm32h7rs, Permissions::all(), "?"));
}

TEST(Permissions, NamesReadBack) {
  for (const Family family : {Family::stm32h5, Family::stm32h7rs}) {
    const Permissions all = product_permissions(family) | Permissions::bit(33);
    EXPECT_EQ(parse_permissions(family, permission_names(family, all)), all);
  }
  EXPECT_EQ(permission_names(Family::stm32h5, {}), "none");
}

}  // namespace
}  // namespace rigor
