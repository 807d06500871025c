#include "framework/auth/token.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/auth/certificate.hpp"

namespace rigor {
namespace {

constexpr std::size_t kTokenSize = 120;
constexpr std::size_t kSignedSize = 56;
constexpr std::size_t kTokenPermissionsAt = 8;
constexpr std::size_t kChallengeSize = 36;

[[nodiscard]] Bytes signed_message(ByteView signed_part, const Challenge& challenge) {
  Bytes message(signed_part.begin(), signed_part.end());
  message.insert(message.end(), challenge.begin(), challenge.end());
  return message;
}

}  // namespace

Result<Challenge> parse_challenge(ByteView data) {
  if (data.size() != kChallengeSize) {
    return fail(Code::da_protocol, fmt::format("the challenge has {} words instead of 9", data.size() / 4));
  }
  if (data[0] != 1) {
    return fail(Code::da_protocol, fmt::format("the challenge has format {}.{}, only 1.x is known", data[0], data[1]));
  }
  Challenge challenge{};
  std::ranges::copy(data.subspan(4), challenge.begin());
  return challenge;
}

Result<Bytes> make_token(const Crypto& crypto, const SigningKey& key, const Permissions& wanted,
                         const Challenge& challenge) {
  if (key.public_half().algorithm != kEcdsaP256) {
    return fail(Code::unsupported, fmt::format("a token signed with {}: STM32 takes only ecdsa-p256",
                                               algorithm_name(key.public_half().algorithm)));
  }
  Bytes token(kTokenSize);
  token[0] = 1;
  token[2] = kEcdsaP256;
  std::ranges::copy(wanted.bytes(), token.begin() + kTokenPermissionsAt);
  RIGOR_TRY(const Bytes signature, key.sign(crypto, signed_message(ByteView(token).first(kSignedSize), challenge)));
  std::ranges::copy(signature, token.begin() + kSignedSize);
  return token;
}

bool verify_token(const Crypto& crypto, ByteView token, const Challenge& challenge, const PublicKey& key) {
  if (token.size() != kTokenSize || token[0] != 1 || token[2] != kEcdsaP256) return false;
  return crypto.verify(key, signed_message(token.first(kSignedSize), challenge), token.subspan(kSignedSize));
}

}  // namespace rigor
