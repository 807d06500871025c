// The little cryptography that debug authentication needs: SHA-2, and verification of ECDSA and RSA-PSS signatures
// (debug-authentication.md 8).
//
// `main` makes one Crypto and hands it down by reference; it must outlive everything made with it. Thread safety: none;
// use one Crypto and its keys from one thread at a time.
//
//   RIGOR_TRY(const Crypto crypto, Crypto::create());
//   const bool good = crypto.verify(issuer.key(), certificate.signed_part(), certificate.signature);
#pragma once

#include <array>

#include "framework/auth/algorithm.hpp"
#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

using Digest = std::array<std::uint8_t, 32>;  // SHA-256

// As it stands in a certificate: X || Y, both big-endian and of full width, or the big-endian modulus of RSA with the
// exponent 65537.
struct PublicKey {
  std::uint8_t algorithm = kEcdsaP256;
  Bytes bytes;

  friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

class Crypto {
 public:
  // Errors: unsupported when the library cannot do what we need.
  [[nodiscard]] static Result<Crypto> create();

  [[nodiscard]] Digest sha256(ByteView message) const;
  // `kind` must not be HashKind::other.
  [[nodiscard]] Bytes hash(HashKind kind, ByteView message) const;
  // Whether it is a key at all: of the right size, and a point of its curve. Only for an algorithm that is `verified`.
  [[nodiscard]] bool accepts(const PublicKey& key) const;
  // The signature in the form of certificates: r || s, big-endian and of full width, or the RSA-PSS integer. False also
  // for a key that is none (a point off the curve), for parts of the wrong size, and for an algorithm that is not
  // `verified`. High s is accepted (section 8.2).
  [[nodiscard]] bool verify(const PublicKey& key, ByteView message, ByteView signature) const;

 private:
  Crypto() = default;
};

}  // namespace rigor
