// The little cryptography that debug authentication needs: SHA-256 and ECDSA over P-256 (debug-authentication.md 8).
//
// `main` makes one Crypto and hands it down by reference; it must outlive everything made with it. Keys are files in
// PEM or DER, PKCS#8 or SEC1. Private halves stay inside mbedTLS and are wiped there; file contents pass through
// Secret. Thread safety: none; use one Crypto and its keys from one thread at a time.
//
//   RIGOR_TRY(const Crypto crypto, Crypto::create());
//   RIGOR_TRY(const SigningKey key, SigningKey::load(crypto, "leaf.pem"));
//   RIGOR_TRY(const Signature signature, key.sign(crypto.sha256(message)));
#pragma once

#include <array>
#include <filesystem>
#include <memory>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"
#include "framework/base/secret.hpp"

namespace rigor {

using Digest = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;  // r || s, big-endian, 32 bytes each
using PublicKey = std::array<std::uint8_t, 64>;  // X || Y, big-endian, 32 bytes each

class Crypto {
 public:
  // Errors: unsupported when the library cannot do what we need.
  [[nodiscard]] static Result<Crypto> create();

  [[nodiscard]] Digest sha256(ByteView message) const;
  // False also for a public key that is no point of the curve. High s is accepted (section 8.2).
  [[nodiscard]] bool verify(const PublicKey& key, const Digest& digest, const Signature& signature) const;

 private:
  Crypto() = default;
};

// Move-only. What messages may show of it is public_half().
class SigningKey {
 public:
  // Errors: credential_unreadable for a file that is no private key or not on P-256.
  [[nodiscard]] static Result<SigningKey> load(const Crypto& crypto, const std::filesystem::path& path);
  [[nodiscard]] static Result<SigningKey> parse(const Crypto& crypto, ByteView pem_or_der);
  // Errors: unsupported when the library has no good random source.
  [[nodiscard]] static Result<SigningKey> generate(const Crypto& crypto);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  [[nodiscard]] const PublicKey& public_half() const { return public_half_; }
  // RFC 6979: the same digest always gives the same signature.
  [[nodiscard]] Result<Signature> sign(const Digest& digest) const;
  // PKCS#8 PEM, for writing a new key to a file of mode 0600.
  [[nodiscard]] Result<Secret> to_pem() const;

 private:
  class Handle;
  SigningKey(std::unique_ptr<Handle> handle, const PublicKey& public_half);
  [[nodiscard]] static Result<SigningKey> adopt(std::unique_ptr<Handle> handle);

  std::unique_ptr<Handle> handle_;
  PublicKey public_half_{};
};

// A key file of either kind, for showing it: the public half and whether the private one is there too. ST ships files
// named "pubkey" that hold private keys (section 9.2), so the name tells nothing.
struct KeyFile {
  bool is_private = false;
  PublicKey public_half{};
};
// Errors: credential_unreadable.
[[nodiscard]] Result<KeyFile> parse_key_file(const Crypto& crypto, ByteView pem_or_der);

// SubjectPublicKeyInfo in PEM.
[[nodiscard]] std::string to_pem(const PublicKey& key);

}  // namespace rigor
