#include "framework/target/checksum.hpp"

#include <algorithm>

#include "framework/base/secret.hpp"
#include "framework/target/zip_checksum.hpp"

namespace rigor {
namespace {

std::uint32_t crc32(ByteView bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc >> 31) != 0 ? 0x04C11DB7U : 0U);
  }
  return crc;
}

// The CRC unit of these chips takes words, the highest byte first.
Bytes words_reversed(ByteView bytes) {
  Bytes turned(bytes.begin(), bytes.end());
  for (std::size_t at = 0; at + 4 <= turned.size(); at += 4)
    std::reverse(turned.begin() + static_cast<std::ptrdiff_t>(at),
                 turned.begin() + static_cast<std::ptrdiff_t>(at + 4));
  return turned;
}

}  // namespace

std::optional<std::uint32_t> checksum(std::string_view name, ByteView bytes) {
  if (name == "crc32") return crc32(bytes);
  if (name == "crc32-words") {
    Bytes turned = words_reversed(bytes);  // of a record: not left behind
    const std::uint32_t crc = crc32(turned);
    wipe(turned);
    return crc;
  }
  if (name == "crc32-reflected") return zip_checksum(bytes);
  return std::nullopt;
}

}  // namespace rigor
