#include "framework/auth/credential.hpp"

#include <gmock/gmock.h>

#include "framework/auth/discovery.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;

class CredentialTest : public testing::Test {
 protected:
  Result<Credential> load(std::string_view chain, std::string_view key) {
    return Credential::load_certificate(crypto_, vectors::path(chain), vectors::path(key));
  }
  Crypto crypto_ = vectors::crypto();
};

TEST_F(CredentialTest, LoadsWhatBelongsTogether) {
  const auto leaf = load("chains/h5_leaf_chain.b64", "keys/key_3_leaf.pem");
  ASSERT_TRUE(leaf) << leaf.error().describe();
  EXPECT_EQ(leaf->method(), AuthMethod::certificate);
  EXPECT_EQ(leaf->grants().text(), "0x5077");
  EXPECT_EQ(to_hex(leaf->provisioned_hash(crypto_)), vectors::kRootHash);
  EXPECT_TRUE(load("chains/h5_root.b64", "keys/key_1_root.pem")) << "a lone root may sign";
  const auto password = Credential::load_password(crypto_, vectors::path("password/password.bin"));
  ASSERT_TRUE(password);
  EXPECT_EQ(password->method(), AuthMethod::password);
  EXPECT_EQ(password->grants(), kFullRegression);
  EXPECT_EQ(password->certificate(), nullptr);
  EXPECT_EQ(to_hex(password->provisioned_hash(crypto_)), vectors::kPasswordHash);
}

TEST_F(CredentialTest, RefusesWhatCannotWork) {
  struct Case {
    const char* chain;
    const char* key;
    Code code;
    const char* message;
  };
  for (const auto& [chain, key, code, message] :
       {Case{"chains/h5_leaf_chain.b64", "keys/key_2_intermediate.pem", Code::credential_mismatch,
             "is not that of the chain's last"},
        Case{"chains/h5_intermediate_chain.b64", "keys/key_2_intermediate.pem", Code::credential_mismatch,
             "ends with an intermediate"},
        Case{"chains/h5_leaf_chain.b64", "keys/key_3_leaf_pub.pem", Code::credential_unreadable, "not a private one"},
        Case{"chains/none.b64", "keys/key_3_leaf.pem", Code::credential_unreadable, "chains/none.b64"},
        Case{"chains/h5_leaf_chain.b64", "keys/none.pem", Code::credential_unreadable, "keys/none.pem"},
        Case{"bad/chain_leaf_signature_corrupt.b64", "keys/key_3_leaf.pem", Code::credential_unreadable,
             "certificate 2: signature"},
        Case{"bad/chain_order_leaf_before_intermediate.b64", "keys/key_3_leaf.pem", Code::credential_unreadable,
             "certificate 2: it follows a leaf"},
        Case{"bad/chain_truncated.b64", "keys/key_3_leaf.pem", Code::credential_unreadable, "container:"},
        Case{"keys/key_3_leaf.pem", "keys/key_3_leaf.pem", Code::credential_unreadable, "container:"}}) {
    const auto credential = load(chain, key);
    ASSERT_FALSE(credential) << chain;
    EXPECT_EQ(credential.error().code(), code) << credential.error().describe();
    EXPECT_THAT(credential.error().describe(), HasSubstr(message));
  }
  EXPECT_FALSE(Credential::load_password(crypto_, vectors::path("bad/password_length_field_wrong.bin")));
}

TEST_F(CredentialTest, DigestsTellCredentialsApart) {
  std::vector<std::string> digests;
  for (const char* chain :
       {"chains/h5_leaf_chain.b64", "chains/h5_restricted_leaf_chain.b64", "chains/h7rs_leaf_chain.b64"}) {
    digests.push_back(load(chain, "keys/key_3_leaf.pem")->digest());
  }
  for (const char* characters : {"synthetic-pass-1", "synthetic-pass-2", "synt"}) {
    digests.push_back(Credential(crypto_, std::move(*Password::from_characters(characters))).digest());
  }
  EXPECT_EQ(load("chains/h5_leaf_chain.b64", "keys/key_3_leaf.pem")->digest(), digests[0]);
  EXPECT_EQ(Credential::load_password(crypto_, vectors::path("password/password.bin"))->digest(), digests[3]);
  std::ranges::sort(digests);
  EXPECT_EQ(std::ranges::adjacent_find(digests), digests.end());
}

// The ledger keeps digests for years; a change of the rule would make every proven credential a stranger.
TEST_F(CredentialTest, DigestsNeverChange) {
  EXPECT_EQ(load("chains/h5_leaf_chain.b64", "keys/key_3_leaf.pem")->digest(),
            "2f1458f89b7dd76f977c51bba32466517b5057d5dbe6d015eba7d192b59cebb8");
  EXPECT_EQ(Credential::load_password(crypto_, vectors::path("password/password.bin"))->digest(),
            "502e8bb7e43a60047b33810249c8f251fc3c48f7027117496f1eb1c7b62d7717");
}

TEST_F(CredentialTest, CoverageIsTheAndOfTheChain) {
  const auto restricted = load("chains/h5_restricted_leaf_chain.b64", "keys/key_3_leaf.pem");
  ASSERT_TRUE(restricted);
  EXPECT_TRUE(restricted->check_covers(Permissions::from_word(0x30)));
  const auto refused = restricted->check_covers(kFullRegression);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::credential_mismatch);
  EXPECT_FALSE(restricted->check_covers({}));
}

TEST_F(CredentialTest, RecordsOfOtherCredentialsDoNotMatch) {
  const auto password = Credential::load_password(crypto_, vectors::path("password/password.bin"));
  const auto record = load_da_record(crypto_, vectors::path("obk/h7rs_DA_ConfigWithPassword.obk"));
  ASSERT_TRUE(password && record);
  EXPECT_TRUE(password->matches(crypto_, *record));
  DaRecord other = *record;
  other.method = AuthMethod::certificate;
  EXPECT_FALSE(password->matches(crypto_, other));
  other = *record;
  other.credential[0] ^= 1;
  EXPECT_FALSE(password->matches(crypto_, other));
}

}  // namespace
}  // namespace rigor
