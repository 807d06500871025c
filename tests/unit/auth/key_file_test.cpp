// Key files as OpenSSL writes them (made with its command line, for these tests only), and what cannot be read.
#include "framework/auth/key_file.hpp"

#include <gmock/gmock.h>

#include "framework/auth/credential.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/base/durable_file.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;

class KeyFileTest : public testing::Test {
 protected:
  Crypto crypto_ = vectors::crypto();
};

TEST_F(KeyFileTest, APassphraseOpensWhatItClosed) {
  const auto key = *SigningKey::generate(crypto_);
  const Secret passphrase(vectors::as_bytes("correct horse"));
  const auto pem = write_private_key(key, &passphrase);
  ASSERT_TRUE(pem) << pem.error().describe();
  const std::string text(pem->view().begin(), pem->view().end());
  EXPECT_TRUE(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));

  const auto locked = read_key(crypto_, pem->view());
  ASSERT_TRUE(locked) << locked.error().describe();
  EXPECT_TRUE(locked->locked());
  EXPECT_TRUE(locked->is_private);
  EXPECT_THAT(SigningKey::parse(crypto_, pem->view()).error().message(), HasSubstr("is encrypted"));

  const auto opened = SigningKey::parse(crypto_, pem->view(), &passphrase);
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_EQ(opened->public_half(), key.public_half());

  const Secret wrong(vectors::as_bytes("correct house"));
  const auto refused = SigningKey::parse(crypto_, pem->view(), &wrong);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::credential_unreadable);
  EXPECT_THAT(refused.error().message(), HasSubstr("passphrase"));
}

// Each made with OpenSSL 3.0, for this test only: `openssl genpkey`, `openssl pkey -pubout`.
TEST_F(KeyFileTest, EveryKindIsNamed) {
  const struct {
    std::string_view pem, type;
    bool is_private, has_public_half;
  } cases[] = {
      {"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHEw1BGvKHvhWounDpPNIC/Nc3KFIIy7k4ZtwKiXk0IN\n"
       "-----END PRIVATE KEY-----\n",
       "ed25519", true, false},
      {"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAqh1lsH7ZvGJkWeHPLQbJjODbimHFvbCtXLTpy/r/yCk=\n"
       "-----END PUBLIC KEY-----\n",
       "ed25519", false, true},
  };
  for (const auto& each : cases) {
    const auto key = read_key(crypto_, vectors::as_bytes(each.pem));
    ASSERT_TRUE(key) << key.error().describe();
    EXPECT_EQ(key->type, each.type);
    EXPECT_EQ(key->is_private, each.is_private);
    EXPECT_EQ(key->public_half.has_value(), each.has_public_half);
    EXPECT_EQ(key->scalar.size(), 0U);
  }
}

TEST_F(KeyFileTest, APublicKeyIsAPointOfItsCurve) {
  for (const std::uint8_t algorithm : {kEcdsaP256, kEcdsaP384, kEcdsaP521}) {
    PublicKey key = SigningKey::generate(crypto_, algorithm)->public_half();
    EXPECT_TRUE(crypto_.accepts(key));
    key.bytes.back() ^= 1;
    EXPECT_FALSE(crypto_.accepts(key));
    EXPECT_THAT(read_key(crypto_, vectors::as_bytes(write_public_key(key))).error().message(),
                HasSubstr("no public key of"));
    key.bytes.back() ^= 1;
    key.bytes.resize(key.bytes.size() - 2);
    EXPECT_FALSE(read_key(crypto_, vectors::as_bytes(write_public_key(key)))) << "a short point is not filled up";
  }
}

TEST_F(KeyFileTest, AFileOfManyOtherBlocksIsRefusedAtOnce) {
  std::string text;
  while (text.size() < 60'000) text += "-----BEGIN A-----\n";
  EXPECT_THAT(read_key(crypto_, vectors::as_bytes(text)).error().message(), HasSubstr("no key in it"));
  while (text.size() <= kMostKeyFile) text += "-----BEGIN A-----\n";
  EXPECT_THAT(read_key(crypto_, vectors::as_bytes(text)).error().message(), HasSubstr("too many for a key"));
}

TEST_F(KeyFileTest, WhatCannotBeReadSaysWhy) {
  const struct {
    std::string text, reason;
  } cases[] = {
      {"", "no key"},
      {"-----BEGIN PRIVATE KEY-----\nAAAA\n", "the PRIVATE KEY that begins at byte 0 does not end"},
      {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no key in it"},
      {"-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----\n", "byte 28 is no base64 character"},
      {"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
       "-----END EC PRIVATE KEY-----\n",
       "OpenSSL's old form"},
      {"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "a DER sequence that is no key"},
  };
  for (const auto& each : cases) {
    const auto key = read_key(crypto_, vectors::as_bytes(each.text));
    ASSERT_FALSE(key) << each.text;
    EXPECT_EQ(key.error().code(), Code::credential_unreadable);
    EXPECT_THAT(key.error().message(), HasSubstr(each.reason));
  }
}

class TypedSecretTest : public KeyFileTest {
 protected:
  std::filesystem::path write(std::string_view name, ByteView content) {
    const auto path = std::filesystem::path(testing::TempDir()) / name;
    EXPECT_TRUE(write_durably(path, {reinterpret_cast<const char*>(content.data()), content.size()}));
    return path;
  }
};

TEST_F(TypedSecretTest, OneLineEndIsNotPartOfIt) {
  const struct {
    std::string_view file, secret;
  } cases[] = {{"abc", "abc"}, {"abc\n", "abc"}, {"abc\r\n", "abc"}, {"abc\n\n", "abc\n"},
               {" a ", " a "}, {"", ""},         {"\n", ""}};
  for (const auto& each : cases) {
    const auto secret = read_typed_secret(write("typed", vectors::as_bytes(each.file)));
    ASSERT_EQ(secret.has_value(), !each.secret.empty()) << each.file;
    const ByteView found = secret ? secret->view() : ByteView();
    EXPECT_TRUE(std::ranges::equal(found, vectors::as_bytes(each.secret))) << each.file;
  }
}

TEST_F(TypedSecretTest, ACredentialMayHaveAnEncryptedKey) {
  const auto leaf = *SigningKey::load(crypto_, vectors::path("keys/key_3_leaf.pem"));
  const auto chain = vectors::path("chains/h5_leaf_chain.b64");
  const Secret passphrase(vectors::as_bytes("correct horse"));
  const auto key = write("leaf.pem", write_private_key(leaf, &passphrase)->view());
  EXPECT_TRUE(Credential::load_certificate(crypto_, chain, key, &passphrase));
  const auto refused = Credential::load_certificate(crypto_, chain, key);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().describe(), HasSubstr("is encrypted"));
}

}  // namespace
}  // namespace rigor
