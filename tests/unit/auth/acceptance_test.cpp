#include "framework/auth/acceptance.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class AcceptanceTest : public testing::Test {
 protected:
  CertificateChain load(std::string_view name) { return *load_chain(vectors::path(name)); }
  PublicKey key(std::string_view name) { return SigningKey::load(crypto_, vectors::path(name))->public_half(); }
  DaRecord record(std::string_view name) { return *load_da_record(crypto_, vectors::path(name)); }
  std::vector<std::string> reasons(const CertificateChain& chain, const AcceptanceQuestion& question) {
    return judge_chain(crypto_, chain, question).reasons;
  }
  CertificateChain root_bound_to(CertificateRequest request) {
    const auto root = *SigningKey::load(crypto_, vectors::path("keys/key_1_root.pem"));
    request.role = Role::root;
    request.subject = root.public_half();
    request.permissions = kFullRegression;
    return {{*make_certificate(crypto_, request, root)}, false};
  }
  Crypto crypto_ = vectors::crypto();
};

TEST_F(AcceptanceTest, AChainThatFitsIsAccepted) {
  const DaRecord provisioned = record("obk/h5_DA_Config_enc1.obk");
  AcceptanceQuestion question;
  question.part = *find_part("STM32H573IIK3Q");
  question.record = &provisioned;
  question.signing_key = key("keys/key_3_leaf.pem");
  question.root_key = key("keys/key_1_root.pem");
  question.wanted = kFullRegression;
  const Acceptance acceptance = judge_chain(crypto_, load("chains/h5_leaf_chain.b64"), question);
  EXPECT_THAT(acceptance.reasons, IsEmpty());
  EXPECT_THAT(acceptance.notes, IsEmpty());
  EXPECT_EQ(acceptance.granted.text(), "0x5077");
}

TEST_F(AcceptanceTest, EveryReasonIsGiven) {
  const DaRecord provisioned = record("obk/h5_DA_Config_enc0.obk");
  AcceptanceQuestion question;
  question.part = *find_part("h573");
  question.record = &provisioned;
  question.signing_key = key("keys/key_2_intermediate.pem");
  question.root_key = key("keys/key_3_leaf.pem");
  question.wanted = kFullRegression;
  EXPECT_THAT(
      reasons(load("chains/h5_restricted_leaf_chain.b64"), question),
      ElementsAre("certificate 2: the signing key is not this certificate's",
                  "certificate 0: its key is not the given root key",
                  "chain: the OBK's encryption flag is 0, an H573 needs 1", "chain: grants 0x32, asked for 0x4000"));
}

TEST_F(AcceptanceTest, PartsDiffer) {
  const auto chain = load("chains/h5_leaf_chain.b64");
  AcceptanceQuestion question;
  question.part = *find_part("H503");
  EXPECT_THAT(reasons(chain, question), ElementsAre("chain: an H503 takes only a password"));
  question.part = *find_part("H7S78");
  EXPECT_THAT(reasons(chain, question), IsEmpty());
  EXPECT_EQ(judge_chain(crypto_, chain, question).granted.text(), "0x4007") << "of an H7RS";
  const DaRecord foreign = record("obk/h5_DA_Config_enc1.obk");
  question.record = &foreign;
  EXPECT_THAT(reasons(chain, question), ElementsAre("chain: the OBK is of another family than an H7S7"));
}

TEST_F(AcceptanceTest, AnotherAlgorithmIsForNoPart) {
  const auto root = *SigningKey::generate(crypto_, kEcdsaP384);
  const CertificateRequest request{.role = Role::root, .subject = root.public_half(), .permissions = kFullRegression};
  const CertificateChain chain{{*make_certificate(crypto_, request, root)}, false};
  EXPECT_THAT(reasons(chain, {}), IsEmpty());
  AcceptanceQuestion question;
  question.part = *find_part("H573");
  EXPECT_THAT(reasons(chain, question), ElementsAre(HasSubstr("ecdsa-p384; an H573 takes only ecdsa-p256")));
}

TEST_F(AcceptanceTest, AnIntermediateCannotSignAToken) {
  EXPECT_THAT(reasons(load("chains/h5_intermediate_chain.b64"), {}),
              ElementsAre(HasSubstr("ends with an intermediate")));
  EXPECT_THAT(reasons(load("chains/h5_root.b64"), {}), IsEmpty()) << "a lone root may";
}

TEST_F(AcceptanceTest, WhatWasNotAskedIsNoted) {
  const auto chain = root_bound_to({.soc_class = 0x484, .soc_id = {7}, .lifecycle = 0x3000, .oem_constraint = 5});
  EXPECT_THAT(judge_chain(crypto_, chain, {}).notes,
              ElementsAre(HasSubstr("taken on trust"), HasSubstr("taken on trust"),
                          StartsWith("bound to soc class 0x484"), StartsWith("bound to one chip"),
                          StartsWith("bound to life cycle 0x3000"), StartsWith("OEM constraint 0x0005")));
  const DaRecord provisioned = record("obk/h5_DA_Config_enc1.obk");
  AcceptanceQuestion question;
  question.record = &provisioned;
  question.provisioned = true;
  EXPECT_THAT(judge_chain(crypto_, load("chains/h5_leaf_chain.b64"), question).notes,
              ElementsAre(StartsWith("no signing key given"), HasSubstr("encryption flag fits is not known")));
}

TEST_F(AcceptanceTest, APartOfUnknownClassIsNotOneOfAKnownClass) {
  AcceptanceQuestion question;
  question.part = *find_part("H553");
  EXPECT_THAT(reasons(root_bound_to({.soc_class = 0x485}), question),
              ElementsAre("certificate 0: bound to soc class 0x485, which is an H7R3's"));
  EXPECT_THAT(reasons(root_bound_to({.soc_class = 0x4AA}), question), IsEmpty());
  EXPECT_THAT(judge_chain(crypto_, root_bound_to({.soc_class = 0x4AA}), question).notes,
              testing::Contains(StartsWith("bound to soc class 0x4aa; that of the part is not known")));
}

TEST_F(AcceptanceTest, AHashThatMayBeOfAPasswordIsNotSaid) {
  for (const char* name : {"obk/h5_DA_ConfigWithPassword_enc1.obk", "obk/h7rs_DA_ConfigWithPassword.obk"}) {
    const DaRecord provisioned = record(name);
    AcceptanceQuestion question;
    question.record = &provisioned;
    for (const std::string& reason : reasons(load("chains/h5_leaf_chain.b64"), question))
      EXPECT_THAT(reason, testing::Not(HasSubstr(vectors::kPasswordHash))) << name;
  }
}

TEST_F(AcceptanceTest, BindingsAreHeldAgainstThePart) {
  const SocId id{1, 2, 3};
  const struct {
    CertificateRequest certificate;
    std::optional<SocId> soc_id;
    std::optional<Lifecycle> lifecycle;
    std::string reason;
  } cases[] = {
      {{}, id, Lifecycle{0x3072}, ""},
      {{.soc_class = 0x484, .soc_id = id}, id, {}, ""},
      {{.soc_class = 0x485}, {}, {}, "certificate 0: bound to soc class 0x485, the chip is 0x484"},
      {{.soc_id = {9}}, id, {}, "certificate 0: bound to soc id 09"},
      {{.soc_id = id},
       SocId{},
       {},
       "certificate 0: bound to soc id 01020300000000000000000000000000, the chip reports none"},
      {{.lifecycle = 0x3000}, {}, Lifecycle{0x3072}, ""},
      {{.lifecycle = 0x3072}, {}, Lifecycle{0x3072}, ""},
      {{.lifecycle = 0x2000},
       {},
       Lifecycle{0x3072},
       "certificate 0: bound to life cycle 0x2000, the chip is in 0x3072"},
  };
  for (const auto& each : cases) {
    AcceptanceQuestion question;
    question.part = *find_part("H573");
    question.soc_id = each.soc_id;
    question.lifecycle = each.lifecycle;
    const auto found = reasons(root_bound_to(each.certificate), question);
    if (each.reason.empty()) {
      EXPECT_THAT(found, IsEmpty());
    } else {
      EXPECT_THAT(found, ElementsAre(StartsWith(each.reason)));
    }
  }
}

TEST_F(AcceptanceTest, PartsAreFoundByAnyNameOfTheirs) {
  for (const char* name : {"H573", "h573", "STM32H573", "stm32h573iik3q"}) EXPECT_EQ((*find_part(name))->name, "H573");
  EXPECT_EQ((*find_part("STM32H7S78"))->name, "H7S7");
  for (const char* name : {"", "H5", "H57", "F407", "STM32"}) {
    EXPECT_EQ(find_part(name).error().code(), Code::name_unknown) << name;
  }
}

}  // namespace
}  // namespace rigor
