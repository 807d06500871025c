#include "framework/auth/crypto.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;

// keys/key_3_leaf.pem in its SEC1 form.
constexpr std::string_view kLeafSec1 =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEINZPWedN0oCL1GjxprTIouRlaNkJh6BURN+1JzXmAp6hoAoGCCqGSM49\n"
    "AwEHoUQDQgAEAWHiYxDI/s1x6NCcsw51vUF4JP7BAFWF2lHvxY4zYEXVBsGv/kVR\n"
    "vKkxi913vq+B62/7Kc8MgIMsiR96gTcxpQ==\n"
    "-----END EC PRIVATE KEY-----\n";
constexpr std::string_view kP384 =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MIGkAgEBBDDnSttIxrcIGnSom9R9QqFP/p/hARjO/OaetouubwZS1l4eOYAKx0vW\n"
    "D9W7qzx0rGSgBwYFK4EEACKhZANiAARURpzDFOdjVq6bmyEKASacoqW157hvD0jk\n"
    "p3OA4jIc2sLGPjXERprCKX/+RKx+PP7vO3aP2+5zV1lNRS2HiRNYmcTsxxmNro8S\n"
    "JcH022hrUM3N0a+yCCn3INq8sT86Hng=\n"
    "-----END EC PRIVATE KEY-----\n";
// As many bits as P-256, but another curve.
constexpr std::string_view kSecp256k1 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQg0TiKtTtrq6eh+oWF42zi\n"
    "HB5VJ+nPyJEU18bg+rfMjjmhRANCAATYuKw3LFTgsPBA4rPSle39fh4Nz4TTCkLq\n"
    "7EEOXAqVG1zWP/cD+4m04K1htF3xtyhycP3vn8PmgLzYede4W27h\n"
    "-----END PRIVATE KEY-----\n";

Bytes as_bytes(std::string_view text) { return {text.begin(), text.end()}; }

class CryptoTest : public testing::Test {
 protected:
  Crypto crypto_ = vectors::crypto();
};

TEST_F(CryptoTest, HashesAsFips180Says) {
  EXPECT_EQ(to_hex(crypto_.sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(crypto_.sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(CryptoTest, BothPrivateFormsGiveTheSameKey) {
  const auto pkcs8 = SigningKey::load(crypto_, vectors::path("keys/key_3_leaf.pem"));
  const auto sec1 = SigningKey::parse(crypto_, as_bytes(kLeafSec1));
  ASSERT_TRUE(pkcs8 && sec1);
  EXPECT_EQ(pkcs8->public_half(), sec1->public_half());
  EXPECT_EQ(*pkcs8->sign(crypto_.sha256({})), *sec1->sign(crypto_.sha256({})));
}

TEST_F(CryptoTest, RootKeyHashIsTheKnownOne) {
  const auto root = SigningKey::load(crypto_, vectors::path("keys/key_1_root.pem"));
  ASSERT_TRUE(root);
  EXPECT_EQ(to_hex(crypto_.sha256(root->public_half())), vectors::kRootHash);
}

TEST_F(CryptoTest, SignaturesVerifyAndChangesDoNot) {
  const auto key = SigningKey::parse(crypto_, as_bytes(kLeafSec1));
  ASSERT_TRUE(key);
  const Digest digest = crypto_.sha256(as_bytes("message"));
  const auto signature = key->sign(digest);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(crypto_.verify(key->public_half(), digest, *signature));
  for (std::size_t at = 0; at < 64; ++at) {
    Signature changed = *signature;
    changed[at] ^= 1;
    EXPECT_FALSE(crypto_.verify(key->public_half(), digest, changed)) << at;
    PublicKey other = key->public_half();
    other[at] ^= 1;
    EXPECT_FALSE(crypto_.verify(other, digest, *signature)) << "a point off the curve at " << at;
  }
  EXPECT_FALSE(crypto_.verify(key->public_half(), crypto_.sha256({}), *signature));
  EXPECT_FALSE(crypto_.verify(key->public_half(), digest, Signature{}));
  EXPECT_FALSE(crypto_.verify(PublicKey{}, digest, *signature));
}

TEST_F(CryptoTest, OtherCurvesAreRefused) {
  for (const std::string_view text : {kP384, kSecp256k1}) {
    const auto key = SigningKey::parse(crypto_, as_bytes(text));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code(), Code::credential_unreadable);
    EXPECT_THAT(key.error().message(), HasSubstr("P-256"));
    EXPECT_FALSE(parse_key_file(crypto_, as_bytes(text)));
  }
}

TEST_F(CryptoTest, WhatIsNoPrivateKeyIsRefused) {
  EXPECT_FALSE(SigningKey::parse(crypto_, {}));
  EXPECT_FALSE(SigningKey::parse(crypto_, as_bytes("-----BEGIN PRIVATE KEY-----")));
  EXPECT_FALSE(SigningKey::parse(crypto_, vectors::bytes("keys/key_3_leaf_pub.pem")));
  EXPECT_FALSE(SigningKey::parse(crypto_, vectors::bytes("password/password.bin")));
  const auto missing = SigningKey::load(crypto_, vectors::path("keys/none.pem"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), Code::credential_unreadable);
  EXPECT_THAT(missing.error().describe(), HasSubstr("keys/none.pem"));
  EXPECT_FALSE(SigningKey::load(crypto_, vectors::path("keys"))) << "a directory";
}

TEST_F(CryptoTest, AKeyFileTellsItsKind) {
  const auto whole = parse_key_file(crypto_, vectors::bytes("keys/key_3_leaf.pem"));
  const auto half = parse_key_file(crypto_, vectors::bytes("keys/key_3_leaf_pub.pem"));
  ASSERT_TRUE(whole && half);
  EXPECT_TRUE(whole->is_private);
  EXPECT_FALSE(half->is_private);
  EXPECT_EQ(whole->public_half, half->public_half);
  EXPECT_FALSE(parse_key_file(crypto_, vectors::bytes("chains/h5_root.b64")));
}

TEST_F(CryptoTest, WrittenKeysReadBack) {
  const auto key = SigningKey::generate(crypto_);
  ASSERT_TRUE(key);
  const auto pem = key->to_pem();
  ASSERT_TRUE(pem);
  const auto again = SigningKey::parse(crypto_, pem->view());
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(again->public_half(), key->public_half());
  const auto shown = parse_key_file(crypto_, as_bytes(to_pem(key->public_half())));
  ASSERT_TRUE(shown);
  EXPECT_FALSE(shown->is_private);
  EXPECT_EQ(shown->public_half, key->public_half());
}

TEST_F(CryptoTest, WrittenKeysAreThoseOfOpenssl) {
  for (const char* name : {"key_1_root", "key_2_intermediate", "key_3_leaf"}) {
    const std::string file = std::string("keys/") + name;
    const auto key = SigningKey::load(crypto_, vectors::path(file + ".pem"));
    ASSERT_TRUE(key);
    const auto pem = key->to_pem();
    ASSERT_TRUE(pem);
    EXPECT_EQ(Bytes(pem->view().begin(), pem->view().end()), vectors::bytes(file + ".pem"));
    EXPECT_EQ(as_bytes(to_pem(key->public_half())), vectors::bytes(file + "_pub.pem"));
  }
}

}  // namespace
}  // namespace rigor
