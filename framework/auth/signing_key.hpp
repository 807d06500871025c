// Private keys that sign certificates and tokens: ECDSA on P-256, P-384 and P-521.
//
// Private halves stay inside mbedTLS and are wiped there; file contents pass through Secret. What messages may show of
// a key is its public half.
//
//   RIGOR_TRY(const SigningKey key, SigningKey::load(crypto, "leaf.pem"));
//   RIGOR_TRY(const Bytes signature, key.sign(crypto, message));
#pragma once

#include <filesystem>
#include <memory>

#include "framework/auth/crypto.hpp"
#include "framework/base/secret.hpp"

namespace rigor {

class KeyHandle;

// Move-only.
class SigningKey {
 public:
  // PEM or DER, PKCS#8 or SEC1; an encrypted file needs its passphrase.
  // Errors: credential_unreadable for a file that holds no such private key, and for a passphrase that is missing or
  // wrong.
  [[nodiscard]] static Result<SigningKey> load(const Crypto& crypto, const std::filesystem::path& path,
                                               const Secret* passphrase = nullptr);
  [[nodiscard]] static Result<SigningKey> parse(const Crypto& crypto, ByteView pem_or_der,
                                                const Secret* passphrase = nullptr);
  // `scalar` big-endian. Errors: credential_unreadable when it is no private key of the curve.
  [[nodiscard]] static Result<SigningKey> from_scalar(const Crypto& crypto, std::uint8_t algorithm, ByteView scalar);
  // Errors: unsupported for an algorithm that is not `made` and when the library has no good random source.
  [[nodiscard]] static Result<SigningKey> generate(const Crypto& crypto, std::uint8_t algorithm = kEcdsaP256);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  [[nodiscard]] const PublicKey& public_half() const { return public_half_; }
  // Hashes and signs after RFC 6979: the same message always gives the same signature.
  [[nodiscard]] Result<Bytes> sign(const Crypto& crypto, ByteView message) const;
  // The big-endian private number, for writing a key file.
  [[nodiscard]] Result<Secret> scalar() const;

 private:
  SigningKey(std::unique_ptr<KeyHandle> handle, PublicKey public_half);

  std::unique_ptr<KeyHandle> handle_;
  PublicKey public_half_;
};

}  // namespace rigor
