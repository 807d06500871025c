#include "framework/target/zip_checksum.hpp"

#include <zlib.h>

namespace rigor {

std::uint32_t zip_checksum(ByteView bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

}  // namespace rigor
