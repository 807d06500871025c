// Bytes, words and their text forms. Everything on the wire here is little-endian unless a name says otherwise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rigor {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] constexpr std::uint16_t load_le16(ByteView bytes, std::size_t at = 0) {
  return static_cast<std::uint16_t>(bytes[at] | (bytes[at + 1] << 8));
}
[[nodiscard]] constexpr std::uint32_t load_le32(ByteView bytes, std::size_t at = 0) {
  return static_cast<std::uint32_t>(bytes[at]) | (static_cast<std::uint32_t>(bytes[at + 1]) << 8) |
         (static_cast<std::uint32_t>(bytes[at + 2]) << 16) | (static_cast<std::uint32_t>(bytes[at + 3]) << 24);
}
constexpr void store_le16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value);
  bytes[at + 1] = static_cast<std::uint8_t>(value >> 8);
}
constexpr void store_le32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

// Lower-case, no separators.
[[nodiscard]] std::string to_hex(ByteView bytes);
// Nothing when the text is not an even number of hex digits.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

// "0x0000004d", as many digits as asked for.
[[nodiscard]] std::string hex_word(std::uint64_t value, int digits = 8);

}  // namespace rigor
