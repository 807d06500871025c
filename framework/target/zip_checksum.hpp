// CRC-32 as zip and Ethernet have it, reflected and inverted at both ends ("123456789": 0xCBF43926).
#pragma once

#include <cstdint>

#include "framework/base/bytes.hpp"

namespace rigor {

[[nodiscard]] std::uint32_t zip_checksum(ByteView bytes);

}  // namespace rigor
