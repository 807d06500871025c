// What opens a chip: a certificate chain with its signing key, or a password.
//
// Everything that can be checked without a target is checked when a credential is loaded. Move-only; secrets inside are
// wiped with it.
//
//   RIGOR_TRY(const Credential credential, Credential::load_password(crypto, "password.bin"));
//   RIGOR_CHECK(credential.check_covers(kFullRegression));
//   RIGOR_TRY(const Secret obk, credential.make_record(crypto, Family::stm32h5, /*encrypt=*/false));
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "framework/auth/chain.hpp"
#include "framework/auth/crypto.hpp"
#include "framework/auth/da_record.hpp"
#include "framework/auth/password.hpp"
#include "framework/auth/permissions.hpp"
#include "framework/auth/signing_key.hpp"

namespace rigor {

struct Discovery;

struct CertificateCredential {
  CertificateChain chain;
  SigningKey key;
};

class Credential {
 public:
  // Errors: credential_unreadable for files that cannot be read or a chain that is not valid, credential_mismatch when
  // the key is not the last certificate's.
  [[nodiscard]] static Result<Credential> load_certificate(const Crypto& crypto, const std::filesystem::path& chain,
                                                           const std::filesystem::path& key,
                                                           const Secret* passphrase = nullptr);
  [[nodiscard]] static Result<Credential> load_password(const Crypto& crypto, const std::filesystem::path& file);

  // Unchecked, for whoever wants to see a chip refuse.
  Credential(const Crypto& crypto, CertificateCredential certificate);
  Credential(const Crypto& crypto, Password password);

  [[nodiscard]] AuthMethod method() const;
  // Null when the credential is of the other kind.
  [[nodiscard]] const CertificateCredential* certificate() const {
    return std::get_if<CertificateCredential>(&secret_);
  }
  [[nodiscard]] const Password* password() const { return std::get_if<Password>(&secret_); }

  // 64 hex digits that tell credentials apart, safe to store and print. Certificates: SHA-256 of the root key's hash
  // and the last certificate's hash. Passwords: a digest salted with a fixed label of this project and stretched,
  // because the plain SHA-256 is what the chip stores and can be guessed offline.
  [[nodiscard]] const std::string& digest() const { return digest_; }

  // What the credential could grant on any chip: the AND of the chain's masks; full regression for a password.
  [[nodiscard]] const Permissions& grants() const { return grants_; }
  // Errors: credential_mismatch, naming what is not covered.
  [[nodiscard]] Result<void> check_covers(const Permissions& wanted) const;
  // Method, soc class, soc id and offered permissions, before anything is sent. Errors: credential_mismatch.
  [[nodiscard]] Result<void> check_suits(const Discovery& target, const Permissions& wanted) const;

  // What a chip stores of this credential: SHA-256 of the root key or of the password.
  [[nodiscard]] Digest provisioned_hash(const Crypto& crypto) const;
  // True when the record was made for this credential; H5 records do not name their method, the hash settles it.
  [[nodiscard]] bool matches(const Crypto& crypto, const DaRecord& record) const;
  // The OBK file that provisions this credential. Without permissions: all of the product for certificates, and what
  // ST's own files carry for passwords. Send it under a Timeline::Concealment.
  [[nodiscard]] Result<Secret> make_record(const Crypto& crypto, Family family, bool encrypt,
                                           std::optional<Permissions> permissions = std::nullopt) const;

 private:
  std::variant<CertificateCredential, Password> secret_;
  std::string digest_;
  Permissions grants_;
};

}  // namespace rigor
