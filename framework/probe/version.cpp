#include "framework/probe/version.hpp"

#include <fmt/format.h>

#include "framework/probe/products.hpp"

namespace rigor {
namespace {

Result<void> check_reply(ByteView reply, std::size_t size, std::size_t vendor_at) {
  if (reply.size() < size || load_le16(reply, vendor_at) != kStVendor) {
    return fail(Error(Code::probe_confused, fmt::format("the version reply is {}", to_hex(reply)))
                    .hint("unplug the probe and plug it in again"));
  }
  return {};
}

// The boards with a disk put its version where others put SWIM's; early ones had no JTAG number at all.
bool has_disk_version(std::uint16_t product) { return product == 0x374B || product == 0x3752; }
bool is_disk_and_swim(int high, int low) { return (high <= 22 && low == 7) || (high >= 25 && low >= 7 && low <= 12); }

}  // namespace

std::string StLinkVersion::text() const {
  const bool disk = mass_storage != 0;
  std::string text = fmt::format("V{}", hardware);
  if (jtag != 0 || !disk) text += fmt::format("J{}", jtag);
  if (disk) text += fmt::format("M{}", mass_storage);
  if (bridge != 0) text += fmt::format("B{}", bridge);
  if (swim != 0 || !disk) text += fmt::format("S{}", swim);
  return text;
}

Result<StLinkVersion> decode_short_version(ByteView reply) {
  RIGOR_CHECK(check_reply(reply, kShortVersionSize, 2));
  const int word = (reply[0] << 8) | reply[1];  // the only big-endian number of the protocol
  const int high = (word >> 6) & 0x3F;
  const int low = word & 0x3F;
  StLinkVersion version;
  version.hardware = (word >> 12) & 0xF;
  version.vendor = load_le16(reply, 2);
  version.product = load_le16(reply, 4);
  if (!has_disk_version(version.product)) {
    version.jtag = high;
    version.swim = low;
  } else if (is_disk_and_swim(high, low)) {
    version.mass_storage = high;
    version.swim = low;
  } else {
    version.jtag = high;
    version.mass_storage = low;
  }
  return version;
}

Result<StLinkVersion> decode_extended_version(ByteView reply) {
  RIGOR_CHECK(check_reply(reply, kExtendedVersionSize, 8));
  StLinkVersion version;
  version.hardware = reply[0];
  version.swim = reply[1];
  version.jtag = reply[2];
  version.mass_storage = reply[3];
  version.bridge = reply[4];
  version.power = reply[5];
  version.vendor = load_le16(reply, 8);
  version.product = load_le16(reply, 10);
  return version;
}

}  // namespace rigor
