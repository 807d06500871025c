// Type-length-value records of debug authentication (debug-authentication.md 6.1, 6.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

namespace tlv_type {
inline constexpr std::uint16_t kAuthVersion = 0x0001;
inline constexpr std::uint16_t kVendorId = 0x0002;
inline constexpr std::uint16_t kSocClass = 0x0003;
inline constexpr std::uint16_t kSocId = 0x0004;
inline constexpr std::uint16_t kTargetIdentity = 0x0005;
inline constexpr std::uint16_t kPermissionsFixed = 0x0006;
inline constexpr std::uint16_t kPermissionsMask = 0x0007;
inline constexpr std::uint16_t kLifecycle = 0x0008;
inline constexpr std::uint16_t kPartitionId = 0x0009;
inline constexpr std::uint16_t kSdaId = 0x000A;
inline constexpr std::uint16_t kSdaVersion = 0x000B;
inline constexpr std::uint16_t kEffectivePermissions = 0x000C;
inline constexpr std::uint16_t kTokenFormats = 0x0100;
inline constexpr std::uint16_t kCertificateFormats = 0x0101;
inline constexpr std::uint16_t kCryptosystems = 0x0102;
inline constexpr std::uint16_t kToken = 0x0200;
inline constexpr std::uint16_t kCertificate = 0x0201;
inline constexpr std::uint16_t kX509 = 0x0202;
// ST's own: the provisioning integrity in discovery, the password in an authentication response.
inline constexpr std::uint16_t kIntegrity = 0x8000;
inline constexpr std::uint16_t kPassword = 0x8000;
inline constexpr std::uint16_t kHdpl1 = 0x8001;
inline constexpr std::uint16_t kHdpl2 = 0x8002;
inline constexpr std::uint16_t kHdpl3 = 0x8003;
}  // namespace tlv_type

inline constexpr std::size_t kTlvHeader = 8;

struct Tlv {
  std::uint16_t type = 0;
  std::size_t offset = 0;  // of the record in what was walked
  Bytes value;
};

enum class Packing : std::uint8_t {
  padded,  // each record fills whole words: chains, requests, most devices
  packed,  // records follow each other directly: discovery of some devices
};

// Errors: file_invalid with the byte offset.
[[nodiscard]] Result<std::vector<Tlv>> walk_tlvs(ByteView data, Packing packing);

struct TlvSequence {
  Packing packing = Packing::padded;
  std::vector<Tlv> records;
};
// For discovery, where the packing is not known beforehand: walks both ways and takes the walk that makes sense.
[[nodiscard]] Result<TlvSequence> walk_discovery_tlvs(ByteView data);

// Adds one padded record.
void append_tlv(Bytes& to, std::uint16_t type, ByteView value);

}  // namespace rigor
