#include "framework/credential/examination.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "framework/auth/signing_key.hpp"
#include "framework/credential/da_lock.hpp"
#include "framework/credential/obk_destination.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class ChainExaminationTest : public testing::Test {
 protected:
  CertificateChain load(std::string_view name) { return *load_chain(vectors::path(name)); }
  ChainExamination examine_bytes(ByteView certificate) {
    return examine(crypto_, {{*parse_certificate(certificate)}, true});
  }
  ChainExamination examine_one(std::size_t index, auto change) {
    Bytes raw = load("chains/h5_leaf_chain.b64").certificates.at(index).raw;
    change(raw);
    return examine_bytes(raw);
  }
  Crypto crypto_ = vectors::crypto();
};

constexpr auto kAsItIs = [](Bytes&) {};

TEST_F(ChainExaminationTest, AChainHasTheVerdictOfItsRules) {
  EXPECT_EQ(examine(crypto_, load("chains/h5_leaf_chain.b64")).valid, true);
  const auto corrupt = examine(crypto_, load("bad/chain_leaf_signature_corrupt.b64"));
  EXPECT_EQ(corrupt.valid, false);
  EXPECT_THAT(corrupt.faults, ElementsAre("certificate 2: signature is not the parent's"));
}

TEST_F(ChainExaminationTest, ALoneCertificateIsOnlyJudgedByWhatItShows) {
  const auto root = examine_one(0, kAsItIs);
  EXPECT_TRUE(root.lone);
  EXPECT_EQ(root.valid, true);
  EXPECT_TRUE(root.report.root_key_hash);
  for (const std::size_t index : {1U, 2U}) {
    const auto other = examine_one(index, kAsItIs);
    EXPECT_TRUE(other.lone);
    EXPECT_EQ(other.valid, std::nullopt);
    EXPECT_THAT(other.faults, IsEmpty());
    EXPECT_THAT(other.notes, ElementsAre("certificate 0: its issuer is not in the file"));
    EXPECT_FALSE(other.report.root_key_hash);
  }
}

TEST_F(ChainExaminationTest, ALoneCertificateIsBlamedForTheRest) {
  const auto old_format = examine_one(2, [](Bytes& raw) { raw[0] = 0, raw[1] = 1; });
  EXPECT_EQ(old_format.valid, false);
  EXPECT_THAT(old_format.faults, ElementsAre(HasSubstr("format 0.1")));
  const auto no_role = examine_one(2, [](Bytes& raw) { raw[4] = 9; });
  EXPECT_EQ(no_role.valid, false);
  EXPECT_THAT(no_role.faults, ElementsAre(HasSubstr("role 9")));
  const auto damaged_root = examine_one(0, [](Bytes& raw) { raw.back() ^= 1; });
  EXPECT_EQ(damaged_root.valid, false);
}

TEST_F(ChainExaminationTest, AChainWithoutRootIsNotExcused) {
  CertificateChain chain = load("chains/h5_leaf_chain.b64");
  chain.certificates.erase(chain.certificates.begin());
  const auto examination = examine(crypto_, chain);
  EXPECT_EQ(examination.valid, false);
  EXPECT_THAT(examination.faults, ElementsAre("certificate 0: role intermediate where the root is expected"));
}

// A root of an algorithm that nothing here verifies, all its fields in place.
Bytes unverified_root(std::string_view algorithm, std::uint8_t minor, std::size_t extensions = 0) {
  const AlgorithmFacts& facts = *find_algorithm(algorithm);
  Bytes raw(52);
  raw[0] = 1;
  raw[1] = minor;
  raw[2] = raw[3] = facts.id;
  raw[4] = 1;
  raw[5] = 1;
  raw[12] = static_cast<std::uint8_t>(extensions);
  raw.resize(raw.size() + facts.public_key + facts.extensions_hash + facts.signature + extensions, 0x5A);
  return raw;
}

TEST_F(ChainExaminationTest, WhatCannotBeVerifiedIsNeverValid) {
  const std::vector<std::pair<std::string, std::uint8_t>> algorithms = {
      {"ed25519ph", 0}, {"ed448ph", 0}, {"sm2", 0}, {"ml-dsa-44", 1}, {"ml-dsa-65", 1}, {"ml-dsa-87", 1}};
  for (const auto& [algorithm, minor] : algorithms) {
    const auto examination = examine_bytes(unverified_root(algorithm, minor));
    EXPECT_EQ(examination.report.certificates.at(0).signature, SignatureState::unsupported) << algorithm;
    EXPECT_EQ(examination.valid, std::nullopt) << algorithm;
    EXPECT_THAT(examination.faults, IsEmpty()) << algorithm;
    EXPECT_THAT(examination.notes, ElementsAre(HasSubstr(algorithm))) << algorithm;
  }
  const auto extended = examine_bytes(unverified_root("ml-dsa-65", 1, 8));
  EXPECT_THAT(extended.notes, Contains(HasSubstr("over its extensions is not computed")));
}

TEST_F(ChainExaminationTest, NoChangedByteLeavesARootValid) {
  const Bytes whole = load("chains/h5_root.b64").last().raw;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const unsigned change : {0x01U, 0x80U}) {
      Bytes raw = whole;
      raw[at] = static_cast<std::uint8_t>(raw[at] ^ change);
      const auto certificate = parse_certificate(raw);
      if (!certificate) continue;
      EXPECT_NE(examine(crypto_, {{*certificate}, true}).valid, true) << at;
    }
  }
}

TEST_F(ChainExaminationTest, ABoundChainSpeaksToOneFamily) {
  using enum Family;
  const auto bound_to = [&](std::uint32_t soc_class) {
    CertificateChain chain = load("chains/h5_leaf_chain.b64");
    chain.certificates.at(1).soc_class = soc_class;
    return families_of(chain);
  };
  EXPECT_THAT(bound_to(0), ElementsAre(stm32h5, stm32h7rs));
  EXPECT_THAT(bound_to(0x484), ElementsAre(stm32h5));
  EXPECT_THAT(bound_to(0x485), ElementsAre(stm32h7rs));
  EXPECT_THAT(bound_to(0x12345678), ElementsAre(stm32h5, stm32h7rs));
}

class ObkExaminationTest : public testing::Test {
 protected:
  ObkExamination examine_file(std::string_view name, auto change) {
    Bytes file = vectors::bytes(name);
    change(file);
    return examine(crypto_, *parse_obk(file));
  }
  std::vector<std::string> suited(std::string_view name) {
    std::vector<std::string> names;
    for (const Part* part : examine_file(name, kAsItIs).suited) names.emplace_back(part->name);
    return names;
  }
  Crypto crypto_ = vectors::crypto();
};

TEST_F(ObkExaminationTest, ARecordIsReadWithItsFamilyAndParts) {
  const auto examination = examine_file("obk/h5_DA_Config_enc1.obk", kAsItIs);
  EXPECT_EQ(examination.content, ObkContent::da_record);
  EXPECT_EQ(examination.family, Family::stm32h5);
  EXPECT_EQ(examination.hash, ObkHash::valid);
  EXPECT_EQ(to_hex(examination.record->credential), vectors::kRootHash);
  EXPECT_THAT(examination.faults, IsEmpty());
  EXPECT_THAT(examination.warnings, IsEmpty());
  EXPECT_THAT(suited("obk/h5_DA_Config_enc1.obk"), ElementsAre("H533", "H553", "H573", "H5F5"));
  EXPECT_THAT(suited("obk/h5_DA_Config_enc0.obk"), ElementsAre("H523", "H562", "H563"));
  EXPECT_THAT(suited("obk/h7rs_DA_Config.obk"), ElementsAre("H7R3", "H7R7", "H7S3", "H7S7"));
}

TEST_F(ObkExaminationTest, AWrongHashIsAFaultAndTheRestIsStillShown) {
  const auto examination = examine_file("bad/obk_hash_mismatch.obk", kAsItIs);
  EXPECT_EQ(examination.hash, ObkHash::invalid);
  EXPECT_THAT(examination.faults, ElementsAre("the SHA-256 in the record does not match the rest of it"));
  ASSERT_TRUE(examination.record);
  EXPECT_EQ(examination.record->permissions.text(), "0x5077");
}

TEST_F(ObkExaminationTest, NoChangedByteOfARecordGoesUnseen) {
  for (std::size_t at = 12; at < 108; ++at) {
    const auto examination = examine_file("obk/h7rs_DA_Config.obk", [at](Bytes& file) { file[at] ^= 0x10; });
    EXPECT_EQ(examination.hash, ObkHash::invalid) << at;
    EXPECT_THAT(examination.faults, testing::SizeIs(1)) << at;
  }
}

TEST_F(ObkExaminationTest, ARecordOfAnotherSizeHasNoContent) {
  const auto examination = examine(crypto_, {kH5DaDestination, true, Secret(Bytes(80, 0x11))});
  EXPECT_THAT(examination.faults, ElementsAre(HasSubstr("has 96 bytes, this one 80")));
  EXPECT_FALSE(examination.record);
  EXPECT_FALSE(examine(crypto_, {kH5DaDestination, true, Secret()}).record);
}

TEST_F(ObkExaminationTest, AFlagThatNoPartHasIsWarnedOf) {
  const auto examination = examine_file("obk/h7rs_DA_Config.obk", [](Bytes& file) { file[8] = 0; });
  EXPECT_THAT(examination.faults, IsEmpty());
  EXPECT_THAT(examination.suited, IsEmpty());
  EXPECT_THAT(examination.warnings, ElementsAre(HasSubstr("no part of the family")));
}

TEST_F(ObkExaminationTest, ALockIsCalledFinal) {
  const auto lock = examine(crypto_, *parse_obk(make_da_lock(true).view()));
  EXPECT_EQ(lock.content, ObkContent::da_lock);
  EXPECT_EQ(lock.hash, ObkHash::absent);
  EXPECT_THAT(lock.faults, IsEmpty());
  EXPECT_THAT(lock.warnings, ElementsAre(HasSubstr("final")));
  EXPECT_FALSE(lock.record);
  const auto other = examine(crypto_, {kH7rsDaLockDestination, true, Secret(Bytes(32, 0xFF))});
  EXPECT_THAT(other.warnings, ElementsAre(HasSubstr("not that of ST's lock"), HasSubstr("final")));
}

TEST_F(ObkExaminationTest, WhatIsNoRecordIsNotCalledCorrupt) {
  for (const std::uint32_t destination : {0x0FFD0900U, 0x00000108U, 0x12345678U}) {
    const auto examination = examine(crypto_, {destination, false, Secret(Bytes(100, 0x11))});
    EXPECT_EQ(examination.content, ObkContent::other) << destination;
    EXPECT_EQ(examination.hash, ObkHash::absent) << destination;
    EXPECT_THAT(examination.faults, IsEmpty()) << destination;
    EXPECT_THAT(examination.suited, IsEmpty()) << destination;
  }
}

TEST(ObkDestination, IsPutIntoWords) {
  const std::vector<std::pair<std::uint32_t, std::string>> cases = {
      {kH5DaDestination, "debug authentication: root key or password"},
      {0x0BFD0100, "debug authentication: root key or password, non-secure alias"},
      {0x0FFD0900, "OEMuRoT_Config"},
      {0x0FFD0000, "area of HDPL0"},
      {0x0FFD0110, "area of HDPL1"},
      {0x0FFD0910, "area of HDPL2"},
      {0x0FFD0C00, "outside the OBK memory"},
      {kH7rsDaCertificateDestination, "debug authentication: root key"},
      {kH7rsDaPasswordDestination, "debug authentication: password"},
      {kH7rsDaLockDestination, "debug authentication forbidden for ever"},
      {0x0000020F, "HDPL2, index 0x0f"},
      {0x12345678, "unknown"},
  };
  for (const auto& [destination, words] : cases) EXPECT_EQ(destination_meaning(destination), words);
}

}  // namespace
}  // namespace rigor
