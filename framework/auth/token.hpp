// Challenge and token: the proof that the host holds the private key (debug-authentication.md 10.1, 10.2).
#pragma once

#include <array>

#include "framework/auth/crypto.hpp"
#include "framework/auth/permissions.hpp"
#include "framework/auth/signing_key.hpp"

namespace rigor {

using Challenge = std::array<std::uint8_t, 32>;

// From the data of the answer to "start". Errors: da_protocol for another size than 9 words or another major than 1.
[[nodiscard]] Result<Challenge> parse_challenge(ByteView data);

// 120 bytes: what goes into a TLV of type tlv_type::kToken. Errors: unsupported for a key that is not on P-256.
[[nodiscard]] Result<Bytes> make_token(const Crypto& crypto, const SigningKey& key, const Permissions& wanted,
                                       const Challenge& challenge);

// The device's rule: the signature covers the token's first 56 bytes and the challenge.
[[nodiscard]] bool verify_token(const Crypto& crypto, ByteView token, const Challenge& challenge, const PublicKey& key);

}  // namespace rigor
