// The ST-LINKs plugged into this computer, for `rigor list probes`.
//
// Listing opens every free probe just long enough to ask for its version. It changes no mode and touches no target.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

struct StLinkListing {
  std::string usb_path;
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
  std::string model;                    // "ST-LINK/V2"
  std::string serial;                   // as ST's tools print it; empty when unreadable
  std::optional<std::string> firmware;  // nothing when the probe could not be asked
  std::optional<Error> trouble;         // why it could not be asked
};

// Ordered by path. Errors: io_failed when the host cannot list at all; a probe that cannot be opened is listed with its
// trouble.
[[nodiscard]] Result<std::vector<StLinkListing>> list_st_links(UsbHost& host);

// The size of a string descriptor that holds 12 raw bytes, one per UTF-16 unit, behind a header of two bytes.
constexpr std::size_t kRawSerialSize = 26;

// A serial number as ST's tools print it, from the string descriptor as it came (st-link-protocol.md 1.4): 24 digits
// as they are; 12 raw bytes, which old firmware sends, as 24 upper-case hex digits.
[[nodiscard]] std::string st_link_serial_text(ByteView string_descriptor);

}  // namespace rigor
