// `rigor credential show`: what is promised to programs (JSON and exit code) and to people (the table).
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "framework/base/bytes.hpp"
#include "framework/base/durable_file.hpp"
#include "tests/lab/program/program_test.hpp"
#include "tests/support/contains_secret.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Json = nlohmann::json;

// Chains of Arm's, which are read where they lie.
std::string arm_folder(const std::string& name) {
  const char* given = std::getenv("RIGOR_VECTORS");
  return (given != nullptr ? std::string(given) : RIGOR_SOURCE_DIR "/../shared/vectors") + "/da/" + name + "/";
}

class CredentialShow : public ProgramTest {
 protected:
  Json show(const std::string& file, int exit_code) { return json({"credential", "show", file}, exit_code); }
  std::string table(const std::string& file, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"credential", "show", file});
    return rigor(more).out;
  }
  std::string write_bytes(const std::string& name, const Bytes& bytes) {
    write(name, {bytes.begin(), bytes.end()});
    return name;
  }
};

TEST_F(CredentialShow, EveryVectorHasItsExitCode) {
  const Json expected = Json::parse(std::ifstream(kData + "expected.json"));
  int files = 0;
  for (const auto& [group, verdicts] : expected.items()) {
    if (!verdicts.is_object()) continue;
    for (const auto& [name, verdict] : verdicts.items()) {
      ++files;
      const std::string where = verdict.value("where", "");
      const bool read = verdict.at("ok") || where.starts_with("certificate") || where == "SHA-256";
      const Json document = show(kData + name, verdict.at("ok") ? 0 : read ? 1 : 2);
      EXPECT_EQ(document.contains("error"), !read) << name;
      if (group != "chains" || !read) continue;
      EXPECT_EQ(document.at("valid"), verdict.at("ok")) << name;
      EXPECT_EQ(document.at("reasons").empty(), verdict.at("ok").get<bool>()) << name;
      EXPECT_EQ(document.at("root_key_sha256"), kRootHash) << name;
      if (verdict.at("ok")) {
        EXPECT_EQ(document.at("granted"), "0x" + verdict.at("mask").get<std::string>()) << name;
      }
    }
  }
  EXPECT_EQ(files, 21);
}

TEST_F(CredentialShow, AChainAsJson) {
  const Json document = show(kData + "chains/h5_restricted_leaf_chain.b64", 0);
  EXPECT_EQ(document.at("kind"), "chain");
  EXPECT_EQ(document.at("valid"), true);
  EXPECT_EQ(document.at("reasons"), Json::array());
  ASSERT_EQ(document.at("certificates").size(), 3U);
  const Json golden = Json::parse(R"({
    "format": "1.0", "key_type": "ecdsa-p256", "signature_type": "ecdsa-p256", "role": "leaf", "usage": 1,
    "lifecycle": 0, "oem_constraint": 0, "soc_class": "0x0", "soc_id": "00000000000000000000000000000000",
    "permissions": "0x32", "signature": "valid", "extensions": "none",
    "permission_names": {
      "h5": ["level-2-secure-debug", "level-1-secure-debug", "level-2-nonsecure-debug"], "h7rs": ["level-2-debug"]},
    "public_sha256": "f7d46a8339deafb04dbd9997ade5a20171e28f56b22fff1b708e3c2a54f3cc53"})");
  EXPECT_EQ(document.at("certificates")[2], golden);
}

TEST_F(CredentialShow, ALoneRootAsJson) {
  const Json document = show(kData + "chains/h5_root.b64", 0);
  EXPECT_EQ(document.at("kind"), "certificate");
  EXPECT_EQ(document.at("valid"), true);
  EXPECT_EQ(document.at("root_key_sha256"), kRootHash);
  EXPECT_EQ(document.at("certificates").size(), 1U);
}

TEST_F(CredentialShow, AnObkAsJson) {
  const Json golden = Json::parse(R"({
    "kind": "obk", "destination": "0x00510008", "destination_meaning": "debug authentication: root key",
    "family": "h7rs", "size": 96, "encrypted": true, "parts": ["H7R3", "H7R7", "H7S3", "H7S7"], "hash": "valid",
    "content": "da-certificate",
    "key_sha256": "535f40986493859d5d373d229ee4af383394e4c39acf41bec8f9d0d7e184e5b8",
    "permissions": "0x80000000000000000000000000004007",
    "permission_names": {
      "h7rs": ["full-regression", "level-3-debug", "level-2-debug", "level-1-debug", "forced-download"]},
    "reasons": [], "warnings": []})");
  EXPECT_EQ(show(kData + "obk/h7rs_DA_Config.obk", 0), golden);
  const Json damaged = show(kData + "bad/obk_hash_mismatch.obk", 1);
  EXPECT_EQ(damaged.at("hash"), "invalid");
  EXPECT_EQ(damaged.at("reasons").size(), 1U);
}

TEST_F(CredentialShow, AnObkThatIsNoRecordIsNotCalledCorrupt) {
  Bytes file(12 + 40, 0x33);
  store_le32(file, 0, 0x0FFD0900);
  store_le32(file, 4, 40);
  store_le32(file, 8, 1);
  const Json document = show(write_bytes("data.obk", file), 0);
  EXPECT_EQ(document.at("content"), "other");
  EXPECT_EQ(document.at("hash"), "absent");
  EXPECT_EQ(document.at("destination_meaning"), "OEMuRoT_Config");
  EXPECT_EQ(document.at("key_sha256"), nullptr);
  EXPECT_EQ(document.at("permissions"), nullptr);
}

TEST_F(CredentialShow, KeysPasswordsAndImagesAsJson) {
  EXPECT_EQ(show(kData + "password/password.bin", 0), Json::parse(R"({"kind": "password", "length": 16})"));
  Json key = {{"kind", "key"},      {"type", "ecdsa-p256"}, {"private", true},
              {"encrypted", false}, {"supported", true},    {"public_sha256", kRootHash}};
  EXPECT_EQ(show(kData + "keys/key_1_root.pem", 0), key);
  key.at("private") = false;
  EXPECT_EQ(show(kData + "keys/key_1_root_pub.pem", 0), key);
  const Bytes hash = from_hex("e816e19eb0db9f11f8abcefadc7eb8ce3b1dbafa91a428b615a19911880efb7a").value();
  EXPECT_EQ(show(write_bytes("otp.bin", hash), 0), Json::parse(R"({"kind": "otp-image", "size": 32})"));
}

TEST_F(CredentialShow, AKeyThatIsNotSupportedIsDescribed) {
  // SubjectPublicKeyInfo of Ed25519 with the key of RFC 8032 7.1, test 1.
  const Bytes der = from_hex(
                        "302a300506032b6570032100"
                        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
                        .value();
  const Json document = show(write_bytes("ed.der", der), 0);
  EXPECT_EQ(document.at("type"), "ed25519");
  EXPECT_EQ(document.at("supported"), false);
}

TEST_F(CredentialShow, WhatCannotBeVerifiedIsUnsupportedAndNotValid) {
  for (const std::uint8_t algorithm : {std::uint8_t{0x05}, std::uint8_t{0x0B}}) {
    // A root of Ed25519 or ML-DSA-44: header, key, hash of extensions, signature.
    Bytes raw(52 + (algorithm == 0x05 ? 32 + 64 + 64 : 1312 + 32 + 2420), 0x5A);
    std::fill_n(raw.begin(), 52, 0);
    raw[0] = raw[4] = raw[5] = 1;
    raw[2] = raw[3] = algorithm;
    const Json document = show(write_bytes("root.cert", raw), 0);
    EXPECT_EQ(document.at("valid"), nullptr);
    EXPECT_EQ(document.at("certificates")[0].at("signature"), "unsupported");
    EXPECT_EQ(document.at("certificates")[0].at("key_type"), algorithm == 0x05 ? "ed25519ph" : "ml-dsa-44");
    EXPECT_THAT(table("root.cert"), AllOf(HasSubstr("nobody can tell"), HasSubstr("unsupported")));
  }
}

TEST_F(CredentialShow, ChainsOfArmHaveTheVerdictsOfTheirReadme) {
  const std::string folder = arm_folder("arm-adac-rs-bsd3");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not on this machine; RIGOR_VECTORS names it";
  for (const auto* const type : {"EcdsaP256", "EcdsaP521", "Rsa3072"}) {
    const Json chain = show(folder + "chains/chain." + type, 0);
    EXPECT_EQ(chain.at("valid"), true) << type;
    EXPECT_EQ(chain.at("certificates").size(), 4U) << type;
    EXPECT_EQ(chain.at("certificates")[2].at("soc_class"), "0x12345678") << type;
    EXPECT_EQ(chain.at("certificates")[3].at("soc_id"), "000102030405060708090a0b0c0d0e0f") << type;
    EXPECT_EQ(chain.at("granted"), "0xffffffff000000000000000000000000") << type;
  }
  const Json root = show(folder + "roots/root.EcdsaP256", 0);
  EXPECT_EQ(root.at("valid"), true);
  EXPECT_EQ(root.at("certificates")[0].at("extensions"), "valid");
}

TEST_F(CredentialShow, FormatZeroOneIsDecodedAndRefused) {
  const std::string folder = arm_folder("arm-secure-debug-manager-ncsa");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not on this machine; RIGOR_VECTORS names it";
  const Json chain = show(folder + "chain.EcdsaP256-3", 1);
  EXPECT_EQ(chain.at("valid"), false);
  EXPECT_EQ(chain.at("certificates").size(), 4U);
  for (const Json& certificate : chain.at("certificates")) {
    EXPECT_EQ(certificate.at("format"), "0.1");
    EXPECT_EQ(certificate.at("signature"), "valid");
  }
  for (const Json& reason : chain.at("reasons")) EXPECT_THAT(reason.get<std::string>(), HasSubstr("format 0.1"));
  EXPECT_FALSE(chain.at("reasons").empty());
  EXPECT_EQ(show(folder + "EcdsaP256Key-3.pem", 0).at("public_sha256"),
            chain.at("certificates")[3].at("public_sha256"));
}

TEST_F(CredentialShow, TheTableIsForPeople) {
  EXPECT_EQ(
      table(kData + "chains/h5_root.b64", {"--family", "h7rs"}),
      "root certificate\n"
      "  verdict       valid\n"
      "  root key      SHA-256 " +
          kRootHash +
          "\n"
          "  format        1.0\n"
          "  algorithm     ecdsa-p256\n"
          "  signature     valid\n"
          "  extensions    none\n"
          "  soc class     any\n"
          "  soc id        any\n"
          "  life cycle    any\n"
          "  usage         1 (standard)\n"
          "  permissions   0x5077\n"
          "                H7RS: full-regression, level-3-debug, level-2-debug, level-1-debug and 4 bits without\n"
          "                      a name\n");
  EXPECT_THAT(table(kData + "obk/h5_DA_Config_enc0.obk"),
              AllOf(HasSubstr("flag 0: the part stores it as it is"), HasSubstr("H523 (inferred), H562, H563")));
}

TEST_F(CredentialShow, AMaskOfOnesIsNotAListOfBits) {
  Bytes raw(212);
  raw[0] = raw[2] = raw[3] = raw[5] = 1;
  raw[4] = 3;
  std::fill_n(raw.begin() + 36, 16, 0xFF);
  EXPECT_THAT(table(write_bytes("leaf.cert", raw)),
              AllOf(HasSubstr("and 120 bits without"), HasSubstr("0xffffffffffffffffffffffffffffffff"),
                    Not(HasSubstr("bit-"))));
}

TEST_F(CredentialShow, ABoundCertificateIsNamedInItsFamilyOnly) {
  Bytes raw(212);
  raw[0] = raw[2] = raw[3] = raw[5] = 1;
  raw[4] = 3;
  store_le32(raw, 16, 0x485);
  raw[36] = 0x07;
  EXPECT_THAT(table(write_bytes("leaf.cert", raw)),
              AllOf(HasSubstr("0x485 (H7R3, H7R7, H7S3, H7S7)"), HasSubstr("H7RS:"), Not(HasSubstr("H5:"))));
}

TEST_F(CredentialShow, WhatIsNotReadableSaysAtWhichByte) {
  write("text", "hello\n");
  write("large", std::string((1U << 20) + 1, 'A'));
  write("empty", "");
  for (const auto* const name : {"text", "large", "empty", "absent"}) {
    const Finished done = rigor({"credential", "show", name});
    EXPECT_EQ(done.exit_code, 2) << name;
    EXPECT_EQ(done.out, "") << name;
    EXPECT_THAT(done.err, AllOf(StartsWith("error: CREDENTIAL_UNREADABLE: "), HasSubstr(name)));
  }
  EXPECT_THAT(rigor({"credential", "show", "text"}).err, AllOf(HasSubstr("at byte 0"), HasSubstr("known kinds")));
  EXPECT_THAT(rigor({"credential", "show", kData + "bad/chain_truncated.b64"}).err, HasSubstr("at byte 440"));
  EXPECT_EQ(rigor({"credential", "show", "text", "--family", "f4"}).exit_code, 2);
}

TEST_F(CredentialShow, XmlIsShownWithoutItsPassword) {
  const std::string password = "hunter2hunter2ab";
  write("password.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Root><Obdata><Info><Title>DA password</Title>"
        "<ObDestAddress>0x0FFD0100</ObDestAddress><DoEncryption>1</DoEncryption><GlobalAlign>16</GlobalAlign></"
        "Info><Hash/><DA/>"
        "<Text><Name>Password</Name><Value>" +
            password +
            "</Value><MinWidth>4</MinWidth><Width>16</Width></Text>"
            "<Permission><Name>Permission</Name><Value>0x0</Value><Width>4</Width></Permission>"
            "<Output><Name>Output</Name><Value>out.obk</Value></Output></Obdata></Root>\n");
  const Json document = show("password.xml", 0);
  EXPECT_EQ(document.at("kind"), "xml");
  EXPECT_EQ(document.at("destination"), "0x0ffd0100");
  EXPECT_EQ(document.at("content"), "da-record");
  EXPECT_EQ(document.at("encrypted"), true);
  const Secret secret(Bytes(password.begin(), password.end()));
  EXPECT_EQ(contains_secret(document.dump(), secret), std::nullopt);
  EXPECT_EQ(contains_secret(table("password.xml"), secret), std::nullopt);
  write("broken.xml", "<Root>\n<Info>");
  const Finished broken = rigor({"credential", "show", "broken.xml"});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.err, StartsWith("broken.xml:"));
}

TEST_F(CredentialShow, NothingSecretIsPrinted) {
  const Bytes file = *read_file(kData + "password/password.bin");
  const Secret password(Bytes(file.begin() + 8, file.end()));
  const auto hash = from_hex("e816e19eb0db9f11f8abcefadc7eb8ce3b1dbafa91a428b615a19911880efb7a");
  for (const auto* const name : {"password/password.bin", "password/password.txt", "obk/h7rs_DA_ConfigWithPassword.obk",
                                 "bad/password_length_field_wrong.bin"}) {
    const Finished done = rigor({"credential", "show", kData + name, "--json"});
    EXPECT_EQ(contains_secret(done.out + done.err + table(kData + name), password), std::nullopt) << name;
    EXPECT_THAT(done.out, Not(HasSubstr(to_hex(*hash)))) << name;
  }
}

}  // namespace
}  // namespace rigor::test
