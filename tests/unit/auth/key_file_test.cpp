// Key files as OpenSSL writes them (made with its command line, for these tests only), and what cannot be read.
#include "framework/auth/key_file.hpp"

#include <gmock/gmock.h>

#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

using testing::HasSubstr;

Bytes as_bytes(std::string_view text) { return {text.begin(), text.end()}; }

class KeyFileTest : public testing::Test {
 protected:
  Crypto crypto_ = vectors::crypto();
};

TEST_F(KeyFileTest, APassphraseOpensWhatItClosed) {
  const auto key = *SigningKey::generate(crypto_);
  const Secret passphrase(as_bytes("correct horse"));
  const auto pem = write_private_key(key, &passphrase);
  ASSERT_TRUE(pem) << pem.error().describe();
  const std::string text(pem->view().begin(), pem->view().end());
  EXPECT_TRUE(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));

  const auto locked = read_key(crypto_, pem->view());
  ASSERT_TRUE(locked) << locked.error().describe();
  EXPECT_TRUE(locked->locked());
  EXPECT_TRUE(locked->is_private);
  EXPECT_THAT(SigningKey::parse(crypto_, pem->view()).error().message(), HasSubstr("is encrypted"));

  const auto opened = SigningKey::parse(crypto_, pem->view(), &passphrase);
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_EQ(opened->public_half(), key.public_half());

  const Secret wrong(as_bytes("correct house"));
  const auto refused = SigningKey::parse(crypto_, pem->view(), &wrong);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::credential_unreadable);
  EXPECT_THAT(refused.error().message(), HasSubstr("passphrase"));
}

}  // namespace
}  // namespace rigor
