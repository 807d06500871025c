#include "framework/auth/discovery.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace rigor {
namespace {

constexpr std::uint32_t kIntegrityValid = 0xEAEAEAEA;
constexpr std::uint32_t kIntegrityInvalid = 0xF5F5F5F5;

struct StateFacts {
  std::uint8_t code;
  LifecycleState state;
  std::string_view text;
};
// Section 6.4, by the low byte.
constexpr std::array<StateFacts, 6> kStates = {{
    {0xED, LifecycleState::open, "ST_LIFECYCLE_OPEN"},
    {0x17, LifecycleState::provisioning, "ST_LIFECYCLE_PROVISIONING"},
    {0x2E, LifecycleState::irot_provisioned, "ST_LIFECYCLE_IROT_PROVISIONED"},
    {0xC6, LifecycleState::tz_closed, "ST_LIFECYCLE_TZ_CLOSED"},
    {0x72, LifecycleState::closed, "ST_LIFECYCLE_CLOSED"},
    {0x5C, LifecycleState::locked, "ST_LIFECYCLE_LOCKED"},
}};

[[nodiscard]] const StateFacts* find_state(std::uint16_t raw) {
  const auto found = std::ranges::find(kStates, raw & 0xFFU, [](const StateFacts& facts) { return facts.code; });
  return found == kStates.end() ? nullptr : &*found;
}

[[nodiscard]] std::string_view psa_state_text(std::uint16_t raw) {
  switch (raw >> 8) {
    case 0x10:
      return "PSA_LIFECYCLE_ASSEMBLY_AND_TEST";
    case 0x20:
      return "PSA_LIFECYCLE_PSA_ROT_PROVISIONING";
    case 0x30:
      return "PSA_LIFECYCLE_SECURED";
    case 0x40:
      return "PSA_LIFECYCLE_NON_PSA_ROT_DEBUG";
    case 0x50:
      return "PSA_LIFECYCLE_RECOVERABLE_PSA_ROT_DEBUG";
    case 0x60:
      return "PSA_LIFECYCLE_DECOMMISSIONED";
    default:
      return {};
  }
}

template <std::size_t N>
[[nodiscard]] bool take(const Tlv& record, std::optional<std::array<std::uint8_t, N>>& field) {
  if (record.value.size() != N) return false;
  std::ranges::copy(record.value, field.emplace().begin());
  return true;
}
[[nodiscard]] bool take(const Tlv& record, std::optional<std::uint32_t>& field) {
  if (record.value.size() != 4) return false;
  field = load_le32(record.value);
  return true;
}
[[nodiscard]] bool take(const Tlv& record, std::optional<Permissions>& field) {
  if (record.value.size() != Permissions::kSize) return false;
  field = Permissions::from_bytes(record.value);
  return true;
}
[[nodiscard]] bool take(const Tlv& record, std::optional<Lifecycle>& field) {
  if (record.value.size() != 2) return false;
  field = Lifecycle{load_le16(record.value)};
  return true;
}
[[nodiscard]] bool take(const Tlv& record, std::vector<std::uint16_t>& field) {
  if (record.value.size() % 2 != 0) return false;
  for (std::size_t at = 0; at < record.value.size(); at += 2) field.push_back(load_le16(record.value, at));
  return true;
}

// False when the record is not one of ours or not of the expected length.
[[nodiscard]] bool take_record(const Tlv& record, Discovery& discovery) {
  switch (record.type) {
    case tlv_type::kAuthVersion:
      return take(record, discovery.auth_version);
    case tlv_type::kVendorId:
      return take(record, discovery.vendor);
    case tlv_type::kSocClass:
      return take(record, discovery.soc_class);
    case tlv_type::kSocId:
      return take(record, discovery.soc_id);
    case tlv_type::kPermissionsFixed:
      return take(record, discovery.permissions_fixed);
    case tlv_type::kPermissionsMask:
      return take(record, discovery.permissions_mask);
    case tlv_type::kEffectivePermissions:
      return take(record, discovery.effective_permissions);
    case tlv_type::kLifecycle:
      return take(record, discovery.lifecycle);
    case tlv_type::kSdaId:
      return take(record, discovery.sda_id);
    case tlv_type::kTokenFormats:
      return take(record, discovery.token_formats);
    case tlv_type::kCertificateFormats:
      return take(record, discovery.certificate_formats);
    case tlv_type::kCryptosystems:
      discovery.cryptosystems = record.value;
      return true;
    case tlv_type::kIntegrity:
      return take(record, discovery.integrity_word);
    case tlv_type::kHdpl1:
      return take(record, discovery.hdpl[0]);
    case tlv_type::kHdpl2:
      return take(record, discovery.hdpl[1]);
    case tlv_type::kHdpl3:
      return take(record, discovery.hdpl[2]);
    default:
      return false;
  }
}

[[nodiscard]] std::string line(std::string_view name, std::string_view value) {
  return fmt::format("discovery: {:.<32}:{}", name, value);
}

// Both byte orders are in the field (section 6.2).
[[nodiscard]] std::string vendor_text(const std::array<std::uint8_t, 2>& vendor) {
  const unsigned id = vendor[0] | (static_cast<unsigned>(vendor[1]) << 8);
  return id == 0x0020 || id == 0x2000 ? "STMicroelectronics" : fmt::format("0x{:x}", id);
}

[[nodiscard]] std::string cryptosystem_text(std::uint8_t id) {
  if (id == kEcdsaP256) return "Ecdsa-P256 SHA256";
  if (id == kStPassword) return "ST Password";
  return algorithm_name(id);
}

[[nodiscard]] std::string list_text(const std::vector<std::uint16_t>& formats) {
  return fmt::format("{:#x}", fmt::join(formats, " "));
}

}  // namespace

bool Lifecycle::fits(LifecycleState expected) const {
  if (state() != LifecycleState::unknown) return state() == expected;
  switch (raw >> 8) {
    case 0x10:
      return expected == LifecycleState::open;
    case 0x20:
      return expected == LifecycleState::provisioning;
    case 0x30:
      return expected == LifecycleState::irot_provisioned || expected == LifecycleState::tz_closed ||
             expected == LifecycleState::closed;
    default:
      return false;
  }
}

LifecycleState lifecycle_state_from_name(std::string_view name) {
  for (const StateFacts& facts : kStates)
    if (lifecycle_state_name(facts.state) == name) return facts.state;
  return LifecycleState::unknown;
}

std::string_view lifecycle_state_name(LifecycleState state) {
  switch (state) {
    case LifecycleState::open:
      return "open";
    case LifecycleState::provisioning:
      return "provisioning";
    case LifecycleState::irot_provisioned:
      return "irot-provisioned";
    case LifecycleState::tz_closed:
      return "tz-closed";
    case LifecycleState::closed:
      return "closed";
    case LifecycleState::locked:
      return "locked";
    case LifecycleState::unknown:
      return "unknown";
  }
  return "unknown";
}

LifecycleState Lifecycle::state() const {
  const StateFacts* facts = find_state(raw);
  return facts != nullptr ? facts->state : LifecycleState::unknown;
}

std::string Lifecycle::text() const {
  if (const StateFacts* facts = find_state(raw)) return std::string(facts->text);
  if (const std::string_view psa = psa_state_text(raw); !psa.empty()) return std::string(psa);
  return hex_word(raw, 4);
}

std::string_view integrity_name(Integrity integrity) {
  switch (integrity) {
    case Integrity::valid:
      return "valid";
    case Integrity::invalid:
      return "invalid";
    case Integrity::unknown:
      return "unknown";
  }
  return "unknown";
}

Integrity Discovery::integrity() const {
  if (integrity_word == kIntegrityValid) return Integrity::valid;
  if (integrity_word == kIntegrityInvalid) return Integrity::invalid;
  return Integrity::unknown;
}

std::optional<Permissions> Discovery::offered() const {
  return permissions_mask ? permissions_mask : effective_permissions;
}

bool Discovery::offers_certificate() const {
  return std::ranges::find(cryptosystems, kEcdsaP256) != cryptosystems.end();
}
bool Discovery::offers_password() const { return std::ranges::find(cryptosystems, kStPassword) != cryptosystems.end(); }

std::string Discovery::soc_id_text() const {
  if (!soc_id) return {};
  return fmt::format("0x{:08X}_{:08X}_{:08X}_{:08X}", load_le32(*soc_id, 12), load_le32(*soc_id, 8),
                     load_le32(*soc_id, 4), load_le32(*soc_id, 0));
}

std::vector<std::string> Discovery::lines() const {
  std::vector<std::string> lines;
  if (soc_class) lines.push_back(line("target ID", fmt::format("0x{:x}", *soc_class)));
  if (soc_id) lines.push_back(line("SoC ID", soc_id_text()));
  if (sda_id) lines.push_back(line("SDA version", fmt::format("{}.{}.{}", (*sda_id)[0], (*sda_id)[1], (*sda_id)[2])));
  if (vendor) lines.push_back(line("Vendor ID", vendor_text(*vendor)));
  if (lifecycle) lines.push_back(line("PSA lifecycle", lifecycle->text()));
  if (auth_version) {
    lines.push_back(line("PSA auth version", fmt::format("{}.{}", (*auth_version)[0], (*auth_version)[1])));
  }
  for (std::size_t level = 0; level < hdpl.size(); ++level) {
    if (hdpl[level]) {
      lines.push_back(line(fmt::format("ST HDPL{} status", level + 1), fmt::format("0x{:x}", *hdpl[level])));
    }
  }
  if (!token_formats.empty()) lines.push_back(line("Token Formats", list_text(token_formats)));
  if (!certificate_formats.empty()) lines.push_back(line("Certificate Formats", list_text(certificate_formats)));
  for (const std::uint8_t id : cryptosystems) lines.push_back(line("cryptosystems", cryptosystem_text(id)));
  if (integrity_word) lines.push_back(line("ST provisioning integrity status", fmt::format("0x{:x}", *integrity_word)));
  return lines;
}

std::vector<std::string> Discovery::permission_lines(Family family) const {
  std::vector<std::string> lines;
  for (const ListedPermission& row : list_permissions(family, offered().value_or(Permissions()))) {
    lines.push_back(
        fmt::format("discovery: permission if authorized...........:({}/{}) ==> {}", row.letter, row.bit, row.title));
  }
  return lines;
}

Result<Discovery> parse_discovery(ByteView data) {
  auto walked = walk_discovery_tlvs(data);
  if (!walked) return fail(Code::da_protocol, "the discovery data are no records", walked.error());
  Discovery discovery;
  discovery.packing = walked->packing;
  for (Tlv& record : walked->records) {
    if (!take_record(record, discovery)) discovery.unknown.push_back(std::move(record));
  }
  return discovery;
}

}  // namespace rigor
