// What a chip says of itself before anybody authenticates (debug-authentication.md 6.2 to 6.5).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "framework/auth/certificate.hpp"
#include "framework/auth/permissions.hpp"
#include "framework/auth/tlv.hpp"

namespace rigor {

enum class LifecycleState : std::uint8_t {
  open,
  provisioning,
  irot_provisioned,
  tz_closed,
  closed,
  locked,
  unknown,
};
// "open", "provisioning", "irot-provisioned", "tz-closed", "closed", "locked", "unknown".
[[nodiscard]] std::string_view lifecycle_state_name(LifecycleState state);
// Unknown for a word that names none.
[[nodiscard]] LifecycleState lifecycle_state_from_name(std::string_view name);

struct Lifecycle {
  std::uint16_t raw = 0;  // low byte: ST's state code, high byte: PSA state
  [[nodiscard]] LifecycleState state() const;
  // True when this is what a chip in `expected` may answer: ST's code where it is known, otherwise the PSA state, which
  // tells provisioning from the secured states but not those from each other (section 6.4).
  [[nodiscard]] bool fits(LifecycleState expected) const;
  // "ST_LIFECYCLE_CLOSED"; the PSA state's name, then hex, when ST's code is unknown. Never fails.
  [[nodiscard]] std::string text() const;
};

enum class Integrity : std::uint8_t { valid, invalid, unknown };
[[nodiscard]] std::string_view integrity_name(Integrity integrity);

// Absent: the chip did not say. Records of unknown type or unexpected length are kept as they came.
struct Discovery {
  Packing packing = Packing::padded;
  std::optional<std::array<std::uint8_t, 2>> auth_version;  // major, minor
  std::optional<std::array<std::uint8_t, 2>> vendor;
  std::optional<std::uint32_t> soc_class;  // DBGMCU device id, "target ID"
  std::optional<SocId> soc_id;             // all zero on some parts and states, see section 6.3
  std::optional<Permissions> permissions_fixed;
  std::optional<Permissions> permissions_mask;
  std::optional<Permissions> effective_permissions;
  std::optional<Lifecycle> lifecycle;
  std::optional<std::array<std::uint8_t, 4>> sda_id;
  std::vector<std::uint16_t> token_formats;
  std::vector<std::uint16_t> certificate_formats;
  std::vector<std::uint8_t> cryptosystems;
  std::optional<std::uint32_t> integrity_word;
  std::array<std::optional<std::uint32_t>, 3> hdpl;  // HDPL1..3, opaque
  std::vector<Tlv> unknown;

  [[nodiscard]] Integrity integrity() const;
  // What authentication can grant now: the mask, else the effective permissions. Absent: the chip did not say.
  [[nodiscard]] std::optional<Permissions> offered() const;
  [[nodiscard]] bool offers_certificate() const;
  [[nodiscard]] bool offers_password() const;
  // "0x00000000_35353537_3332510A_00350047"; empty when absent.
  [[nodiscard]] std::string soc_id_text() const;

  // The lines ST's tool prints, in its order, without the permissions: "discovery: target ID....:0x484".
  [[nodiscard]] std::vector<std::string> lines() const;
  // "discovery: permission if authorized...........:(a/14) ==> Full Regression".
  [[nodiscard]] std::vector<std::string> permission_lines(Family family) const;
};

// Errors: da_protocol when neither way of packing makes sense of the data.
[[nodiscard]] Result<Discovery> parse_discovery(ByteView data);

}  // namespace rigor
