#include "framework/auth/tlv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace rigor {
namespace {

constexpr std::size_t rounded_up(std::size_t size) { return (size + 3) / 4 * 4; }

[[nodiscard]] bool all_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

struct ExpectedLength {
  std::uint16_t type;
  std::size_t unit;   // the value is a multiple of this
  bool list = false;  // any number of units
};
// Section 6.2; what ST does not use is known but may have any length.
constexpr std::array<ExpectedLength, 16> kExpected = {{
    {tlv_type::kAuthVersion, 2},
    {tlv_type::kVendorId, 2},
    {tlv_type::kSocClass, 4},
    {tlv_type::kSocId, 16},
    {tlv_type::kPermissionsFixed, 16},
    {tlv_type::kPermissionsMask, 16},
    {tlv_type::kLifecycle, 2},
    {tlv_type::kSdaId, 4},
    {tlv_type::kEffectivePermissions, 16},
    {tlv_type::kTokenFormats, 2, true},
    {tlv_type::kCertificateFormats, 2, true},
    {tlv_type::kCryptosystems, 1, true},
    {tlv_type::kIntegrity, 4},
    {tlv_type::kHdpl1, 4},
    {tlv_type::kHdpl2, 4},
    {tlv_type::kHdpl3, 4},
}};
constexpr std::array<std::uint16_t, 3> kAnyLength = {tlv_type::kTargetIdentity, tlv_type::kPartitionId,
                                                     tlv_type::kSdaVersion};

[[nodiscard]] const ExpectedLength* expected_length(std::uint16_t type) {
  const auto found = std::ranges::find(kExpected, type, &ExpectedLength::type);
  return found == kExpected.end() ? nullptr : &*found;
}
[[nodiscard]] bool known(const Tlv& record) {
  return expected_length(record.type) != nullptr || std::ranges::find(kAnyLength, record.type) != kAnyLength.end();
}
[[nodiscard]] bool length_fits(const Tlv& record) {
  const ExpectedLength* expected = expected_length(record.type);
  if (expected == nullptr) return true;
  return expected->list ? record.value.size() % expected->unit == 0 : record.value.size() == expected->unit;
}

// How much sense a walk makes; the greater the better.
[[nodiscard]] auto plausibility(const std::vector<Tlv>& records) {
  return std::tuple(!records.empty() && records.front().type == tlv_type::kAuthVersion,
                    std::ranges::all_of(records, known), std::ranges::all_of(records, length_fits));
}

}  // namespace

Result<std::vector<Tlv>> walk_tlvs(ByteView data, Packing packing) {
  std::vector<Tlv> records;
  std::size_t at = 0;
  while (data.size() - at >= kTlvHeader) {
    const std::uint16_t reserved = load_le16(data, at);
    const std::uint16_t type = load_le16(data, at + 2);
    const std::size_t length = load_le32(data, at + 4);
    const std::size_t remaining = data.size() - at - kTlvHeader;
    if (reserved != 0) {
      return fail(Code::file_invalid,
                  fmt::format("reserved field 0x{:04x} of the record at byte {} is not 0", reserved, at));
    }
    if (type == 0 && length == 0) break;
    if (length > remaining) {
      return fail(Code::file_invalid,
                  fmt::format("record 0x{:04x} at byte {} says {} bytes, only {} follow", type, at, length, remaining));
    }
    const ByteView value = data.subspan(at + kTlvHeader, length);
    records.push_back({type, at, Bytes(value.begin(), value.end())});
    const std::size_t step = packing == Packing::padded ? std::min(rounded_up(length), remaining) : length;
    at += kTlvHeader + step;
  }
  if (!all_zero(data.subspan(at))) {
    return fail(Code::file_invalid, fmt::format("{} bytes after the last record at byte {}", data.size() - at, at));
  }
  return records;
}

Result<TlvSequence> walk_discovery_tlvs(ByteView data) {
  auto padded = walk_tlvs(data, Packing::padded);
  auto packed = walk_tlvs(data, Packing::packed);
  if (!padded && !packed) {
    return fail(
        Error(Code::file_invalid, "neither padded nor packed records").because(padded.error()).because(packed.error()));
  }
  if (padded && (!packed || plausibility(*padded) >= plausibility(*packed))) {
    return TlvSequence{Packing::padded, std::move(*padded)};
  }
  return TlvSequence{Packing::packed, std::move(*packed)};
}

void append_tlv(Bytes& to, std::uint16_t type, ByteView value) {
  const std::size_t at = to.size();
  to.resize(at + kTlvHeader + rounded_up(value.size()));
  store_le16(to, at + 2, type);
  store_le32(to, at + 4, static_cast<std::uint32_t>(value.size()));
  std::ranges::copy(value, to.begin() + static_cast<std::ptrdiff_t>(at + kTlvHeader));
}

}  // namespace rigor
