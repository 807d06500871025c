// Private keys under a passphrase: EncryptedPrivateKeyInfo (RFC 5958) with PBES2, PBKDF2-HMAC-SHA-256 and AES-256-CBC
// (RFC 8018), through OpenSSL's libcrypto. mbedTLS 2.28 reads such files only with DES and writes none.
#pragma once

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"
#include "framework/base/secret.hpp"

namespace rigor {

// OWASP's figure for PBKDF2-HMAC-SHA-256: about 0.2 s for whoever guesses, each time.
inline constexpr int kPassphraseIterations = 600'000;
// A file that asks for more is refused instead of keeping the reader busy for minutes.
inline constexpr long kMostPassphraseIterations = 5'000'000;

// PKCS#8 in DER to the same encrypted. Not deterministic: salt and initial vector are random.
// Errors: unsupported when libcrypto cannot.
[[nodiscard]] Result<Secret> encrypt_private_key(ByteView pkcs8, const Secret& passphrase);

// Errors: credential_unreadable for a wrong passphrase, and for another scheme than PBES2 with PBKDF2.
[[nodiscard]] Result<Secret> decrypt_private_key(ByteView encrypted, const Secret& passphrase);

}  // namespace rigor
