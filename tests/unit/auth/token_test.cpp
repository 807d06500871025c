#include "framework/auth/token.hpp"

#include <gmock/gmock.h>

#include "framework/auth/packet.hpp"
#include "framework/auth/tlv.hpp"
#include "tests/unit/auth/vectors.hpp"

namespace rigor {
namespace {

TEST(Token, AllVectorsAreReproducedByteForByte) {
  const Crypto crypto = vectors::crypto();
  const auto tokens = vectors::json("tokens.json")["tokens"];
  ASSERT_EQ(tokens.size(), 4U);
  for (const auto& vector : tokens) {
    const auto key = SigningKey::load(crypto, vectors::path(vector["key"].get<std::string>()));
    ASSERT_TRUE(key);
    const auto challenge = vectors::array_from_hex<32>(vector["challenge"].get<std::string>());
    const auto wanted = Permissions::from_bytes(*from_hex(vector["requested_permissions"].get<std::string>()));
    const auto token = make_token(crypto, *key, wanted, challenge);
    ASSERT_TRUE(token);
    EXPECT_EQ(to_hex(*token), vector["token"].get<std::string>()) << vector["name"];
    Bytes tlv;
    append_tlv(tlv, tlv_type::kToken, *token);
    EXPECT_EQ(to_hex(tlv), vector["tlv"].get<std::string>());
    const RequestWords request(DaCommand::response, tlv);
    const auto words = vectors::words(vector["request_words"]);
    ASSERT_EQ(request.count(), words.size());
    for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(request.at(i), words[i]);
    EXPECT_TRUE(verify_token(crypto, *token, challenge, key->public_half()));
  }
}

TEST(Token, AnyChangeSpoilsIt) {
  const Crypto crypto = vectors::crypto();
  const auto key = SigningKey::load(crypto, vectors::path("keys/key_3_leaf.pem"));
  ASSERT_TRUE(key);
  const Challenge challenge{1, 2, 3};
  const auto token = make_token(crypto, *key, kFullRegression, challenge);
  ASSERT_TRUE(token);
  EXPECT_FALSE(verify_token(crypto, *token, Challenge{}, key->public_half()));
  for (std::size_t at = 0; at < token->size(); ++at) {
    Bytes changed = *token;
    changed[at] ^= 0x40;
    EXPECT_FALSE(verify_token(crypto, changed, challenge, key->public_half())) << at;
  }
  for (std::size_t size = 0; size < token->size(); ++size) {
    EXPECT_FALSE(verify_token(crypto, ByteView(*token).first(size), challenge, key->public_half()));
  }
}

TEST(Challenge, HasOneSizeAndOneMajor) {
  Bytes data(36);
  data[0] = 1;
  data[4] = 0xAA;
  ASSERT_TRUE(parse_challenge(data));
  EXPECT_EQ((*parse_challenge(data))[0], 0xAA);
  data[1] = 7;
  EXPECT_TRUE(parse_challenge(data)) << "a later minor";
  data[0] = 2;
  EXPECT_FALSE(parse_challenge(data));
  for (std::size_t size = 0; size < 80; ++size) {
    Bytes other(size, 1);
    EXPECT_EQ(parse_challenge(other).has_value(), size == 36) << size;
  }
}

}  // namespace
}  // namespace rigor
