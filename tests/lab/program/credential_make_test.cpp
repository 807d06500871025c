// `rigor credential make`: what it writes is what ST's files hold and what the readers read, for the right eyes only.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "framework/auth/chain.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/key_file.hpp"
#include "framework/auth/password.hpp"
#include "tests/lab/program/program_test.hpp"
#include "tests/support/contains_secret.hpp"
#include "tests/support/terminal_session.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kVectors = RIGOR_SOURCE_DIR "/tests/data/da/";
const std::string kRootKey = kVectors + "keys/key_1_root.pem";
const std::string kRootPublic = kVectors + "keys/key_1_root_pub.pem";
const std::string kIntermediateKey = kVectors + "keys/key_2_intermediate.pem";
const std::string kIntermediatePublic = kVectors + "keys/key_2_intermediate_pub.pem";
const std::string kLeafPublic = kVectors + "keys/key_3_leaf_pub.pem";
const std::string kPasswordFile = kVectors + "password/password.bin";

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
Secret secret_of(std::string_view text) { return Secret(bytes_of(text)); }

class Make : public ProgramTest {
 protected:
  // `rigor credential make ARGUMENT...`
  Finished make(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"credential", "make"});
    return rigor(arguments);
  }
  nlohmann::json make_json(std::vector<std::string> arguments, int exit_code = 0) {
    arguments.insert(arguments.begin(), {"credential", "make"});
    return json(arguments, exit_code);
  }
  // Succeeds, and the file has the bytes of the vector.
  void expect_vector(const std::vector<std::string>& arguments, const std::string& vector) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--out", "made", "--force"});
    const Finished made = make(all);
    EXPECT_EQ(made.exit_code, 0) << made.err;
    EXPECT_EQ(to_hex(bytes_of(read("made"))), to_hex(bytes_of(read(kVectors + vector)))) << vector;
  }
  // Refused with exit code 2 and these words, and nothing is written.
  void expect_refused(const std::vector<std::string>& arguments, const std::string& words) {
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--out", "refused"});
    const Finished made = make(all);
    EXPECT_EQ(made.exit_code, 2) << made.err;
    EXPECT_THAT(made.err, HasSubstr(words));
    EXPECT_FALSE(std::filesystem::exists(directory() / "refused")) << words;
  }
  [[nodiscard]] unsigned mode_of(const std::string& name) const {
    struct stat status{};
    EXPECT_EQ(::stat((directory() / name).c_str(), &status), 0) << name;
    return status.st_mode & 07777U;
  }
  Result<KeyFile> read_key_file(const std::string& name, const Secret* passphrase = nullptr) {
    return read_key(crypto_, bytes_of(read(name)), passphrase);
  }
  static void expect_silent_about(const Finished& finished, const Secret& secret) {
    for (const std::string& text : {finished.out, finished.err}) {
      const auto found = contains_secret(text, secret);
      EXPECT_FALSE(found) << *found << " in: " << text;
    }
  }

  Crypto crypto_ = Crypto::create().value();
};

TEST_F(Make, AKeyIsWrittenForItsOwnerAlone) {
  for (const char* type : {"ecdsa-p256", "ecdsa-p384", "ecdsa-p521"}) {
    const Finished made = make({"key", "--type", type, "--out", "k.pem", "--public", "k_pub.pem", "--force", "--json"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_EQ(mode_of("k.pem"), 0600U);
    EXPECT_EQ(mode_of("k_pub.pem"), 0644U);
    const auto key = read_key_file("k.pem");
    const auto half = read_key_file("k_pub.pem");
    ASSERT_TRUE(key && half && key->public_half && half->public_half);
    EXPECT_EQ(key->type, type);
    EXPECT_TRUE(key->is_private);
    EXPECT_FALSE(half->is_private);
    EXPECT_EQ(*key->public_half, *half->public_half);
    EXPECT_THAT(read("k.pem"), ::testing::StartsWith("-----BEGIN PRIVATE KEY-----\n"));
    expect_silent_about(made, key->scalar);
    const auto document = nlohmann::json::parse(made.out);
    EXPECT_EQ(document["kind"], "key");
    EXPECT_EQ(document["file"], "k.pem");
    EXPECT_EQ(document["public_file"], "k_pub.pem");
    EXPECT_EQ(document["type"], type);
    EXPECT_EQ(document["encrypted"], false);
    EXPECT_EQ(document["public_sha256"], to_hex(crypto_.sha256(key->public_half->bytes)));
  }
}

TEST_F(Make, TwoKeysDiffer) {
  const auto one = make_json({"key", "--out", "one.pem"});
  EXPECT_NE(one["public_sha256"], make_json({"key", "--out", "two.pem"})["public_sha256"]);
}

TEST_F(Make, AnEncryptedKeyOpensWithItsPassphrase) {
  write("pass", "correct horse battery\n");
  const Finished made = make({"key", "--out", "k.pem", "--encrypt", "--passphrase-file", "pass", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(mode_of("k.pem"), 0600U);
  EXPECT_THAT(read("k.pem"), ::testing::StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  const Secret passphrase = secret_of("correct horse battery");
  const Secret wrong = secret_of("correct horse battery\n");
  EXPECT_TRUE(read_key_file("k.pem").value().locked());
  EXPECT_FALSE(read_key_file("k.pem", &wrong).has_value()) << "the line end is not part of it";
  const auto key = read_key_file("k.pem", &passphrase);
  ASSERT_TRUE(key.has_value()) << key.error().describe();
  EXPECT_EQ(nlohmann::json::parse(made.out)["public_sha256"], to_hex(crypto_.sha256(key->public_half->bytes)));
  EXPECT_EQ(nlohmann::json::parse(made.out)["encrypted"], true);
  expect_silent_about(made, passphrase);
  expect_silent_about(made, key->scalar);

  const std::vector<std::string> certify = {"certificate",   "--role", "root",  "--issuer-key", "k.pem",
                                            "--permissions", "0x4000", "--out", "r.b64"};
  std::vector<std::string> with_file = certify;
  with_file.insert(with_file.end(), {"--passphrase-file", "pass"});
  const Finished certified = make(with_file);
  EXPECT_EQ(certified.exit_code, 0) << certified.err;
  EXPECT_EQ(load_chain(directory() / "r.b64").value().last().public_key, key->public_half->bytes);
  write("pass", "another");
  with_file.emplace_back("--force");
  EXPECT_THAT(make(with_file).err, HasSubstr("the passphrase does not open the key"));
}

TEST_F(Make, OtherProgramsReadTheKeys) {
  if (!std::filesystem::exists("/usr/bin/openssl")) GTEST_SKIP() << "no openssl program here";
  write("pass", "correct horse battery\n");
  for (const bool encrypted : {false, true}) {
    std::vector<std::string> arguments = {"key", "--out", "k.pem", "--public", "k_pub.pem", "--force"};
    if (encrypted) arguments.insert(arguments.end(), {"--encrypt", "--passphrase-file", "pass"});
    ASSERT_EQ(make(arguments).exit_code, 0);
    const Finished opened =
        run_program({"/usr/bin/openssl", "pkey", "-in", "k.pem", "-passin", "file:pass", "-pubout"}, setting);
    EXPECT_EQ(opened.exit_code, 0) << opened.err;
    EXPECT_EQ(opened.out, read("k_pub.pem"));
  }
}

TEST_F(Make, WhatIsThereStaysUnlessForced) {
  ASSERT_EQ(make({"key", "--out", "k.pem"}).exit_code, 0);
  const std::string first = read("k.pem");
  const Finished refused = make({"key", "--out", "k.pem"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("k.pem is there already"), HasSubstr("--force")));
  EXPECT_EQ(make({"key", "--out", "other.pem", "--public", "k.pem"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(directory() / "other.pem")) << "not half of the work";
  EXPECT_EQ(read("k.pem"), first);
  EXPECT_EQ(make({"key", "--out", "k.pem", "--force"}).exit_code, 0);
  EXPECT_NE(read("k.pem"), first);
  EXPECT_EQ(make({"key", "--out", "same.pem", "--public", "./same.pem"}).exit_code, 2);
  EXPECT_THAT(files(), ::testing::ElementsAre("k.pem"));
}

TEST_F(Make, TwoHalvesNeverShareAFile) {
  std::filesystem::create_directory(directory() / "d");
  std::filesystem::create_directory_symlink("d", directory() / "link");
  ASSERT_EQ(make({"key", "--out", "d/k"}).exit_code, 0);
  const std::string first = read("d/k");
  const Finished refused = make({"key", "--out", "d/k", "--public", "link/k", "--force"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("name the same file"));
  EXPECT_EQ(read("d/k"), first);
  EXPECT_EQ(make({"key", "--out", "d/k", "--public", "none/k_pub", "--force"}).exit_code, 2);
  EXPECT_EQ(read("d/k"), first) << "the old key stays when the public half cannot be written";
  EXPECT_EQ(make({"key", "--out", "d/new", "--public", "none/k_pub"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(directory() / "d/new"));
}

TEST_F(Make, UsageIsChecked) {
  EXPECT_EQ(make({"key"}).exit_code, 2);
  EXPECT_EQ(make({}).exit_code, 2);
  EXPECT_EQ(make({"key", "--out", "k", "--type", "rsa-3072"}).exit_code, 2);
  EXPECT_EQ(make({"key", "--out", "k", "--passphrase-file", "pass"}).exit_code, 2) << "only with --encrypt";
  EXPECT_EQ(make_json({"key", "--out", "none/k"}, 2)["error"]["code"], "USAGE");
  EXPECT_THAT(files(), IsEmpty());
}

// The chain of the vectors, made from its keys with the flags of the command line.
TEST_F(Make, ACertificateHasTheBytesOfTheVectors) {
  for (const auto& [part, chain] : {std::pair("H573", "h5_leaf_chain.b64"), {"h7s78", "h7rs_leaf_chain.b64"}}) {
    const auto document = make_json(
        {"certificate", "--role", "root", "--issuer-key", kRootKey, "--part", part, "--out", "root.b64", "--force"});
    EXPECT_EQ(document["kind"], "certificate");
    EXPECT_EQ(document["role"], "root");
    EXPECT_EQ(document["public_sha256"], kRootHash);
    EXPECT_THAT(document["warnings"], IsEmpty());
    make_json({"certificate", "--role", "intermediate", "--issuer-key", kRootKey, "--subject-key", kIntermediatePublic,
               "--part", part, "--out", "intermediate.b64", "--force"});
    make_json({"certificate", "--role", "leaf", "--issuer-key", kIntermediateKey, "--subject-key", kLeafPublic,
               "--part", part, "--out", "leaf.b64", "--force"});
    expect_vector({"chain", "root.b64", "intermediate.b64", "leaf.b64"}, "chains/" + std::string(chain));
  }
  EXPECT_EQ(mode_of("root.b64"), 0644U);
  EXPECT_THAT(read("root.b64"), Not(HasSubstr("\n")));
}

TEST_F(Make, ACertificateHasEveryFieldOfTheFlags) {
  make_json({"certificate",
             "--role",
             "leaf",
             "--issuer-key",
             kRootKey,
             "--subject-key",
             kLeafPublic,
             "--permissions",
             "full-regression,bit-0",
             "--soc-class",
             "0x484",
             "--soc-id",
             "000102030405060708090a0b0c0d0e0f",
             "--lifecycle",
             "0x3000",
             "--usage",
             "rma",
             "--oem-constraint",
             "0x7",
             "--out",
             "leaf.b64"});
  const Certificate leaf = load_chain(directory() / "leaf.b64").value().last();
  EXPECT_TRUE(leaf.has_role(Role::leaf));
  EXPECT_EQ(leaf.permissions.text(), "0x4001");
  EXPECT_EQ(leaf.soc_class, 0x484U);
  EXPECT_EQ(to_hex(leaf.soc_id), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(leaf.lifecycle, 0x3000U);
  EXPECT_EQ(leaf.usage, 2U);
  EXPECT_EQ(leaf.oem_constraint, 7U);
}

TEST_F(Make, ACertificateThatMakesNoSenseIsRefused) {
  const std::vector<std::string> root = {"certificate", "--role", "root", "--issuer-key", kRootKey};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), root.begin(), root.end());
    return more;
  };
  expect_refused(root, "--permissions NAMES");
  expect_refused(with({"--permissions", "full-regresion"}), "did you mean 'full-regression'?");
  expect_refused(with({"--permissions", "level-1-debug", "--part", "H573"}), "no permission is called 'level-1-debug'");
  expect_refused(with({"--part", "H999"}), "'H999'");
  expect_refused(with({"--part", "H503"}), "takes only a password");
  expect_refused(with({"--part", "H573", "--soc-class", "0xgg"}), "'--soc-class' is '0xgg'");
  expect_refused(with({"--part", "H573", "--lifecycle", "0x12345"}), "'--lifecycle' is '0x12345'");
  expect_refused(with({"--part", "H573", "--soc-class", "485"}), "write 0x485");
  expect_refused(with({"--part", "H573", "--lifecycle", "3000"}), "write 0x3000");
  expect_refused(with({"--part", "H573", "--oem-constraint", "7"}), "write 0x7");
  expect_refused(with({"--part", "H573", "--soc-id", "12"}), "is no chip id");
  expect_refused(with({"--part", "H573", "--subject-key", kLeafPublic}), "signed with its own key");
  expect_refused({"certificate", "--role", "leaf", "--issuer-key", kRootKey, "--part", "H573"}, "needs --subject-key");
  expect_refused({"certificate", "--role", "root", "--issuer-key", kRootPublic, "--part", "H573"}, kRootPublic);
  expect_refused({"certificate", "--role", "root", "--issuer-key", "none.pem", "--part", "H573"}, "none.pem");
  expect_refused({"certificate", "--issuer-key", kRootKey, "--part", "H573"}, "--role");
  EXPECT_EQ(make({"key", "--type", "ecdsa-p384", "--out", "p384.pem"}).exit_code, 0);
  expect_refused({"certificate", "--role", "root", "--issuer-key", "p384.pem", "--part", "H573"}, "only ecdsa-p256");
  expect_refused(
      {"certificate", "--role", "leaf", "--issuer-key", "p384.pem", "--subject-key", kLeafPublic, "--permissions", "1"},
      "a chain has one algorithm");
}

TEST_F(Make, PermissionsThatThePartDoesNotKnowAreWarnedAbout) {
  const auto document = make_json({"certificate", "--role", "root", "--issuer-key", kRootKey, "--part", "H573",
                                   "--permissions", "0xd077", "--out", "root.b64"});
  ASSERT_EQ(document["warnings"].size(), 1U);
  EXPECT_THAT(document["warnings"][0].get<std::string>(), HasSubstr("permissions 0x8000 are wider"));
}

TEST_F(Make, AChipIdMeansTheSameByFlagAndInADescription) {
  const std::string id = "00000000_35353537_3332510A_00350047";
  ASSERT_EQ(make({"certificate", "--role", "root", "--issuer-key", kRootKey, "--part", "H573", "--soc-id", id, "--out",
                  "flag.b64"})
                .exit_code,
            0);
  write("root.yaml", "role: root\nissuer-key: " + kRootKey + "\npart: H573\nsoc-id: " + id + "\n");
  ASSERT_EQ(make({"certificate", "--from", "root.yaml", "--out", "yaml.b64"}).exit_code, 0);
  const Bytes known = from_hex("470035000a5132333735353500000000").value();
  for (const char* file : {"flag.b64", "yaml.b64"})
    EXPECT_EQ(to_hex(load_chain(directory() / file).value().last().soc_id), to_hex(known)) << file;
}

TEST_F(Make, ASecretNamedAsADescriptionIsNotQuoted) {
  write("pw.txt", std::string(kPassword));
  for (const char* what : {"certificate", "chain"}) {
    const Finished made = make({what, "--from", "pw.txt", "--out", "x"});
    EXPECT_EQ(made.exit_code, 2);
    EXPECT_THAT(made.err, AllOf(HasSubstr("pw.txt"), HasSubstr("is no description")));
    expect_silent_about(made, secret_of(kPassword));
  }
}

TEST_F(Make, ACertificateFromADescription) {
  write("root.yaml", "role: root\nissuer-key: " + kRootKey + "\npart: H573\n");
  expect_vector({"certificate", "--from", "root.yaml"}, "chains/h5_root.b64");
  write("bad.yaml", "role: root\nissuer-key: " + kRootKey + "\npermision: 1\n");
  expect_refused({"certificate", "--from", "bad.yaml"}, "bad.yaml:3:1: error: unknown key 'permision'");
  EXPECT_EQ(make({"certificate", "--from", "root.yaml", "--role", "leaf", "--out", "x"}).exit_code, 2);
}

TEST_F(Make, AChainFromADescription) {
  write("chain.yaml", "certificates:\n- " + kVectors + "chains/h5_root.b64\n- role: intermediate\n  issuer-key: " +
                          kRootKey + "\n  subject-key: " + kIntermediatePublic +
                          "\n  part: H573\n- role: leaf\n  issuer-key: " + kIntermediateKey +
                          "\n  subject-key: " + kLeafPublic + "\n  part: H573\n");
  expect_vector({"chain", "--from", "chain.yaml"}, "chains/h5_leaf_chain.b64");
}

TEST_F(Make, AnArmouredChainIsTheSame) {
  const auto document = make_json({"chain", kVectors + "chains/h5_leaf_chain.b64", "--armoured", "--out", "chain.pem"});
  EXPECT_EQ(document["certificates"], 3);
  EXPECT_EQ(document["permissions"], "0x5077");
  EXPECT_EQ(document["root_key_sha256"], kRootHash);
  EXPECT_THAT(read("chain.pem"), ::testing::StartsWith("-----BEGIN ADAC CERTIFICATE CHAIN-----\n"));
  EXPECT_EQ(encode_chain(load_chain(directory() / "chain.pem").value()),
            encode_chain(load_chain(kVectors + "chains/h5_leaf_chain.b64").value()));
}

TEST_F(Make, AnInvalidChainIsRefusedWithEveryReason) {
  expect_refused({"chain", kVectors + "bad/chain_leaf_signature_corrupt.b64"}, "certificate 2: ");
  expect_refused({"chain", kVectors + "bad/chain_order_leaf_before_intermediate.b64"}, "certificate 1: ");
  expect_refused({"chain", kVectors + "bad/chain_truncated.b64"}, "container");
  expect_refused({"chain", kVectors + "chains/h5_root.b64", kVectors + "chains/h5_root.b64"}, "certificate 1: ");
  expect_refused({"chain", "none.b64"}, "none.b64");
  expect_refused({"chain"}, "no certificate is named");
  const auto document =
      make_json({"chain", kVectors + "bad/chain_order_leaf_before_intermediate.b64", "--out", "refused"}, 2);
  EXPECT_GT(document["error"]["causes"].size(), 1U) << document;
}

TEST_F(Make, AChainWithoutItsRootIsRefused) {
  make_json({"certificate", "--role", "leaf", "--issuer-key", kRootKey, "--subject-key", kLeafPublic, "--part", "H573",
             "--out", "leaf.b64"});
  expect_refused({"chain", "leaf.b64"}, "a chain begins with the root");
}

TEST_F(Make, APasswordHasTheBytesOfTheVector) {
  write("typed", std::string(kPassword));
  expect_vector({"password", "--from", "typed"}, "password/password.bin");
  EXPECT_EQ(mode_of("made"), 0600U);
  write("typed", std::string(kPassword) + "\n");
  const Finished made = make({"password", "--from", "typed", "--out", "p.bin", "--json"});
  EXPECT_EQ(read("p.bin"), read(kPasswordFile));
  EXPECT_THAT(made.err, HasSubstr("the line end after the password is not part of it"));
  EXPECT_EQ(nlohmann::json::parse(made.out)["length"], 16);
  expect_silent_about(made, secret_of(kPassword));
  EXPECT_EQ(Password::load(directory() / "p.bin").value().length(), 16U);
}

TEST_F(Make, APasswordHasItsLimits) {
  const auto typed = [&](const std::string& text) {
    write("typed", text);
    return make({"password", "--from", "typed", "--out", "p.bin", "--force"}).exit_code;
  };
  EXPECT_EQ(typed("abc"), 2);
  EXPECT_EQ(typed("abcd"), 0);
  EXPECT_EQ(typed("0123456789012345"), 0);
  EXPECT_EQ(typed("01234567890123456"), 2);
  EXPECT_EQ(typed(""), 2);
  EXPECT_EQ(typed("\n"), 2);
  EXPECT_EQ(typed("ab\ncd"), 2);
  EXPECT_EQ(typed("abcd\n\n"), 2) << "one line end is a typist's, two are not";
  EXPECT_EQ(typed(read(kPasswordFile)), 2) << "a password file is no password";
  EXPECT_EQ(typed("\xEF\xBB\xBFhunter22"), 2) << "a byte order mark is nobody's";
  write("typed", "p\xC3\xA4ssword");
  EXPECT_THAT(make({"password", "--from", "typed", "--out", "p.bin", "--force"}).err, HasSubstr("outside ASCII"));
  write("typed", "twelve-chars");
  EXPECT_THAT(make({"password", "--from", "typed", "--part", "H503", "--out", "p.bin", "--force"}).err,
              HasSubstr("ST names 16 characters for an H503, this password has 12"));
  EXPECT_THAT(make({"password", "--from", "typed", "--part", "H573", "--out", "p.bin", "--force"}).err,
              Not(HasSubstr("warning")));
  const Finished wrong = make({"password", "--from", "typed", "--out", "q.bin", "hunter22"});
  EXPECT_EQ(wrong.exit_code, 2) << "never on the command line";
}

TEST_F(Make, AnObkHasTheBytesOfTheVectors) {
  expect_vector({"obk", "--part", "H573", "--root", kRootKey}, "obk/h5_DA_Config_enc1.obk");
  EXPECT_EQ(mode_of("made"), 0644U);
  expect_vector({"obk", "--part", "H573", "--root", kRootPublic}, "obk/h5_DA_Config_enc1.obk");
  expect_vector({"obk", "--part", "STM32H563ZIT6", "--chain", kVectors + "chains/h5_leaf_chain.b64"},
                "obk/h5_DA_Config_enc0.obk");
  expect_vector({"obk", "--part", "H7S7", "--root", kRootPublic}, "obk/h7rs_DA_Config.obk");
  expect_vector({"obk", "--part", "H7R3", "--password", kPasswordFile}, "obk/h7rs_DA_ConfigWithPassword.obk");
  EXPECT_EQ(mode_of("made"), 0600U);
  expect_vector({"obk", "--part", "H573", "--password", kPasswordFile, "--permissions", "0x0"},
                "obk/h5_DA_ConfigWithPassword_enc1.obk");
}

TEST_F(Make, AnH5PasswordRecordCarriesTheMaskOfStsFiles) {
  const Finished made = make({"obk", "--part", "H573", "--password", kPasswordFile, "--out", "p.obk", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const DaRecord record = load_da_record(crypto_, directory() / "p.obk").value();
  EXPECT_EQ(record.permissions.text(), "0x5077");
  EXPECT_EQ(to_hex(record.credential), to_hex(crypto_.sha256(bytes_of(kPassword))));
  EXPECT_EQ(nlohmann::json::parse(made.out)["key_sha256"], nullptr);
  expect_silent_about(made, secret_of(kPassword));
  expect_silent_about(made, Secret(Bytes(record.credential.begin(), record.credential.end())));
}

TEST_F(Make, AnObkSaysWhatItIs) {
  const auto document = make_json({"obk", "--part", "H573", "--root", kRootKey, "--permissions",
                                   "full-regression,tz-regression", "--out", "a.obk"});
  EXPECT_EQ(document["kind"], "obk");
  EXPECT_EQ(document["destination"], "0x0ffd0100");
  EXPECT_EQ(document["content"], "da-record");
  EXPECT_EQ(document["encrypted"], true);
  EXPECT_EQ(document["key_sha256"], kRootHash);
  EXPECT_EQ(document["permissions"], "0x5000");
  EXPECT_THAT(document["warnings"], IsEmpty());
}

TEST_F(Make, TheOtherFlagIsWarnedAboutLoudly) {
  for (const auto& [part, flag] : {std::pair("H573", "0"), {"H563", "1"}, {"H523", "1"}, {"H7S3", "0"}}) {
    const Finished made =
        make({"obk", "--part", part, "--root", kRootKey, "--encryption", flag, "--out", "a.obk", "--force", "--json"});
    EXPECT_EQ(made.exit_code, 0);
    EXPECT_THAT(made.err, AllOf(HasSubstr("THE ENCRYPTION FLAG " + std::string(flag) + " DOES NOT FIT"),
                                HasSubstr(std::string("an ") + part + " needs")));
    EXPECT_EQ(nlohmann::json::parse(made.out)["warnings"].size(), 1U);
    EXPECT_EQ(nlohmann::json::parse(made.out)["encrypted"], std::string(flag) == "1");
  }
  EXPECT_THAT(make({"obk", "--part", "H573", "--root", kRootKey, "--encryption", "1", "--out", "b.obk"}).err,
              Not(HasSubstr("DOES NOT FIT")));
  EXPECT_THAT(make({"obk", "--part", "H523", "--root", kRootKey, "--out", "c.obk"}).err, HasSubstr("inferred"));
}

TEST_F(Make, ARecordThatLocksPeopleOutIsWarnedAbout) {
  EXPECT_THAT(
      make({"obk", "--part", "H573", "--root", kRootKey, "--permissions", "tz-regression", "--out", "a.obk"}).err,
      HasSubstr("does not permit full regression"));
  EXPECT_THAT(make({"obk", "--part", "H573", "--chain", kVectors + "chains/h5_restricted_leaf_chain.b64",
                    "--permissions", "full-regression", "--out", "b.obk"})
                  .err,
              HasSubstr("together nothing"));
}

TEST_F(Make, AnObkOfAChainForAnotherPartIsWarnedAbout) {
  ASSERT_EQ(make({"certificate", "--role", "root", "--issuer-key", kRootKey, "--permissions", "0x5077", "--soc-class",
                  "0x485", "--out", "root.b64"})
                .exit_code,
            0);
  const auto document = make_json({"obk", "--part", "H573", "--chain", "root.b64", "--out", "a.obk"});
  ASSERT_EQ(document["warnings"].size(), 1U);
  EXPECT_THAT(document["warnings"][0].get<std::string>(),
              AllOf(HasSubstr("bound to soc class 0x485"), HasSubstr("an H573 will refuse this chain")));
}

TEST_F(Make, AnObkOfAChainThatNobodyCanVerifyNamesTheCause) {
  Bytes records = encode_chain(load_chain(kVectors + "chains/h5_root.b64").value());
  records[8 + 2] = records[8 + 3] = 5;  // Ed25519, whose certificates are as long
  write("ed25519.bin", std::string(records.begin(), records.end()));
  expect_refused({"obk", "--part", "H573", "--chain", "ed25519.bin"}, "its signature cannot be verified here");
}

TEST_F(Make, AnH503GetsItsOtpImage) {
  const Finished made = make({"obk", "--part", "H503", "--password", kPasswordFile, "--out", "otp.bin", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const Digest hash = crypto_.sha256(bytes_of(kPassword));
  EXPECT_EQ(read("otp.bin"), std::string(hash.begin(), hash.end()));
  EXPECT_EQ(mode_of("otp.bin"), 0600U);
  const auto document = nlohmann::json::parse(made.out);
  EXPECT_EQ(document["kind"], "otp-image");
  EXPECT_EQ(document["address"], "0x08fff000");
  expect_silent_about(made, Secret(Bytes(hash.begin(), hash.end())));
  expect_refused({"obk", "--part", "H503", "--root", kRootKey}, "takes no certificate");
  expect_refused({"obk", "--part", "H503", "--chain", kVectors + "chains/h5_root.b64"}, "takes no certificate");
  expect_refused({"obk", "--part", "H503", "--lock"}, "has no lock OBK");
  expect_refused({"obk", "--part", "H503", "--password", kPasswordFile, "--encryption", "0"}, "has no OBK");
}

TEST_F(Make, ALockIsFinalAndSaysSo) {
  const Finished made = make({"obk", "--part", "H7S7", "--lock", "--out", "lock.obk"});
  EXPECT_EQ(made.exit_code, 0);
  EXPECT_THAT(made.err, HasSubstr("PROVISIONING THIS FILE IS FINAL"));
  EXPECT_EQ(content_of(parse_obk(bytes_of(read("lock.obk"))).value()), ObkContent::da_lock);
  expect_refused({"obk", "--part", "H573", "--lock"}, "only STM32H7RS has");
  expect_refused({"obk", "--part", "H7S7", "--lock", "--permissions", "1"}, "no permissions");
}

TEST_F(Make, AnObkThatMakesNoSenseIsRefused) {
  expect_refused({"obk", "--part", "H573"}, "exactly one of");
  expect_refused({"obk", "--part", "H573", "--root", kRootKey, "--password", kPasswordFile}, "exactly one of");
  expect_refused({"obk", "--root", kRootKey}, "--part is needed");
  expect_refused({"obk", "--part", "H573", "--root", kPasswordFile}, kPasswordFile);
  expect_refused({"obk", "--part", "H573", "--password", kRootKey}, kRootKey);
  expect_refused({"obk", "--part", "H573", "--chain", kVectors + "bad/chain_root_not_self_signed.b64"},
                 "is no valid chain");
  expect_refused({"obk", "--part", "H7S7", "--root", kRootKey, "--permissions", "tz-regression"}, "tz-regression");
  EXPECT_EQ(make({"obk", "--part", "H573", "--root", kRootKey, "--encryption", "2", "--out", "x"}).exit_code, 2);
  EXPECT_EQ(make({"obk", "--part", "H573", "--root", kRootKey}).exit_code, 2) << "no --out";
  EXPECT_EQ(make({"key", "--type", "ecdsa-p384", "--out", "p384.pem"}).exit_code, 0);
  expect_refused({"obk", "--part", "H573", "--root", "p384.pem"}, "only ecdsa-p256");
}

constexpr const char* kXmlHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Root><Obdata><Info><Title>DA</Title>"
    "<ObDestAddress>0x0ffd0100</ObDestAddress><DoEncryption>1</DoEncryption><GlobalAlign>16</GlobalAlign></Info>"
    "<Hash/><DA/>\n";
constexpr const char* kXmlTail =
    "<Output><Name>Output File</Name><Value>.\\..\\Binary\\made.obk</Value></Output></Obdata></Root>\n";

class MakeFromXml : public Make {
 protected:
  MakeFromXml() {
    for (const char* folder : {"Config", "Keys", "Binary"}) std::filesystem::create_directory(directory() / folder);
    std::filesystem::copy(kRootKey, directory() / "Keys/root.pem");
    write("Config/key.xml", std::string(kXmlHead) +
                                "<File><Value>.\\..\\Keys\\root.pem</Value><KeyType>ecdsa-p256</KeyType>"
                                "<Type>Public</Type></File><Permission><Value>0x5077</Value></Permission>" +
                                kXmlTail);
    write("Config/password.xml", std::string(kXmlHead) + "<Text><Value>" + std::string(kPassword) +
                                     "</Value><MinWidth>4</MinWidth><Width>16</Width></Text>"
                                     "<Data><Value>0x0</Value><Width>4</Width><Reserved>1</Reserved></Data>" +
                                     kXmlTail);
  }
};

TEST_F(MakeFromXml, TheFilesOfTheDescription) {
  expect_vector({"obk", "--xml", "Config/key.xml", "--part", "H573"}, "obk/h5_DA_Config_enc1.obk");
  EXPECT_EQ(mode_of("made"), 0644U);
  const auto document = make_json({"obk", "--xml", "Config/key.xml"});
  EXPECT_EQ(document["file"], "Binary/made.obk") << "beside the description, as it says";
  EXPECT_EQ(read("Binary/made.obk"), read(kVectors + "obk/h5_DA_Config_enc1.obk"));
  EXPECT_EQ(document["key_sha256"], kRootHash);
  EXPECT_EQ(make({"obk", "--xml", "Config/key.xml"}).exit_code, 2) << "it is there now";
  EXPECT_EQ(make({"obk", "--xml", "Config/key.xml", "--force"}).exit_code, 0);
}

TEST_F(MakeFromXml, APasswordStaysOne) {
  expect_vector({"obk", "--xml", "Config/password.xml", "--part", "H573"}, "obk/h5_DA_ConfigWithPassword_enc1.obk");
  EXPECT_EQ(mode_of("made"), 0600U);
  const Finished made = make({"obk", "--xml", "Config/password.xml", "--json"});
  const Digest hash = crypto_.sha256(bytes_of(kPassword));
  expect_silent_about(made, secret_of(kPassword));
  expect_silent_about(made, Secret(Bytes(hash.begin(), hash.end())));
}

TEST_F(MakeFromXml, ADescriptionForOtherPartsIsRefusedOrWarnedAbout) {
  expect_refused({"obk", "--xml", "Config/key.xml", "--part", "H7S7"}, "is STM32H5, not STM32H7RS");
  expect_refused({"obk", "--xml", "Config/key.xml", "--part", "H503"}, "takes only a password");
  const Finished made = make({"obk", "--xml", "Config/key.xml", "--part", "H563"});
  EXPECT_EQ(made.exit_code, 0);
  EXPECT_THAT(made.err, HasSubstr("THE ENCRYPTION FLAG 1 DOES NOT FIT: an H563 needs 0"));
}

TEST_F(MakeFromXml, MistakesHaveTheirPlaces) {
  write("Config/other.xml",
        "<Root><Obdata><Info><ObDestAddress>0x0FFD0400</ObDestAddress><DoEncryption>1</DoEncryption>"
        "<GlobalAlign>16</GlobalAlign></Info><Hash/><Data><Value>0x1</Value></Data></Obdata></Root>");
  expect_refused({"obk", "--xml", "Config/other.xml"}, "describes no debug-authentication record");
  write("Config/bad.xml", "<Root>\n <Obdat/>\n</Root>");
  expect_refused({"obk", "--xml", "Config/bad.xml"}, "Config/bad.xml:1:1: error: no OBK description in 'Root'");
  expect_refused({"obk", "--xml", "Config/none.xml"}, "none.xml");
  std::filesystem::remove(directory() / "Keys/root.pem");
  expect_refused({"obk", "--xml", "Config/key.xml"}, "Keys/root.pem");
  EXPECT_EQ(make({"obk", "--xml", "Config/key.xml", "--root", kRootKey, "--out", "x"}).exit_code, 2);
}

// The prompt, through the whole program.
class MakeAtATerminal : public Make {
 protected:
  TerminalSession session(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {RIGOR_PROGRAM, "credential", "make"});
    return TerminalSession(arguments, directory());
  }
};

TEST_F(MakeAtATerminal, APasswordIsTypedTwiceAndUnseen) {
  TerminalSession terminal = session({"password", "--out", "p.bin"});
  ASSERT_TRUE(terminal.shows("password of the part: "));
  EXPECT_FALSE(terminal.echoes());
  terminal.type(std::string(kPassword) + "\n");
  ASSERT_TRUE(terminal.shows("again: "));
  terminal.type(std::string(kPassword) + "\n");
  EXPECT_EQ(terminal.end().exit_code, 0) << terminal.screen();
  EXPECT_THAT(terminal.screen(), Not(HasSubstr(std::string(kPassword))));
  EXPECT_TRUE(terminal.echoes());
  EXPECT_EQ(read("p.bin"), read(kPasswordFile));
}

TEST_F(MakeAtATerminal, TwoPassphrasesThatDifferMakeNoKey) {
  TerminalSession terminal = session({"key", "--encrypt", "--out", "k.pem"});
  ASSERT_TRUE(terminal.shows("passphrase for k.pem: "));
  terminal.type("one\n");
  ASSERT_TRUE(terminal.shows("again: "));
  terminal.type("two\n");
  EXPECT_EQ(terminal.end().exit_code, 2);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(MakeAtATerminal, AnEncryptedKeyIsOpenedByAskingOnce) {
  write("pass", "correct horse");
  ASSERT_EQ(make({"key", "--out", "k.pem", "--encrypt", "--passphrase-file", "pass"}).exit_code, 0);
  TerminalSession terminal = session({"certificate", "--role", "root", "--issuer-key", "k.pem", "--subject-key",
                                      "k.pem", "--part", "H573", "--out", "r.b64"});
  ASSERT_TRUE(terminal.shows("passphrase for k.pem: "));
  terminal.type("correct horse\n");
  EXPECT_EQ(terminal.end().exit_code, 0) << terminal.screen();
  EXPECT_TRUE(std::filesystem::exists(directory() / "r.b64"));
}

TEST_F(MakeAtATerminal, CtrlCLeavesNothing) {
  TerminalSession terminal = session({"password", "--out", "p.bin"});
  ASSERT_TRUE(terminal.shows("password of the part: "));
  terminal.type("\x03");
  EXPECT_EQ(terminal.end().signal, SIGINT);
  EXPECT_TRUE(terminal.echoes());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Make, WithoutATerminalTheOptionIsNamed) {
  setting.before = [] {
    const int terminal = ::open("/dev/tty", 0);
    if (terminal >= 0) ::ioctl(terminal, TIOCNOTTY);
  };
  EXPECT_THAT(make({"password", "--out", "p.bin"}).err, HasSubstr("--from FILE"));
  const Finished made = make({"key", "--encrypt", "--out", "k.pem"});
  EXPECT_EQ(made.exit_code, 2);
  EXPECT_THAT(made.err, AllOf(HasSubstr("no terminal"), HasSubstr("--passphrase-file FILE")));
}

}  // namespace
}  // namespace rigor::test
