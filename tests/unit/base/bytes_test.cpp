#include "framework/base/bytes.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

TEST(Bytes, WordsAreLittleEndian) {
  Bytes bytes(6);
  store_le32(bytes, 0, 0x53544441);
  store_le16(bytes, 4, 0x1234);
  EXPECT_EQ(bytes, (Bytes{0x41, 0x44, 0x54, 0x53, 0x34, 0x12}));
  EXPECT_EQ(load_le32(bytes), 0x53544441u);
  EXPECT_EQ(load_le16(bytes, 4), 0x1234u);
}

TEST(Hex, GoesBothWays) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0xab, 0xff}), "00abff");
  EXPECT_EQ(from_hex("00ABff"), (Bytes{0x00, 0xab, 0xff}));
  EXPECT_EQ(hex_word(0x4d), "0x0000004d");
  EXPECT_EQ(hex_word(0x484, 3), "0x484");
}

TEST(Hex, RefusesWhatIsNotHex) {
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("zz"));
  EXPECT_FALSE(from_hex("0x"));
}

}  // namespace
}  // namespace rigor
