#include "framework/auth/chain.hpp"

#include <gmock/gmock.h>

#include <map>

#include "framework/auth/armour.hpp"
#include "framework/auth/signing_key.hpp"
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
class ChainTest : public testing::Test {
 protected:
  CertificateChain load(std::string_view name) { return *load_chain(vectors::path(name)); }
  SigningKey key(std::string_view name) { return *SigningKey::load(crypto_, vectors::path(name)); }
  Crypto crypto_ = vectors::crypto();
};

// What expected.json says in words, in ours.
const std::map<std::string, std::string> kChainReasons = {
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
      EXPECT_THAT(chain.error().message(), StartsWith(kChainReasons.at(name)));
      continue;
    }
    const ChainReport report = check_chain(crypto_, *chain);
    EXPECT_EQ(report.valid(), verdict["ok"].get<bool>()) << name;
    if (report.valid() != true) {
      EXPECT_THAT(texts(report), Contains(StartsWith(kChainReasons.at(name)))) << name;
      continue;
    }
    EXPECT_EQ(chain->certificates.size(), verdict["certs"].get<std::size_t>());
    EXPECT_EQ(report.granted.text(), "0x" + verdict["mask"].get<std::string>());
    EXPECT_EQ(to_hex(*report.root_key_hash), vectors::kRootHash);
  }
}

TEST_F(ChainTest, GivesEveryReason) {
  const auto report = check_chain(crypto_, load("bad/chain_order_leaf_before_intermediate.b64"));
  EXPECT_THAT(texts(report),
              ElementsAre("certificate 2: it follows a leaf", "certificate 1: signature is not the parent's",
                          "certificate 2: signature is not the parent's"));
}

TEST_F(ChainTest, IsReadInEveryForm) {
  const std::string text = [&] {
    const Bytes bytes = vectors::bytes("chains/h5_leaf_chain.b64");
    return std::string(bytes.begin(), bytes.end());
  }();
  const CertificateChain plain = *parse_chain(vectors::as_bytes(text));
  ASSERT_EQ(plain.certificates.size(), 3U);
  std::string lines = text.substr(0, 100) + "\r\n" + text.substr(100) + "\n";
  std::string unpadded = text;
  while (unpadded.ends_with('=')) unpadded.pop_back();
  const std::string armoured =
      "-----BEGIN ADAC CERTIFICATE CHAIN-----\n" + lines + "-----END ADAC CERTIFICATE CHAIN-----\n";
  const Bytes raw = encode_chain(plain);
  EXPECT_EQ(raw.size(), 660U);
  for (const Bytes& form : {vectors::as_bytes(lines), vectors::as_bytes(unpadded), vectors::as_bytes(armoured),
                            vectors::as_bytes("# demo\n" + armoured), raw}) {
    const auto chain = parse_chain(form);
    ASSERT_TRUE(chain) << chain.error().describe();
    EXPECT_EQ(encode_chain(*chain), raw);
    EXPECT_FALSE(chain->bare);
  }
  EXPECT_EQ(encode_chain_base64(plain), text);
}

TEST_F(ChainTest, WhatFollowsOrComesTooOftenIsRefused) {
  const CertificateChain plain = load("chains/h5_leaf_chain.b64");
  const Secret fenced = armour("ADAC CERTIFICATE CHAIN", encode_chain(plain));
  const std::string text(fenced.view().begin(), fenced.view().end());
  EXPECT_TRUE(parse_chain(vectors::as_bytes("\xEF\xBB\xBF" + encode_chain_base64(plain)))) << "a byte order mark";
  EXPECT_TRUE(parse_chain(vectors::as_bytes(text + "\r\n \n")));
  EXPECT_THAT(parse_chain(vectors::as_bytes(text + text)).error().message(),
              HasSubstr(fmt::format("something else follows the chain at byte {}", text.size())));
  CertificateChain many;
  while (many.certificates.size() < 17) many.certificates.push_back(plain.certificates.front());
  EXPECT_THAT(parse_chain(encode_chain(many)).error().message(),
              HasSubstr("more than 16 certificates, the next one begins at byte 3520"));
}

TEST_F(ChainTest, ABareCertificateIsRead) {
  const Bytes raw = load("chains/h5_root.b64").certificates.front().raw;
  const auto chain = parse_chain(raw);
  ASSERT_TRUE(chain);
  EXPECT_TRUE(chain->bare);
  EXPECT_EQ(check_chain(crypto_, *chain).valid(), true);
}

TEST_F(ChainTest, WhatIsNoChainIsRefused) {
  for (const char* text : {"", "=", "A", "not base64!", "AAAA", "-----BEGIN ADAC CERTIFICATE CHAIN-----\nAAAA"}) {
    const auto chain = parse_chain(vectors::as_bytes(text));
    ASSERT_FALSE(chain) << text;
    EXPECT_EQ(chain.error().code(), Code::credential_unreadable);
    EXPECT_THAT(chain.error().message(), StartsWith("container:"));
  }
  EXPECT_THAT(parse_chain(vectors::as_bytes("AAAB\n*AAA")).error().message(), HasSubstr("byte 5"));
  Bytes other;
  append_tlv(other, tlv_type::kToken, Bytes(120));
  EXPECT_THAT(parse_chain(other).error().message(), HasSubstr("type 0x0200, not 0x0201"));
}

TEST_F(ChainTest, RolesAndAlgorithmsAreChecked) {
  const SigningKey root = key("keys/key_1_root.pem");
  const CertificateRequest request{.role = Role::root, .subject = root.public_half(), .permissions = kFullRegression};
  const Certificate good = *make_certificate(crypto_, request, root);
  EXPECT_THAT(texts(check_chain(crypto_, {{good, good}, false})),
              ElementsAre("certificate 1: role root after the first certificate"));
  CertificateChain leaf = load("chains/h5_leaf_chain.b64");
  leaf.certificates.erase(leaf.certificates.begin());
  EXPECT_THAT(texts(check_chain(crypto_, leaf)),
              ElementsAre("certificate 0: role intermediate where the root is expected"));
  EXPECT_EQ(check_chain(crypto_, leaf).certificates[0].signature, SignatureState::issuer_missing);
  Certificate other = good;
  other.signature_type = other.key_type = 0x07;
  const auto report = check_chain(crypto_, {{other}, false});
  EXPECT_THAT(report.faults, IsEmpty());
  EXPECT_EQ(report.valid(), std::nullopt) << "never valid, and nobody can say that it is not";
  EXPECT_EQ(report.certificates[0].signature, SignatureState::unsupported);
}

TEST_F(ChainTest, ContradictingBindingsFitNoPart) {
  const SigningKey root = key("keys/key_1_root.pem");
  const auto chain_of = [&](CertificateRequest first, CertificateRequest second) {
    first.role = Role::root;
    second.role = Role::leaf;
    first.subject = second.subject = root.public_half();
    return CertificateChain{{*make_certificate(crypto_, first, root), *make_certificate(crypto_, second, root)}, false};
  };
  const struct {
    CertificateRequest first, second;
    std::string fault;
  } cases[] = {
      {{}, {}, ""},
      {{.soc_class = 0x484}, {.soc_class = 0x484}, ""},
      {{.soc_class = 0x484}, {}, ""},
      {{.soc_class = 0x484}, {.soc_class = 0x485}, "certificate 1: soc class differs"},
      {{.soc_id = {1}}, {.soc_id = {2}}, "certificate 1: soc id differs"},
      {{.lifecycle = 0x3000}, {.lifecycle = 0x2000}, "certificate 1: life cycle differs"},
      {{.lifecycle = 0x3072}, {.lifecycle = 0x30C6}, "certificate 1: life cycle differs"},
      {{.lifecycle = 0x3000}, {.lifecycle = 0x3072}, ""},
      {{.usage = 1}, {.usage = 2}, "certificate 1: usage differs"},
      {{.usage = 0}, {.usage = 2}, ""},
      {{.usage = 3}, {.usage = 3}, ""},
      {{.oem_constraint = 1}, {.oem_constraint = 2}, "certificate 1: OEM constraint differs"},
  };
  for (const auto& each : cases) {
    const auto report = check_chain(crypto_, chain_of(each.first, each.second));
    if (each.fault.empty()) {
      EXPECT_EQ(report.valid(), true) << testing::PrintToString(texts(report));
    } else {
      EXPECT_THAT(texts(report), Contains(StartsWith(each.fault)));
    }
  }
}

}  // namespace
}  // namespace rigor
