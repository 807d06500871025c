// Checksums that a provisioning service may ask for (stm32h5.md 10: which one is unknown).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "framework/base/bytes.hpp"

namespace rigor {

// Names as in ProvisioningFacts::checksums; nothing for an unknown one.
//   crc32            0x04C11DB7, starts with all ones, bits as they come, no final inversion ("123456789": 0x0376E6E7)
//   crc32-words      the same over words, the highest byte of each first, as the chips' CRC unit takes them; a rest
//                    that is no word as it comes ("43218765": 0x49E3C2FB, which is crc32 of "12345678")
//   crc32-reflected  the same polynomial as zip and Ethernet use it ("123456789": 0xCBF43926)
inline constexpr std::array<std::string_view, 3> kChecksumNames = {"crc32", "crc32-words", "crc32-reflected"};
[[nodiscard]] std::optional<std::uint32_t> checksum(std::string_view name, ByteView bytes);

}  // namespace rigor
