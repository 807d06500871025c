// Key files in PEM or DER: PKCS#8 (plain or encrypted), SEC1, PKCS#1, SubjectPublicKeyInfo.
//
// Any kind is told apart and named, also those that nothing here can use. ST ships files named "pubkey" that hold
// private keys (debug-authentication.md 9.2), so the name tells nothing.
#pragma once

#include <optional>
#include <string>

#include "framework/auth/signing_key.hpp"

namespace rigor {

inline constexpr std::size_t kMostKeyFile = 65'536;

struct KeyFile {
  std::string type;  // "ecdsa-p256", "rsa-3072", "rsa-2048", "ed25519"; empty while locked()
  bool is_private = false;
  bool encrypted = false;
  std::optional<PublicKey>
      public_half;  // as it would stand in a certificate; absent when certificates know no such key
  Secret scalar;    // of a private key that SigningKey takes, otherwise empty

  // Encrypted, and no passphrase was given.
  [[nodiscard]] bool locked() const { return encrypted && type.empty(); }
};

// Errors: credential_unreadable for what is no key file, for a passphrase that is wrong, and for an encryption that is
// not read.
[[nodiscard]] Result<KeyFile> read_key(const Crypto& crypto, ByteView pem_or_der, const Secret* passphrase = nullptr);

// PKCS#8 in PEM, for a file of mode 0600; encrypted when there is a passphrase (encrypted_key.hpp says how).
[[nodiscard]] Result<Secret> write_private_key(const SigningKey& key, const Secret* passphrase = nullptr);
// SubjectPublicKeyInfo in PEM, of an ECDSA key.
[[nodiscard]] std::string write_public_key(const PublicKey& key);

}  // namespace rigor
