#include "framework/auth/password.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;

Bytes file_of(std::uint32_t length, std::size_t bytes) {
  Bytes file = {0, 0, 0, 0x80, 0, 0, 0, 0};
  store_le32(file, 4, length);
  file.resize(8 + bytes, 'x');
  return file;
}

TEST(Password, EveryVectorGetsItsVerdict) {
  const auto expected = vectors::json("expected.json")["password"];
  ASSERT_EQ(expected.size(), 2U);
  for (const auto& [name, verdict] : expected.items()) {
    const auto password = Password::load(vectors::path(name));
    ASSERT_EQ(password.has_value(), verdict["ok"].get<bool>()) << name;
    if (password) {
      EXPECT_EQ(password->length(), verdict["length"].get<std::size_t>());
    } else {
      EXPECT_EQ(password.error().code(), Code::credential_unreadable);
      EXPECT_THAT(password.error().describe(), HasSubstr("the length field says"));
    }
  }
}

TEST(Password, HashesItsCharactersOnly) {
  const auto password = Password::load(vectors::path("password/password.bin"));
  ASSERT_TRUE(password);
  EXPECT_EQ(to_hex(password->hash(vectors::crypto())), vectors::kPasswordHash);
}

TEST(Password, LengthsOutsideFourToSixteenAreRefused) {
  for (std::uint32_t length = 0; length < 40; ++length) {
    EXPECT_EQ(Password::parse(Secret(file_of(length, length))).has_value(), length >= 4 && length <= 16) << length;
    EXPECT_EQ(Password::from_characters(std::string(length, 'y')).has_value(), length >= 4 && length <= 16) << length;
  }
}

TEST(Password, PaddingIsAcceptedAndNotSent) {
  Bytes file = file_of(5, 5);
  file.resize(16);
  const auto password = Password::parse(Secret(file));
  ASSERT_TRUE(password);
  EXPECT_EQ(password->record().size(), 13U);
  file.resize(17);
  EXPECT_FALSE(Password::parse(Secret(file))) << "more than padding";
  Bytes dirty = file_of(5, 6);
  EXPECT_FALSE(Password::parse(Secret(dirty))) << "a newline perhaps";
}

TEST(Password, OtherRecordsAreRefused) {
  EXPECT_FALSE(Password::parse(Secret(*from_hex("000001800400000061626364"))));
  EXPECT_FALSE(Password::parse(Secret(*from_hex("010000800400000061626364"))));
  EXPECT_FALSE(Password::parse(Secret(vectors::bytes("password/password.txt"))));
  EXPECT_FALSE(Password::load(vectors::path("password/none")));
}

TEST(Password, MadeFilesAreThoseOfTheGenerator) {
  const auto password = Password::from_characters(vectors::kPasswordText);
  ASSERT_TRUE(password);
  EXPECT_EQ(Bytes(password->record().begin(), password->record().end()), vectors::bytes("password/password.bin"));
}

}  // namespace
}  // namespace rigor
