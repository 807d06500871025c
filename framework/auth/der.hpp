// The few DER structures of key files: reading element by element, and writing (X.690).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "framework/base/bytes.hpp"
#include "framework/base/secret.hpp"

namespace rigor::der {

inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kObjectId = 0x06;
inline constexpr std::uint8_t kSequence = 0x30;
inline constexpr std::uint8_t kTag0 = 0xA0;  // context-specific, constructed
inline constexpr std::uint8_t kTag1 = 0xA1;

// Walks the elements of one level. The bytes must outlive it and what it gave out.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  // The content of the next element. Nothing, and nothing taken, when it has another tag or does not fit.
  [[nodiscard]] std::optional<ByteView> take(std::uint8_t tag);

 private:
  ByteView rest_;
};

// Without the leading zero byte that keeps an INTEGER positive.
[[nodiscard]] ByteView unsigned_integer(ByteView content);
// "1.2.840.10045.2.1".
[[nodiscard]] std::string object_id_text(ByteView content);

// One element around its parts, put after each other.
[[nodiscard]] Secret element(std::uint8_t tag, std::initializer_list<ByteView> parts);
// RSAPublicKey of a big-endian modulus with the exponent 65537 (RFC 8017 A.1.1).
[[nodiscard]] Bytes rsa_public_key(ByteView modulus);

}  // namespace rigor::der
