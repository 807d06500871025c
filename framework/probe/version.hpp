// The firmware version of an ST-LINK: what F1 and FB answer, and how ST writes it (st-link-protocol.md 4.1).
#pragma once

#include <cstdint>
#include <string>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

struct StLinkVersion {
  int hardware = 0;  // the V of V2J47S7
  int jtag = 0;
  int swim = 0;
  int mass_storage = 0;
  int bridge = 0;
  int power = 0;
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;

  // "V2J47S7", "V2J35M26", "V3J17M10B6S1".
  [[nodiscard]] std::string text() const;
  // V3 and later tell only their hardware number in F1, the rest in FB.
  [[nodiscard]] bool needs_extended() const { return hardware >= 3 && jtag == 0 && mass_storage == 0 && swim == 0; }
};

inline constexpr std::size_t kShortVersionSize = 6;      // reply to F1
inline constexpr std::size_t kExtendedVersionSize = 12;  // reply to FB

// Errors: probe_confused for a reply that is too short or does not carry ST's vendor id, as when an older
// reply was left in the probe (st-link-protocol.md 2).
[[nodiscard]] Result<StLinkVersion> decode_short_version(ByteView reply);
[[nodiscard]] Result<StLinkVersion> decode_extended_version(ByteView reply);

}  // namespace rigor
