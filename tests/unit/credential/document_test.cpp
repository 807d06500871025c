#include "framework/credential/document.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "framework/auth/armour.hpp"
#include "framework/auth/signing_key.hpp"
#include "tests/support/contains_secret.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Bytes as_bytes(std::string_view text) { return {text.begin(), text.end()}; }
std::string_view as_text(const Secret& secret) { return secret.characters(); }

class DocumentTest : public ::testing::Test {
 protected:
  Result<Document> read(std::string_view name) { return read_document(crypto_, vectors::bytes(name)); }
  std::string refusal(ByteView file) {
    const auto document = read_document(crypto_, file);
    EXPECT_FALSE(document);
    return document ? "" : document.error().describe();
  }
  Crypto crypto_ = vectors::crypto();
};

template <typename Kind>
const Kind* as(const Result<Document>& document) {
  EXPECT_TRUE(document) << document.error().describe();
  return document ? std::get_if<Kind>(&*document) : nullptr;
}

TEST_F(DocumentTest, EveryVectorIsReadAsItsKindOrRefused) {
  const auto expected = vectors::json("expected.json");
  for (const auto& [name, verdict] : expected["chains"].items()) {
    const auto document = read(name);
    const bool container = verdict.value("where", "").starts_with("container");
    ASSERT_EQ(document.has_value(), !container) << name;
    if (document) {
      EXPECT_TRUE(std::holds_alternative<CertificateChain>(*document)) << name;
    }
  }
  for (const auto& [name, verdict] : expected["obk"].items()) {
    const auto document = read(name);
    const bool readable = verdict["ok"].get<bool>() || verdict["where"] == "SHA-256";
    ASSERT_EQ(document.has_value(), readable) << name;
    if (document) {
      EXPECT_TRUE(std::holds_alternative<Obk>(*document)) << name;
    }
  }
  EXPECT_EQ(as<PasswordDocument>(read("password/password.bin"))->length, 16U);
}

TEST_F(DocumentTest, ACertificateIsReadHoweverItIsWrapped) {
  const Bytes base64 = vectors::bytes("chains/h5_root.b64");
  const Secret record = *decode_base64({reinterpret_cast<const char*>(base64.data()), base64.size()});
  const ByteView bare = record.view().subspan(8);
  const Bytes raw(record.view().begin(), record.view().end());
  const std::vector<std::pair<std::string, Bytes>> forms = {
      {"base64", base64},
      {"records", raw},
      {"bare", Bytes(bare.begin(), bare.end())},
      {"base64 of bare", as_bytes(as_text(encode_base64(bare)))},
      {"armoured", as_bytes(as_text(armour("ADAC CERTIFICATE CHAIN", record.view())))},
  };
  for (const auto& [form, file] : forms) {
    const auto document = read_document(crypto_, file);
    ASSERT_TRUE(document) << form << ": " << document.error().describe();
    ASSERT_TRUE(std::holds_alternative<CertificateChain>(*document)) << form;
    const auto& chain = std::get<CertificateChain>(*document);
    ASSERT_EQ(chain.certificates.size(), 1U) << form;
    EXPECT_TRUE(std::ranges::equal(chain.last().raw, bare)) << form;
  }
}

TEST_F(DocumentTest, APrivateNumberIsNotKept) {
  const auto document = read("keys/key_1_root.pem");
  const KeyFile* key = as<KeyFile>(document);
  EXPECT_TRUE(key->is_private);
  EXPECT_EQ(key->scalar.size(), 0U);
  EXPECT_EQ(to_hex(crypto_.sha256(key->public_half->bytes)), vectors::kRootHash);
}

TEST_F(DocumentTest, ALockedKeyIsOpenedByItsPassphrase) {
  const auto signing = *SigningKey::load(crypto_, vectors::path("keys/key_3_leaf.pem"));
  const Secret passphrase(as_bytes("open sesame"));
  const Secret wrong(as_bytes("open barley"));
  const Secret file = *write_private_key(signing, &passphrase);
  EXPECT_TRUE(as<KeyFile>(read_document(crypto_, file.view()))->locked());
  const auto opened = read_document(crypto_, file.view(), {.passphrase = &passphrase, .source = {}});
  EXPECT_EQ(as<KeyFile>(opened)->type, "ecdsa-p256");
  EXPECT_EQ(as<KeyFile>(opened)->scalar.size(), 0U);
  EXPECT_FALSE(read_document(crypto_, file.view(), {.passphrase = &wrong, .source = {}}));
}

// What begins like a kind and is cut short is that kind's error with a byte, never another kind and never silence.
TEST_F(DocumentTest, EveryTruncationSaysWhatItWasTakenFor) {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"obk/h5_DA_Config_enc1.obk", "read as an OBK file from byte 0 on"},
      {"obk/h7rs_DA_Config.obk", "read as an OBK file from byte 0 on"},
      {"password/password.bin", "read as a password file from byte 0 on"},
  };
  for (const auto& [name, words] : files) {
    const Bytes whole = vectors::bytes(name);
    for (std::size_t size = 4; size < whole.size(); ++size)
      EXPECT_THAT(refusal(ByteView(whole).first(size)), HasSubstr(words)) << name << " cut to " << size;
  }
  const Bytes base64 = vectors::bytes("chains/h5_leaf_chain.b64");
  const Secret chain = *decode_base64({reinterpret_cast<const char*>(base64.data()), base64.size()});
  for (std::size_t size = 4; size < chain.size(); ++size) {
    if (size % 220 == 0 || size % 220 < 8) continue;  // a shorter chain, and zeros after it
    EXPECT_THAT(refusal(chain.view().first(size)), HasSubstr("read as a certificate chain from byte 0 on")) << size;
  }
}

TEST_F(DocumentTest, ADamagedKeyNamesTheByteOfItsFence) {
  const std::string file = "comment\n-----BEGIN PRIVATE KEY-----\nMIGH\n";
  EXPECT_THAT(refusal(as_bytes(file)), AllOf(StartsWith("CREDENTIAL_UNREADABLE"), HasSubstr("from byte 8 on")));
}

TEST_F(DocumentTest, WhatIsNoneOfThemIsToldTheKnownKinds) {
  for (const std::string_view text : {"", "hello", "synthetic-pass-1"}) {
    EXPECT_THAT(refusal(as_bytes(text)), AllOf(StartsWith("CREDENTIAL_UNREADABLE"), HasSubstr("known kinds: ")));
  }
  EXPECT_THAT(refusal(as_bytes("text\n-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n")),
              HasSubstr("fenced at byte 5"));
}

TEST_F(DocumentTest, NoRefusalQuotesAPassword) {
  const Secret password(as_bytes(vectors::kPasswordText));
  Bytes record = vectors::bytes("password/password.bin");
  record[4] = 17;
  for (const Bytes& file : {record, as_bytes(vectors::kPasswordText)}) {
    EXPECT_EQ(test::contains_secret(refusal(file), password), std::nullopt);
  }
}

class DocumentFileTest : public DocumentTest {
 protected:
  DocumentFileTest() {
    std::string pattern = ::testing::TempDir() + "rigor-document-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "cannot create " << pattern;
    directory_ = pattern;
  }
  ~DocumentFileTest() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path write(std::string_view name, std::string_view content) {
    std::ofstream(directory_ / name, std::ios::binary) << content;
    return directory_ / name;
  }
  std::filesystem::path directory_;
};

TEST_F(DocumentFileTest, RefusalsNameTheFileOnce) {
  const auto path = write("broken.xml", "<Root>");
  Faults faults;
  const auto xml = load_document(crypto_, path, {.source = {}, .faults = &faults});
  ASSERT_FALSE(xml);
  EXPECT_EQ(xml.error().code(), Code::file_invalid);
  EXPECT_THAT(xml.error().message(), StartsWith(path.string() + ":"));
  EXPECT_THAT(xml.error().message().substr(1), ::testing::Not(HasSubstr(path.string())));
  EXPECT_FALSE(faults.empty());

  const auto other = load_document(crypto_, write("other", "hello"));
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message(), StartsWith((directory_ / "other").string() + ": no known kind"));
}

TEST_F(DocumentFileTest, LargeFilesAndMissingOnesAreRefused) {
  const auto large = write("large", std::string(kMostCredentialFile + 1, '\0'));
  for (const auto& path : {large, directory_ / "absent", directory_}) {
    const auto document = load_document(crypto_, path);
    ASSERT_FALSE(document) << path;
    EXPECT_EQ(document.error().code(), Code::credential_unreadable) << path;
    EXPECT_THAT(document.error().message(), HasSubstr(path.string()));
  }
}

}  // namespace
}  // namespace rigor
