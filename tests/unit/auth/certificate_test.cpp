#include "framework/auth/certificate.hpp"

#include <gmock/gmock.h>

#include "framework/auth/chain.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;

class CertificateTest : public testing::Test {
 protected:
  Crypto crypto_ = vectors::crypto();
  SigningKey root_ = *SigningKey::load(crypto_, vectors::path("keys/key_1_root.pem"));
  Certificate first_ = load_chain(vectors::path("chains/h5_root.b64"))->certificates.front();
};

TEST_F(CertificateTest, IsDecodedFieldByField) {
  EXPECT_EQ(first_.format(), "1.0");
  EXPECT_TRUE(first_.uses_p256());
  EXPECT_TRUE(first_.has_role(Role::root));
  EXPECT_EQ(first_.usage, 1);
  EXPECT_EQ(first_.soc_class, 0U);
  EXPECT_EQ(first_.permissions.text(), "0x5077");
  EXPECT_EQ(first_.key(), root_.public_half());
  EXPECT_EQ(first_.signed_part().size(), 148U);
  EXPECT_EQ(check_signature(crypto_, first_, root_.public_half()), SignatureState::valid);
  EXPECT_EQ(check_extensions(crypto_, first_, true), ExtensionState::none);
}

TEST_F(CertificateTest, IsMadeAsTheVectorsWere) {
  const auto made = make_certificate(
      crypto_, {.role = Role::root, .subject = root_.public_half(), .permissions = Permissions::from_word(0x5077)},
      root_);
  ASSERT_TRUE(made);
  EXPECT_EQ(to_hex(made->raw), to_hex(first_.raw));
}

TEST_F(CertificateTest, CarriesItsBinding) {
  CertificateRequest request{.role = Role::leaf, .subject = root_.public_half(), .permissions = kFullRegression};
  request.soc_class = 0x484;
  request.soc_id = vectors::array_from_hex<16>("47003500055132333735353500000000");
  request.lifecycle = 0x3072;
  const auto made = make_certificate(crypto_, request, root_);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->soc_class, 0x484U);
  EXPECT_EQ(made->soc_id, request.soc_id);
  EXPECT_EQ(made->lifecycle, 0x3072);
}

TEST_F(CertificateTest, EveryAlgorithmIsDescribed) {
  int known = 0;
  for (int id = 0; id < 256; ++id) {
    const AlgorithmFacts* facts = find_algorithm(static_cast<std::uint8_t>(id));
    if (facts == nullptr) continue;
    ++known;
    Bytes bytes(52 + facts->public_key + facts->extensions_hash + facts->signature);
    bytes[0] = 1;
    bytes[2] = bytes[3] = static_cast<std::uint8_t>(id);
    const auto certificate = parse_certificate(bytes);
    ASSERT_TRUE(certificate) << facts->name;
    EXPECT_EQ(certificate->public_key.size(), facts->public_key);
    EXPECT_EQ(certificate->uses_p256(), id == kEcdsaP256);
    EXPECT_EQ(check_signature(crypto_, *certificate, root_.public_half()),
              facts->verified ? SignatureState::invalid : SignatureState::unsupported);
  }
  EXPECT_EQ(known, 13);
  EXPECT_EQ(algorithm_name(kStPassword), "st-password");
  EXPECT_EQ(algorithm_name(0x7E), "algorithm 0x7e");
  Bytes unknown(212);
  unknown[2] = 0x7E;
  EXPECT_THAT(parse_certificate(unknown).error().message(), HasSubstr("0x7e at byte 2"));
}

TEST_F(CertificateTest, ExtensionsAreHashedEitherWay) {
  for (const std::size_t hashed : {std::size_t{8}, std::size_t{6}}) {
    Bytes bytes = first_.raw;
    store_le32(bytes, 12, 6);
    const Bytes extensions = {0, 0, 0x42, 0, 9, 9, 0, 0};
    bytes.insert(bytes.end(), extensions.begin(), extensions.end());
    const Digest hash = crypto_.sha256(ByteView(extensions).first(hashed));
    std::copy(hash.begin(), hash.end(), bytes.begin() + 116);
    const auto certificate = parse_certificate(bytes);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(check_extensions(crypto_, *certificate, true), ExtensionState::valid);
    bytes.back() ^= 1;
    bytes[bytes.size() - 3] ^= 1;
    EXPECT_EQ(check_extensions(crypto_, *parse_certificate(bytes), true), ExtensionState::invalid);
  }
}

TEST_F(CertificateTest, AHashWithoutExtensionsIsWrongOnlyWhenStrict) {
  Bytes bytes = first_.raw;
  bytes[120] = 1;
  EXPECT_EQ(check_extensions(crypto_, *parse_certificate(bytes), false), ExtensionState::none);
  EXPECT_EQ(check_extensions(crypto_, *parse_certificate(bytes), true), ExtensionState::invalid);
}

TEST_F(CertificateTest, HugeExtensionsDoNotOverflow) {
  Bytes bytes = first_.raw;
  for (const std::uint32_t size : {1U, 4U, 0xFFFFFFFFU, 0xFFFFFFFDU}) {
    store_le32(bytes, 12, size);
    EXPECT_FALSE(parse_certificate(bytes)) << size;
  }
}

}  // namespace
}  // namespace rigor
