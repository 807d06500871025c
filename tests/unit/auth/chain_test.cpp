#include "framework/auth/chain.hpp"

#include <gmock/gmock.h>

#include <map>

#include "framework/auth/discovery.hpp"
#include "framework/auth/tlv.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> texts(const ChainReport& report) {
  std::vector<std::string> list;
  for (const ChainFault& fault : report.faults) list.push_back(fault.text());
  return list;
}
Bytes as_bytes(std::string_view text) { return {text.begin(), text.end()}; }

class ChainTest : public testing::Test {
 protected:
  CertificateChain load(std::string_view name) { return *load_chain(vectors::path(name)); }
  SigningKey key(std::string_view name) { return *SigningKey::load(crypto_, vectors::path(name)); }
  Crypto crypto_ = vectors::crypto();
};

// What expected.json says in words, in ours.
const std::map<std::string, std::string> kReasons = {
    {"bad/chain_leaf_signature_corrupt.b64", "certificate 2: signature is not the parent's"},
    {"bad/chain_order_leaf_before_intermediate.b64", "certificate 1: signature is not the parent's"},
    {"bad/chain_root_not_self_signed.b64", "certificate 0: self signature is not valid"},
    {"bad/chain_major_version_2.b64", "certificate 0: major version 2"},
    {"bad/chain_truncated.b64", "container: record 0x0201 at byte 440 says 212 bytes, only"},
    {"bad/chain_tlv_length_too_long.b64", "container: record 0x0201 at byte"},
};

TEST_F(ChainTest, EveryVectorGetsItsVerdict) {
  const auto expected = vectors::json("expected.json")["chains"];
  ASSERT_EQ(expected.size(), 11U);
  for (const auto& [name, verdict] : expected.items()) {
    const auto chain = parse_chain(vectors::bytes(name));
    const bool container_fault =
        !verdict["ok"].get<bool>() && verdict["where"].get<std::string>().starts_with("container");
    ASSERT_EQ(chain.has_value(), !container_fault) << name;
    if (!chain) {
      EXPECT_EQ(chain.error().code(), Code::credential_unreadable);
      EXPECT_THAT(chain.error().message(), StartsWith(kReasons.at(name)));
      continue;
    }
    const ChainReport report = check_chain(crypto_, *chain, {});
    EXPECT_EQ(report.valid(), verdict["ok"].get<bool>()) << name;
    if (!report.valid()) {
      EXPECT_THAT(texts(report), Contains(StartsWith(kReasons.at(name)))) << name;
      continue;
    }
    EXPECT_EQ(chain->certificates.size(), verdict["certs"].get<std::size_t>());
    EXPECT_EQ(report.granted.text(), "0x" + verdict["mask"].get<std::string>());
    EXPECT_EQ(to_hex(*report.root_key_hash), vectors::kRootHash);
  }
}

TEST_F(ChainTest, GivesEveryReason) {
  const auto report = check_chain(crypto_, load("bad/chain_order_leaf_before_intermediate.b64"), {});
  EXPECT_THAT(texts(report),
              ElementsAre("certificate 2: it follows a leaf", "certificate 1: signature is not the parent's",
                          "certificate 2: signature is not the parent's"));
}

TEST_F(ChainTest, IsReadInEveryForm) {
  const std::string text = [&] {
    const Bytes bytes = vectors::bytes("chains/h5_leaf_chain.b64");
    return std::string(bytes.begin(), bytes.end());
  }();
  const CertificateChain plain = *parse_chain(as_bytes(text));
  ASSERT_EQ(plain.certificates.size(), 3U);
  std::string lines = text.substr(0, 100) + "\r\n" + text.substr(100) + "\n";
  std::string unpadded = text;
  while (unpadded.ends_with('=')) unpadded.pop_back();
  const std::string armoured =
      "-----BEGIN ADAC CERTIFICATE CHAIN-----\n" + lines + "-----END ADAC CERTIFICATE CHAIN-----\n";
  const Bytes raw = encode_chain(plain);
  EXPECT_EQ(raw.size(), 660U);
  for (const Bytes& form :
       {as_bytes(lines), as_bytes(unpadded), as_bytes(armoured), as_bytes("# demo\n" + armoured), raw}) {
    const auto chain = parse_chain(form);
    ASSERT_TRUE(chain) << chain.error().describe();
    EXPECT_EQ(encode_chain(*chain), raw);
    EXPECT_FALSE(chain->bare);
  }
  EXPECT_EQ(encode_chain_base64(plain), text);
}

TEST_F(ChainTest, ABareCertificateIsRead) {
  const Bytes raw = load("chains/h5_root.b64").certificates.front().raw;
  const auto chain = parse_chain(raw);
  ASSERT_TRUE(chain);
  EXPECT_TRUE(chain->bare);
  EXPECT_TRUE(check_chain(crypto_, *chain, {}).valid());
}

TEST_F(ChainTest, WhatIsNoChainIsRefused) {
  for (const char* text : {"", "=", "A", "not base64!", "AAAA", "-----BEGIN ADAC CERTIFICATE CHAIN-----\nAAAA"}) {
    const auto chain = parse_chain(as_bytes(text));
    ASSERT_FALSE(chain) << text;
    EXPECT_EQ(chain.error().code(), Code::credential_unreadable);
    EXPECT_THAT(chain.error().message(), StartsWith("container:"));
  }
  EXPECT_THAT(parse_chain(as_bytes("AAAB\n*AAA")).error().message(), HasSubstr("byte 5"));
  Bytes other;
  append_tlv(other, tlv_type::kToken, Bytes(120));
  EXPECT_THAT(parse_chain(other).error().message(), HasSubstr("type 0x0200, not 0x0201"));
}

TEST_F(ChainTest, KeyMaskHashAndRoleAreHeldAgainstTheContext) {
  const CertificateChain chain = load("chains/h5_restricted_leaf_chain.b64");
  ChainContext context;
  context.signing_key = key("keys/key_3_leaf.pem").public_half();
  context.provisioned_hash = vectors::array_from_hex<32>(vectors::kRootHash);
  context.wanted = Permissions::from_word(0x30);
  EXPECT_TRUE(check_chain(crypto_, chain, context).valid());
  context.wanted = kFullRegression;
  context.signing_key = key("keys/key_2_intermediate.pem").public_half();
  context.provisioned_hash = Digest{1};
  EXPECT_THAT(
      texts(check_chain(crypto_, chain, context)),
      ElementsAre("chain: grants 0x32, asked for 0x4000", "certificate 2: the signing key is not this certificate's",
                  StartsWith("certificate 0: root key hash 535f4098")));
  context = {};
  context.record_mask = Permissions::from_word(0x10);
  EXPECT_EQ(check_chain(crypto_, chain, context).granted.text(), "0x10");
}

TEST_F(ChainTest, AnIntermediateCannotSignAToken) {
  const CertificateChain chain = load("chains/h5_intermediate_chain.b64");
  EXPECT_TRUE(check_chain(crypto_, chain, {}).valid());
  ChainContext context;
  context.signing_key = key("keys/key_2_intermediate.pem").public_half();
  EXPECT_THAT(texts(check_chain(crypto_, chain, context)), ElementsAre(HasSubstr("ends with an intermediate")));
  context.signing_key = key("keys/key_1_root.pem").public_half();
  EXPECT_TRUE(check_chain(crypto_, load("chains/h5_root.b64"), context).valid()) << "a lone root may";
}

TEST_F(ChainTest, BindingIsHeldAgainstDiscovery) {
  const SigningKey root = key("keys/key_1_root.pem");
  const auto make = [&](std::uint32_t soc_class, const SocId& soc_id) {
    CertificateRequest request{.role = Role::root, .subject = root.public_half(), .permissions = kFullRegression};
    request.soc_class = soc_class;
    request.soc_id = soc_id;
    return CertificateChain{{*make_certificate(crypto_, request, root)}, false};
  };
  const SocId id{1, 2, 3};
  Discovery target;
  target.soc_class = 0x484;
  target.soc_id = id;
  ChainContext context;
  context.target = &target;
  EXPECT_TRUE(check_chain(crypto_, make(0, {}), context).valid());
  EXPECT_TRUE(check_chain(crypto_, make(0x484, id), context).valid());
  EXPECT_THAT(
      texts(check_chain(crypto_, make(0x485, SocId{9}), context)),
      ElementsAre("certificate 0: bound to soc class 0x485, the chip is 0x484", HasSubstr("bound to soc id 09")));
  target.soc_id = SocId{};
  EXPECT_THAT(texts(check_chain(crypto_, make(0x484, id), context)), ElementsAre(HasSubstr("the chip reports none")));
}

TEST_F(ChainTest, RolesAndAlgorithmsAreChecked) {
  const SigningKey root = key("keys/key_1_root.pem");
  const CertificateRequest request{.role = Role::root, .subject = root.public_half(), .permissions = kFullRegression};
  const Certificate good = *make_certificate(crypto_, request, root);
  EXPECT_THAT(texts(check_chain(crypto_, {{good, good}, false}, {})),
              ElementsAre("certificate 1: role root after the first certificate"));
  CertificateChain leaf = load("chains/h5_leaf_chain.b64");
  leaf.certificates.erase(leaf.certificates.begin());
  EXPECT_THAT(texts(check_chain(crypto_, leaf, {})),
              ElementsAre("certificate 0: role intermediate where the root is expected",
                          HasSubstr("the issuer is not in the file")));
  Certificate other = good;
  other.signature_type = other.key_type = 0x0A;
  const auto report = check_chain(crypto_, {{other}, false}, {});
  EXPECT_THAT(texts(report), Contains(HasSubstr("ecdsa-p384; STM32 takes only ecdsa-p256")));
  EXPECT_EQ(report.certificates[0].signature, SignatureState::unsupported);
  EXPECT_FALSE(report.root_key_hash);
}

}  // namespace
}  // namespace rigor
