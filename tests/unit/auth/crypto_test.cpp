#include "framework/auth/crypto.hpp"
#include "framework/auth/key_file.hpp"

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

class CryptoTest : public testing::Test {
 protected:
  Crypto crypto_ = vectors::crypto();
};

TEST_F(CryptoTest, HashesAsFips180Says) {
  EXPECT_EQ(to_hex(crypto_.sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(crypto_.sha256(vectors::as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(CryptoTest, BothPrivateFormsGiveTheSameKey) {
  const auto pkcs8 = SigningKey::load(crypto_, vectors::path("keys/key_3_leaf.pem"));
  const auto sec1 = SigningKey::parse(crypto_, vectors::as_bytes(kLeafSec1));
  ASSERT_TRUE(pkcs8 && sec1);
  EXPECT_EQ(pkcs8->public_half(), sec1->public_half());
  EXPECT_EQ(*pkcs8->sign(crypto_, {}), *sec1->sign(crypto_, {}));
}

TEST_F(CryptoTest, RootKeyHashIsTheKnownOne) {
  const auto root = SigningKey::load(crypto_, vectors::path("keys/key_1_root.pem"));
  ASSERT_TRUE(root);
  EXPECT_EQ(to_hex(crypto_.sha256(root->public_half().bytes)), vectors::kRootHash);
}

class EveryCurve : public CryptoTest, public testing::WithParamInterface<std::uint8_t> {};

TEST_P(EveryCurve, SignaturesVerifyAndChangesDoNot) {
  const auto key = SigningKey::generate(crypto_, GetParam());
  ASSERT_TRUE(key) << key.error().describe();
  const Bytes message = vectors::as_bytes("message");
  const auto signature = key->sign(crypto_, message);
  ASSERT_TRUE(signature);
  EXPECT_EQ(signature->size(), find_algorithm(GetParam())->signature);
  EXPECT_EQ(*key->sign(crypto_, message), *signature) << "RFC 6979";
  EXPECT_TRUE(crypto_.verify(key->public_half(), message, *signature));
  for (std::size_t at = 0; at < signature->size(); at += 5) {
    Bytes changed = *signature;
    changed[at] ^= 1;
    EXPECT_FALSE(crypto_.verify(key->public_half(), message, changed)) << at;
    PublicKey other = key->public_half();
    other.bytes[at] ^= 1;
    EXPECT_FALSE(crypto_.verify(other, message, *signature)) << "a point off the curve at " << at;
  }
  EXPECT_FALSE(crypto_.verify(key->public_half(), {}, *signature));
  EXPECT_FALSE(crypto_.verify(key->public_half(), message, Bytes(signature->size())));
  EXPECT_FALSE(crypto_.verify(key->public_half(), message, {}));
  EXPECT_FALSE(crypto_.verify({GetParam(), {}}, message, *signature));
  EXPECT_FALSE(crypto_.verify({GetParam(), Bytes(signature->size())}, message, *signature));
}

TEST_P(EveryCurve, WrittenKeysReadBack) {
  const auto key = SigningKey::generate(crypto_, GetParam());
  ASSERT_TRUE(key);
  const auto pem = write_private_key(*key);
  ASSERT_TRUE(pem);
  const auto again = SigningKey::parse(crypto_, pem->view());
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(again->public_half(), key->public_half());
  const auto shown = read_key(crypto_, vectors::as_bytes(write_public_key(key->public_half())));
  ASSERT_TRUE(shown) << shown.error().describe();
  EXPECT_FALSE(shown->is_private);
  EXPECT_EQ(shown->type, algorithm_name(GetParam()));
  EXPECT_EQ(shown->public_half, key->public_half());
}

INSTANTIATE_TEST_SUITE_P(, EveryCurve, testing::Values(kEcdsaP256, kEcdsaP384, kEcdsaP521),
                         [](const auto& each) { return "id" + std::to_string(each.param); });

TEST_F(CryptoTest, OtherAlgorithmsAreRefused) {
  for (const std::uint8_t id : {kRsa3072, std::uint8_t{5}, kStPassword, std::uint8_t{0}}) {
    EXPECT_EQ(SigningKey::generate(crypto_, id).error().code(), Code::unsupported) << int{id};
  }
  const auto key = SigningKey::parse(crypto_, vectors::as_bytes(kSecp256k1));
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code(), Code::credential_unreadable);
  EXPECT_THAT(key.error().message(), HasSubstr("secp256k1"));
  EXPECT_EQ(read_key(crypto_, vectors::as_bytes(kSecp256k1))->type, "secp256k1");
  EXPECT_TRUE(SigningKey::parse(crypto_, vectors::as_bytes(kP384)));
}

TEST_F(CryptoTest, WhatIsNoPrivateKeyIsRefused) {
  EXPECT_FALSE(SigningKey::parse(crypto_, {}));
  EXPECT_FALSE(SigningKey::parse(crypto_, vectors::as_bytes("-----BEGIN PRIVATE KEY-----")));
  EXPECT_FALSE(SigningKey::parse(crypto_, vectors::bytes("keys/key_3_leaf_pub.pem")));
  EXPECT_FALSE(SigningKey::parse(crypto_, vectors::bytes("password/password.bin")));
  const auto missing = SigningKey::load(crypto_, vectors::path("keys/none.pem"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), Code::credential_unreadable);
  EXPECT_THAT(missing.error().describe(), HasSubstr("keys/none.pem"));
  EXPECT_FALSE(SigningKey::load(crypto_, vectors::path("keys"))) << "a directory";
}

TEST_F(CryptoTest, AKeyFileTellsItsKind) {
  const auto whole = read_key(crypto_, vectors::bytes("keys/key_3_leaf.pem"));
  const auto half = read_key(crypto_, vectors::bytes("keys/key_3_leaf_pub.pem"));
  ASSERT_TRUE(whole && half);
  EXPECT_TRUE(whole->is_private);
  EXPECT_FALSE(half->is_private);
  EXPECT_EQ(whole->public_half, half->public_half);
  EXPECT_FALSE(read_key(crypto_, vectors::bytes("chains/h5_root.b64")));
}

TEST_F(CryptoTest, WrittenKeysAreThoseOfOpenssl) {
  for (const char* name : {"key_1_root", "key_2_intermediate", "key_3_leaf"}) {
    const std::string file = std::string("keys/") + name;
    const auto key = SigningKey::load(crypto_, vectors::path(file + ".pem"));
    ASSERT_TRUE(key);
    const auto pem = write_private_key(*key);
    ASSERT_TRUE(pem);
    EXPECT_EQ(Bytes(pem->view().begin(), pem->view().end()), vectors::bytes(file + ".pem"));
    EXPECT_EQ(vectors::as_bytes(write_public_key(key->public_half())), vectors::bytes(file + "_pub.pem"));
  }
}

}  // namespace
}  // namespace rigor
