// The algorithms that certificates name, with the sizes of their parts (debug-authentication.md 8.1).
//
// All sizes are known, so that any certificate can be described; the ECDSA ones are verified and made, RSA is verified.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rigor {

inline constexpr std::uint8_t kEcdsaP256 = 0x01;
inline constexpr std::uint8_t kEcdsaP521 = 0x02;
inline constexpr std::uint8_t kRsa3072 = 0x03;
inline constexpr std::uint8_t kRsa4096 = 0x04;
inline constexpr std::uint8_t kEcdsaP384 = 0x0A;
inline constexpr std::uint8_t kStPassword = 0x80;

enum class HashKind : std::uint8_t {
  other,  // SHAKE256, SM3, or a cipher: nothing here computes it
  sha256,
  sha384,
  sha512,
};

// Sizes in bytes.
struct AlgorithmFacts {
  std::uint8_t id = 0;
  std::string_view name;  // "ecdsa-p256"
  std::size_t public_key = 0;
  std::size_t extensions_hash = 0;
  std::size_t signature = 0;
  HashKind hash = HashKind::other;
  bool verified = false;  // Crypto::verify() knows it
  bool made = false;      // SigningKey knows it
};
// Null for an identifier nobody has named, and for kStPassword, which has no certificates.
[[nodiscard]] const AlgorithmFacts* find_algorithm(std::uint8_t id);
[[nodiscard]] const AlgorithmFacts* find_algorithm(std::string_view name);
// "ecdsa-p256", "st-password"; "algorithm 0x7e" when unknown.
[[nodiscard]] std::string algorithm_name(std::uint8_t id);

}  // namespace rigor
