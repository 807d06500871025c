#include "framework/target/stm32h5/checksum.hpp"

#include "framework/target/zip_checksum.hpp"

namespace rigor::h5 {
namespace {

std::uint32_t crc32(ByteView bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 24;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc >> 31) != 0 ? 0x04C11DB7U : 0U);
  }
  return crc;
}

}  // namespace

std::optional<std::uint32_t> checksum(std::string_view name, ByteView bytes) {
  if (name == "crc32") return crc32(bytes);
  if (name == "crc32-reflected") return zip_checksum(bytes);
  return std::nullopt;
}

}  // namespace rigor::h5
