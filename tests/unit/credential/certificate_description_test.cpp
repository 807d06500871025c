// Certificates and chains described in YAML.
#include "framework/credential/certificate_description.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "framework/auth/chain.hpp"
#include "framework/auth/key_file.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Described : public ::testing::Test {
 protected:
  Described() {
    std::string name = ::testing::TempDir() + "rigor-described-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    std::filesystem::create_directory_symlink(vectors::path("keys"), directory_ / "keys");
    std::filesystem::create_directory_symlink(vectors::path("chains"), directory_ / "chains");
  }
  ~Described() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path write(const std::string& text) const {
    std::ofstream(directory_ / "d.yaml") << text;
    return directory_ / "d.yaml";
  }
  std::optional<CertificateDescription> certificate(const std::string& text) {
    return load_certificate_description(write(text), faults_);
  }
  // The mistakes of a description that must have some.
  std::string mistakes(const std::string& text) {
    faults_ = Faults();
    EXPECT_FALSE(load_certificate_description(write(text), faults_).has_value()) << text;
    return faults_.describe();
  }
  KeyOpener keys() {
    return {.signing_key = [this](const std::filesystem::path& path) { return SigningKey::load(crypto_, path); },
            .public_half = [this](const std::filesystem::path& path) -> Result<PublicKey> {
              RIGOR_TRY(const Bytes file, read_file(path));
              RIGOR_TRY(const KeyFile key, read_key(crypto_, file));
              return *key.public_half;
            }};
  }
  Result<Certificate> build(const std::string& text) {
    const auto description = certificate(text);
    if (!description) return fail(faults_.to_error());
    warnings_.clear();
    return build_certificate(crypto_, *description, keys(), warnings_);
  }

  Crypto crypto_ = Crypto::create().value();
  std::filesystem::path directory_;
  Faults faults_;
  std::vector<std::string> warnings_;
};

constexpr const char* kRoot = "role: root\nissuer-key: keys/key_1_root.pem\npermissions: 0x5077\n";
constexpr const char* kLeaf =
    "role: leaf\nissuer-key: keys/key_2_intermediate.pem\nsubject-key: keys/key_3_leaf_pub.pem\npart: H573\n";

TEST_F(Described, ARootHasTheBytesOfTheVector) {
  const auto root = build(kRoot);
  ASSERT_TRUE(root.has_value()) << root.error().describe();
  const CertificateChain known = load_chain(vectors::path("chains/h5_root.b64")).value();
  EXPECT_EQ(to_hex(root->raw), to_hex(known.last().raw));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(Described, ALeafOfAPartHasAllThatThePartKnows) {
  const auto leaf = build(kLeaf);
  ASSERT_TRUE(leaf.has_value()) << leaf.error().describe();
  const CertificateChain known = load_chain(vectors::path("chains/h5_leaf_chain.b64")).value();
  EXPECT_EQ(to_hex(leaf->raw), to_hex(known.last().raw));
}

TEST_F(Described, EveryFieldIsTaken) {
  const auto leaf = build(std::string(kLeaf) +
                          "name: mine\npermissions: [full-regression, bit-0]\nsoc-class: 0x484\nusage: rma\n"
                          "soc-id: 000102030405060708090a0b0c0d0e0f\nlifecycle: 0x3000\noem-constraint: 0x7\n");
  ASSERT_TRUE(leaf.has_value()) << leaf.error().describe();
  EXPECT_EQ(leaf->permissions.text(), "0x4001");
  EXPECT_EQ(leaf->soc_class, 0x484U);
  EXPECT_EQ(to_hex(leaf->soc_id), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(leaf->lifecycle, 0x3000U);
  EXPECT_EQ(leaf->usage, 2U);
  EXPECT_EQ(leaf->oem_constraint, 7U);
  EXPECT_TRUE(leaf->has_role(Role::leaf));
}

TEST_F(Described, TheSpellingOfArmsToolIsRead) {
  const auto leaf = build(
      "name: leaf\nissuer-key: keys/key_2_intermediate.pem\nsubject-key: keys/key_3_leaf_pub.pem\nrole: 3\nusage: 1\n"
      "lifecycle: 0x0000\noem_constraint: 0\nsoc_class: 0\nsoc_id: 0\n"
      "permissions_mask: 0x00000000_00000000_00000000_00005077\n");
  ASSERT_TRUE(leaf.has_value()) << leaf.error().describe();
  const CertificateChain known = load_chain(vectors::path("chains/h5_leaf_chain.b64")).value();
  EXPECT_EQ(to_hex(leaf->raw), to_hex(known.last().raw));
}

TEST_F(Described, AChipIdIsReadAsOnTheCommandLine) {
  for (const char* written :
       {"00000000_35353537_3332510A_00350047", "0x00000000_35353537_3332510A_00350047", "35353537_3332510A_00350047",
        "470035000a51323337353535", "470035000a5132333735353500000000"}) {
    const auto leaf = build(std::string(kLeaf) + "soc-id: " + written + "\n");
    ASSERT_TRUE(leaf.has_value()) << written << leaf.error().describe();
    EXPECT_EQ(to_hex(leaf->soc_id), "470035000a5132333735353500000000") << written;
  }
}

// A password or key that was named by mistake.
TEST_F(Described, WhatIsNoDescriptionIsNotQuoted) {
  for (const char* text : {"synthetic-pass-1", "'synthetic-pass-1", "[synthetic-pass-1, 2]", "*synthetic-pass-1",
                           "synthetic-pass-1: [", "? [synthetic-pass-1]\n: 1\n: 2\n"}) {
    const std::string words = mistakes(text);
    EXPECT_THAT(words, testing::AllOf(HasSubstr("d.yaml"), Not(HasSubstr("synthetic")))) << text;
    faults_ = Faults();
    EXPECT_FALSE(load_chain_description(write(text), faults_).has_value());
    EXPECT_THAT(faults_.describe(), testing::AllOf(HasSubstr("d.yaml"), Not(HasSubstr("synthetic")))) << text;
  }
}

TEST_F(Described, MistakesHaveTheirPlaces) {
  const std::string leaf = kLeaf;
  EXPECT_THAT(mistakes(leaf + "permisions: 1\n"), HasSubstr("d.yaml:5:1: error: unknown key 'permisions'"));
  EXPECT_THAT(mistakes(leaf + "permissions: full-regresion\n"),
              testing::AllOf(HasSubstr("d.yaml:5:"), HasSubstr("did you mean 'full-regression'?")));
  EXPECT_THAT(mistakes(leaf + "permissions: level-3-debug\n"), HasSubstr("no permission is called 'level-3-debug'"))
      << "that is one of H7RS";
  for (const char* soc_id : {"0011", "1", "0x00112233445566778899aabbccddeeff", "00112233445566778899aabbccddeef",
                             "00112233445566778899aabbccddeeffff", "g0112233445566778899aabbccddeeff"})
    EXPECT_THAT(mistakes(leaf + "soc-id: '" + soc_id + "'\n"), HasSubstr("32 hex digits")) << soc_id;
  EXPECT_THAT(mistakes(leaf + "lifecycle: 0x10000\n"),
              HasSubstr("'lifecycle' is '0x10000', expected hexadecimal up to 0xffff"));
  EXPECT_THAT(mistakes(leaf + "soc-class: 485\n"),
              HasSubstr("d.yaml:5:1: error: 'soc-class' is '485', it is read as hexadecimal, write 0x485"));
  EXPECT_THAT(mistakes(leaf + "soc_class: 485\n"), HasSubstr("write 0x485"));
  EXPECT_THAT(mistakes(leaf + "lifecycle: 3000\n"), HasSubstr("write 0x3000"));
  EXPECT_THAT(mistakes(leaf + "oem-constraint: 7\n"), HasSubstr("write 0x7"));
  EXPECT_THAT(mistakes(leaf + "oem-constraint: -1\n"), HasSubstr("expected hexadecimal"));
  EXPECT_THAT(mistakes(leaf + "usage: never\n"), HasSubstr("usage"));
  EXPECT_THAT(mistakes(leaf + "soc-class: 1\nsoc_class: 2\n"), HasSubstr("unknown key 'soc-class'"));
  EXPECT_THAT(mistakes("role: leaf\nissuer-key: a.pem\npermissions: 1\n"), HasSubstr("no 'subject-key' for a leaf"));
  EXPECT_THAT(mistakes("role: root\npermissions: 1\n"), HasSubstr("issuer-key"));
  EXPECT_THAT(mistakes("role: root\nissuer-key: a.pem\n"), HasSubstr("permissions"));
  EXPECT_THAT(mistakes("role: boss\nissuer-key: a.pem\npermissions: 1\n"), HasSubstr("role"));
  EXPECT_THAT(mistakes("role: root\nissuer-key: a.pem\npart: H999\n"), HasSubstr("H999"));
  EXPECT_THAT(mistakes("[1, 2]"), HasSubstr("map"));
}

TEST_F(Described, WhatNoPartTakesIsRefusedOrWarnedAbout) {
  EXPECT_THAT(build(std::string(kRoot) + "part: H503\n").error().message(), HasSubstr("takes only a password"));
  EXPECT_THAT(build("role: root\nissuer-key: keys/key_1_root.pem\nsubject-key: keys/key_3_leaf.pem\npermissions: 1\n")
                  .error()
                  .message(),
              HasSubstr("signed with its own key"));

  std::string wide = kRoot;
  ASSERT_TRUE(build(wide.replace(wide.find("0x5077"), 6, "0xd077") + "part: H573\n").has_value());
  EXPECT_THAT(warnings_, ::testing::ElementsAre(HasSubstr("permissions 0x8000 are wider than an H573 knows")));
  ASSERT_TRUE(build(std::string(kRoot) + "part: H573\nsoc-class: 0x485\n").has_value());
  EXPECT_THAT(warnings_, ::testing::ElementsAre(HasSubstr("an H573 is 0x484")));
  std::string nothing = kRoot;
  ASSERT_TRUE(build(nothing.replace(nothing.find("0x5077"), 6, "0x0")).has_value());
  EXPECT_THAT(warnings_, ::testing::ElementsAre(HasSubstr("grants nothing")));
}

TEST_F(Described, APartTakesOneAlgorithm) {
  CertificateDescription description;
  description.part = *find_part("H573");
  description.request.permissions = kFullRegression;
  EXPECT_THAT(remarks_on(description, {.algorithm = kEcdsaP384, .bytes = Bytes(96)}).refusals,
              ::testing::ElementsAre(HasSubstr("the key is ecdsa-p384")));
  EXPECT_THAT(remarks_on(description, {.algorithm = kEcdsaP256, .bytes = Bytes(64)}).refusals, IsEmpty());
}

TEST_F(Described, AChainIsAListOfFilesAndDescriptions) {
  const auto path = write(
      "certificates:\n- chains/h5_root.b64\n- role: leaf\n  issuer-key: keys/key_1_root.pem\n"
      "  subject-key: keys/key_3_leaf.pem\n  permissions: 0x1\n");
  const auto items = load_chain_description(path, faults_);
  ASSERT_TRUE(items.has_value()) << faults_.describe();
  ASSERT_EQ(items->size(), 2U);
  EXPECT_EQ(std::get<std::filesystem::path>((*items)[0]), directory_ / "chains/h5_root.b64");
  EXPECT_EQ(std::get<CertificateDescription>((*items)[1]).issuer_key, directory_ / "keys/key_1_root.pem");
}

TEST_F(Described, AChainOfNothingIsRefused) {
  for (const char* text : {"certificates: []\n", "name: x\n", "certificates: [[a]]\n", "certs: [a]\n"}) {
    faults_ = Faults();
    EXPECT_FALSE(load_chain_description(write(text), faults_).has_value()) << text;
    EXPECT_FALSE(faults_.empty()) << text;
  }
}

}  // namespace
}  // namespace rigor
