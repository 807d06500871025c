#include "framework/image/image.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rigor {
namespace {

const std::vector<std::uint32_t> kBases = {0x08000000, 0x0C000000};

TEST(IntelHex, PlacesSegmentsByEitherAlias) {
  const auto image = parse_intel_hex(
      ":020000040800F2\n"
      ":0400000001020304F2\n"
      ":020000040C00EE\n"
      ":04010000AABBCCDDED\r\n"
      ":00000001FF\n",
      "app.hex", kBases);
  ASSERT_TRUE(image) << image.error().describe();
  ASSERT_EQ(image->segments.size(), 2u);
  EXPECT_EQ(image->segments[0].offset, 0u);
  EXPECT_EQ(image->segments[0].bytes, (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(image->segments[1].offset, 0x100u);
  EXPECT_EQ(image->size(), 8u);
}

struct BadHex {
  const char* text;
  const char* message;
};

class IntelHexRefuses : public ::testing::TestWithParam<BadHex> {};

TEST_P(IntelHexRefuses, WithTheLine) {
  const auto image = parse_intel_hex(GetParam().text, "app.hex", kBases);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code(), Code::file_invalid);
  EXPECT_EQ(image.error().message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Table, IntelHexRefuses,
    ::testing::Values(BadHex{"", "app.hex:0: the file ends without an end-of-file record"},
                      BadHex{"hello\n", "app.hex:1: an Intel HEX record starts with ':'"},
                      BadHex{":0400000001020304F3\n", "app.hex:1: the record's checksum is wrong"},
                      BadHex{":05000000010203\n", "app.hex:1: the record's length does not match its first byte"},
                      BadHex{":0400000001020304F2\n", "app.hex:1: address 0x00000000 lies before the flash"},
                      BadHex{":020000040800F2\n:0100000001FE\n:0100000001FE\n",
                             "app.hex:3: address 0x08000000 is written twice"},
                      BadHex{":00000009F7\n", "app.hex:1: record type 09 is unknown"}));

TEST(Pattern, IsRepeatableAndHasNoEqualQuadWords) {
  const Image first = make_pattern(4096, 7);
  EXPECT_EQ(first.segments[0].bytes, make_pattern(4096, 7).segments[0].bytes);
  EXPECT_NE(first.segments[0].bytes, make_pattern(4096, 8).segments[0].bytes);
  std::set<Bytes> quads;
  const Bytes& bytes = first.segments[0].bytes;
  for (std::size_t i = 0; i < bytes.size(); i += 16) quads.insert(Bytes(bytes.begin() + i, bytes.begin() + i + 16));
  EXPECT_EQ(quads.size(), 256u);
}

TEST(LoadImage, RefusesAMissingFile) {
  EXPECT_EQ(load_image("/nonexistent.bin", kBases).error().code(), Code::file_unreadable);
}

}  // namespace
}  // namespace rigor
