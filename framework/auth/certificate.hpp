// One ADAC certificate (debug-authentication.md 8.1, 9).
//
// Sizes of all algorithms are known, so that any certificate can be described; only ECDSA P-256 is verified and made.
#pragma once

#include <array>
#include <string>

#include "framework/auth/crypto.hpp"
#include "framework/auth/permissions.hpp"
#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

inline constexpr std::uint8_t kEcdsaP256 = 0x01;
inline constexpr std::uint8_t kStPassword = 0x80;

// Sizes in bytes.
struct AlgorithmFacts {
  std::uint8_t id = 0;
  std::string_view name;  // "ecdsa-p256"
  std::size_t public_key = 0;
  std::size_t extensions_hash = 0;
  std::size_t signature = 0;
};
// Null for an identifier nobody has named, and for kStPassword, which has no certificates.
[[nodiscard]] const AlgorithmFacts* find_algorithm(std::uint8_t id);
// "ecdsa-p256", "st-password"; "algorithm 0x7e" when unknown.
[[nodiscard]] std::string algorithm_name(std::uint8_t id);

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
  // Only when uses_p256().
  [[nodiscard]] PublicKey p256_key() const;
};

// Reads the layout only; rules between fields and certificates belong to check_chain().
// Errors: credential_unreadable with the byte offset (short, long, unknown algorithm).
[[nodiscard]] Result<Certificate> parse_certificate(ByteView bytes);

enum class SignatureState : std::uint8_t { valid, invalid, unsupported, issuer_missing };
[[nodiscard]] std::string_view signature_state_name(SignatureState state);
[[nodiscard]] SignatureState check_signature(const Crypto& crypto, const Certificate& certificate,
                                             const PublicKey& issuer);

enum class ExtensionState : std::uint8_t { none, valid, invalid, unsupported };
[[nodiscard]] std::string_view extension_state_name(ExtensionState state);
// Both ways of hashing are accepted: over the rounded-up size and over the exact one. A hash without extensions is
// invalid only when `strict` (section 9).
[[nodiscard]] ExtensionState check_extensions(const Crypto& crypto, const Certificate& certificate, bool strict);

// Fills the header as ST's generator does (section 9.2) and signs with the parent's key (the root's own for a root).
struct CertificateRequest {
  Role role = Role::leaf;
  PublicKey subject{};
  Permissions permissions;
  std::uint32_t soc_class = 0;
  SocId soc_id{};
  std::uint16_t lifecycle = 0;
};
[[nodiscard]] Result<Certificate> make_certificate(const Crypto& crypto, const CertificateRequest& request,
                                                   const SigningKey& issuer);

}  // namespace rigor
