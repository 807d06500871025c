#include <gmock/gmock.h>

#include "tests/unit/image/mcuboot_bytes.hpp"

namespace rigor {
namespace {

using test::ImageSpec;
using test::make_image;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Mcuboot, ReadsHeaderTagsAndTrailer) {
  const auto image = parse_mcuboot(make_image({.slot = 0x6000}));
  ASSERT_TRUE(image) << image.error().describe();
  EXPECT_THAT(image->faults, IsEmpty());
  EXPECT_EQ(image->header.header_size, 0x400);
  EXPECT_EQ(image->header.image_size, 1000U);
  EXPECT_EQ(image->header.version.major, 1U);
  EXPECT_EQ(image->header.version.revision, 3U);
  EXPECT_EQ(image->header.version.build, 4U);
  EXPECT_EQ(image->digest, McubootDigest::matches);
  EXPECT_TRUE(image->trailer);
  ASSERT_NE(image->find(McubootTag::security_counter), nullptr);
  EXPECT_TRUE(image->find(McubootTag::security_counter)->is_protected);
  EXPECT_FALSE(image->find(McubootTag::sha256)->is_protected);
  EXPECT_EQ(image->end, 0x400U + 1000 + 12 + 4 + 36 + 36 + 74);
  EXPECT_FALSE(parse_mcuboot(make_image({}))->trailer);
}

TEST(Mcuboot, NoHeaderIsNoImage) {
  for (const Bytes& slot : {Bytes{}, Bytes(0x1000, 0xFF), Bytes(0x1000, 0), Bytes(31, 0x3D)}) {
    const auto image = parse_mcuboot(slot);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().code(), Code::file_invalid);
  }
}

struct Fault {
  const char* name;
  ImageSpec spec;
  std::size_t at;  // this byte is changed; 0: none
  const char* message;
};

class McubootFaults : public ::testing::TestWithParam<Fault> {};

constexpr std::size_t kBody = 0x400;
constexpr std::size_t kTags = kBody + 1000;

INSTANTIATE_TEST_SUITE_P(
    Images, McubootFaults,
    ::testing::Values(Fault{"NoDigest", {.digest = false}, 0, "no SHA-256"},
                      Fault{"NoSignature", {.signature = false}, 0, "no ECDSA"},
                      Fault{"DamagedBody", {}, kBody + 7, "damaged"}, Fault{"DamagedHeader", {}, 20, "damaged"},
                      Fault{"NotBootable", {.flags = mcuboot_flag::kNotBootable}, 0, "not bootable"},
                      Fault{"EncryptedWithoutKey", {.flags = mcuboot_flag::kEncrypted}, kBody, "without the ECIES key"},
                      Fault{"HeaderTooShort", {}, 9, "header calls itself"},
                      Fault{"BodyTooLong", {}, 14, "the slot holds"},
                      Fault{"ProtectedMagic", {}, kTags, "no protected tags"},
                      Fault{"ProtectedSize", {}, 10, "bytes of protected tags"},
                      Fault{"AreaTooLong", {}, kTags + 12 + 3, "the tags are"},
                      Fault{"TagTooLong", {}, kTags + 12 + 4 + 3, "longer than its area"}),
    [](const auto& each) { return each.param.name; });

TEST_P(McubootFaults, AreNamed) {
  Bytes slot = make_image(GetParam().spec);
  if (GetParam().at != 0) slot[GetParam().at] ^= 0x04;
  const auto image = parse_mcuboot(slot);
  ASSERT_TRUE(image) << image.error().describe();
  EXPECT_THAT(image->faults, ::testing::Contains(HasSubstr(GetParam().message)));
}

// Cut anywhere it is read without harm, and never good.
TEST(Mcuboot, ATruncatedImageIsNeverGood) {
  const Bytes whole = make_image({});
  for (std::size_t size = kMcubootHeaderSize; size < whole.size(); size += 13) {
    const auto image = parse_mcuboot(ByteView(whole).first(size));
    ASSERT_TRUE(image);
    EXPECT_FALSE(image->faults.empty()) << size;
  }
}

TEST(Mcuboot, TheDigestTellsAClearBodyWhateverTheFlagSays) {
  EXPECT_TRUE(parse_mcuboot(make_image(test::clear_spec()))->body_is_clear());
  const auto encrypted = parse_mcuboot(test::encrypted_image(0));
  EXPECT_FALSE(encrypted->body_is_clear());
  EXPECT_THAT(encrypted->faults, IsEmpty());
}

}  // namespace
}  // namespace rigor
