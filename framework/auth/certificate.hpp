// One ADAC certificate (debug-authentication.md 8.1, 9).
//
// A certificate of any algorithm is decoded; algorithm.hpp tells which ones are verified and made.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "framework/auth/crypto.hpp"
#include "framework/auth/permissions.hpp"
#include "framework/auth/signing_key.hpp"
#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

enum class Role : std::uint8_t { root = 1, intermediate = 2, leaf = 3 };
// "root", "intermediate", "leaf"; "role 9".
[[nodiscard]] std::string role_name(std::uint8_t role);

using SocId = std::array<std::uint8_t, 16>;  // the bytes as discovery reports them

struct Certificate {
  std::uint8_t major = 1;
  std::uint8_t minor = 0;
  std::uint8_t signature_type = kEcdsaP256;
  std::uint8_t key_type = kEcdsaP256;
  std::uint8_t role = 0;
  std::uint8_t usage = 0;
  std::uint16_t policies = 0;  // reserved in format 1.0
  std::uint16_t lifecycle = 0;
  std::uint16_t oem_constraint = 0;
  std::uint32_t extensions_bytes = 0;
  std::uint32_t soc_class = 0;  // 0: any
  SocId soc_id{};               // all zero: any
  Permissions permissions;
  Bytes public_key;
  Bytes extensions_hash;
  Bytes signature;
  Bytes extensions;  // as sent: rounded up to whole words
  Bytes raw;         // the whole certificate, as sent in a TLV

  [[nodiscard]] std::string format() const;  // "1.0"
  [[nodiscard]] bool has_role(Role expected) const { return role == static_cast<std::uint8_t>(expected); }
  [[nodiscard]] bool uses_p256() const { return signature_type == kEcdsaP256 && key_type == kEcdsaP256; }
  // What the parent's signature covers: header, public key and extensions hash.
  [[nodiscard]] ByteView signed_part() const;
  [[nodiscard]] PublicKey key() const { return {key_type, public_key}; }
};

// Reads the layout only; rules between fields and certificates belong to check_chain().
// Errors: credential_unreadable with the byte offset (short, long, unknown algorithm).
[[nodiscard]] Result<Certificate> parse_certificate(ByteView bytes);

enum class SignatureState : std::uint8_t { valid, invalid, unsupported, issuer_missing };
[[nodiscard]] std::string_view signature_state_name(SignatureState state);
// Invalid also when the certificate names another algorithm than the issuer's key has.
[[nodiscard]] SignatureState check_signature(const Crypto& crypto, const Certificate& certificate,
                                             const PublicKey& issuer);

enum class ExtensionState : std::uint8_t { none, valid, invalid, unsupported };
[[nodiscard]] std::string_view extension_state_name(ExtensionState state);
// Both ways of hashing are accepted: over the rounded-up size and over the exact one. A hash without extensions is
// invalid only when `strict` (section 9).
[[nodiscard]] ExtensionState check_extensions(const Crypto& crypto, const Certificate& certificate, bool strict);

// What is not asked for is filled in as ST's generator does (section 9.2).
struct CertificateRequest {
  Role role = Role::leaf;
  PublicKey subject{};
  Permissions permissions{};
  std::uint32_t soc_class = 0;
  SocId soc_id{};
  std::uint16_t lifecycle = 0;
  std::uint8_t usage = 1;  // 0 neutral, 1 standard, 2 RMA
  std::uint16_t oem_constraint = 0;
};
// Signed with the parent's key (the root's own for a root). Errors: unsupported when subject and issuer are of
// different algorithms, which neither ST nor Arm's reference accept.
[[nodiscard]] Result<Certificate> make_certificate(const Crypto& crypto, const CertificateRequest& request,
                                                   const SigningKey& issuer);

}  // namespace rigor
