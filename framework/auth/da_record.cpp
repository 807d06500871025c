#include "framework/auth/da_record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/auth/secret_file.hpp"

namespace rigor {
namespace {

constexpr std::size_t kObkHeader = 12;
constexpr std::size_t kHashSize = 32;
constexpr std::size_t kDaPayload = 96;
constexpr std::size_t kCredentialAt = 32;
constexpr std::size_t kPayloadPermissionsAt = 64;
constexpr std::size_t kPaddingAt = 80;
constexpr std::uint32_t kH5Area = 0x0FFD0000;           // secure alias of the OBK area
constexpr std::uint32_t kH5NonSecureArea = 0x0BFD0000;  // the same area
constexpr std::uint32_t kAreaMask = 0xFFFF0000;

[[nodiscard]] std::unexpected<Error> invalid(std::string what) { return fail(Code::file_invalid, std::move(what)); }

[[nodiscard]] bool all_equal(ByteView bytes, std::uint8_t value) {
  return std::ranges::all_of(bytes, [value](std::uint8_t byte) { return byte == value; });
}

[[nodiscard]] bool is_h5(std::uint32_t destination) {
  return (destination & kAreaMask) == kH5Area || (destination & kAreaMask) == kH5NonSecureArea;
}

// H7RS destinations are codes: DA method, HDPL level, index (section 14.4).
[[nodiscard]] bool is_h7rs(std::uint32_t destination) {
  constexpr std::array<std::uint32_t, 9> kKnown = {kH7rsDaCertificateDestination,
                                                   kH7rsDaPasswordDestination,
                                                   kH7rsDaLockDestination,
                                                   0x0108,
                                                   0x0110,
                                                   0x010F,
                                                   0x0100,
                                                   0x0208,
                                                   0x020F};
  return std::ranges::find(kKnown, destination) != kKnown.end();
}

[[nodiscard]] std::optional<AuthMethod> method_of(ObkContent content) {
  if (content == ObkContent::da_certificate) return AuthMethod::certificate;
  if (content == ObkContent::da_password) return AuthMethod::password;
  return std::nullopt;
}

[[nodiscard]] Result<void> check_da_payload(const Crypto& crypto, const Obk& obk) {
  if (!is_da_record(content_of(obk))) {
    return invalid(fmt::format("destination {} holds no debug-authentication record", hex_word(obk.destination)));
  }
  if (obk.payload.size() != kDaPayload) {
    return invalid(
        fmt::format("a debug-authentication record has {} bytes, this one {}", kDaPayload, obk.payload.size()));
  }
  if (check_obk_hash(crypto, obk) != ObkHash::valid) {
    return invalid("the SHA-256 in the record does not match the rest of it");
  }
  const ByteView credential = obk.payload.view().subspan(kCredentialAt, kHashSize);
  if (all_equal(credential, 0x00) || all_equal(credential, 0xFF)) {
    return invalid(fmt::format("the credential hash is all {:02x}", credential[0]));
  }
  return {};
}

[[nodiscard]] std::vector<std::string> warnings_of(const DaRecord& record, ByteView padding) {
  std::vector<std::string> warnings;
  if (!all_equal(padding, 0)) warnings.emplace_back("the last 16 bytes are not zero");
  const Permissions foreign = record.permissions & ~product_permissions(record.family);
  if (!foreign.none()) warnings.push_back(fmt::format("permissions {} are unknown to the family", foreign.text()));
  return warnings;
}

[[nodiscard]] Result<std::uint32_t> destination_for(Family family, AuthMethod method) {
  switch (family) {
    case Family::stm32h5:
      return kH5DaDestination;
    case Family::stm32h7rs:
      return method == AuthMethod::certificate ? kH7rsDaCertificateDestination : kH7rsDaPasswordDestination;
    case Family::stm32f4:
      break;
  }
  return fail(Code::unsupported, "this family has no debug authentication");
}

}  // namespace

std::string_view auth_method_name(AuthMethod method) {
  return method == AuthMethod::certificate ? "certificate" : "password";
}

Result<Obk> parse_obk(ByteView file) {
  if (file.size() < kObkHeader) {
    return invalid(fmt::format("OBK: the header of {} bytes ends at byte {}", kObkHeader, file.size()));
  }
  const std::size_t length = load_le32(file, 4);
  const std::size_t present = file.size() - kObkHeader;
  if (length != present) {
    return invalid(
        fmt::format("OBK: the length field at byte 4 says {} bytes of payload, the file has {}", length, present));
  }
  const std::uint32_t flag = load_le32(file, 8);
  if (flag > 1) return invalid(fmt::format("OBK: the encryption flag at byte 8 is {}, not 0 or 1", hex_word(flag)));
  const ByteView payload = file.subspan(kObkHeader);
  return Obk{load_le32(file), flag == 1, Secret(Bytes(payload.begin(), payload.end()))};
}

Secret encode_obk(const Obk& obk) {
  Bytes file;
  file.reserve(kObkHeader + obk.payload.size());  // no reallocation may leave a copy behind
  file.resize(kObkHeader);
  store_le32(file, 0, obk.destination);
  store_le32(file, 4, static_cast<std::uint32_t>(obk.payload.size()));
  store_le32(file, 8, obk.encrypted ? 1 : 0);
  file.insert(file.end(), obk.payload.view().begin(), obk.payload.view().end());
  return Secret(std::move(file));
}

std::string_view obk_content_name(ObkContent content) {
  switch (content) {
    case ObkContent::da_record:
      return "da-record";
    case ObkContent::da_certificate:
      return "da-certificate";
    case ObkContent::da_password:
      return "da-password";
    case ObkContent::da_lock:
      return "da-lock";
    case ObkContent::other:
      return "other";
  }
  return "other";
}

bool is_da_record(ObkContent content) {
  return content == ObkContent::da_record || content == ObkContent::da_certificate ||
         content == ObkContent::da_password;
}

ObkContent content_of(const Obk& obk) {
  switch (obk.destination) {
    case kH5DaDestination:
    case kH5NonSecureArea | (kH5DaDestination & ~kAreaMask):
      return ObkContent::da_record;
    case kH7rsDaCertificateDestination:
      return ObkContent::da_certificate;
    case kH7rsDaPasswordDestination:
      return ObkContent::da_password;
    case kH7rsDaLockDestination:
      return ObkContent::da_lock;
    default:
      return ObkContent::other;
  }
}

std::optional<Family> family_of(const Obk& obk) {
  if (is_h5(obk.destination)) return Family::stm32h5;
  if (is_h7rs(obk.destination)) return Family::stm32h7rs;
  return std::nullopt;
}

std::string_view obk_hash_name(ObkHash hash) {
  switch (hash) {
    case ObkHash::valid:
      return "valid";
    case ObkHash::absent:
      return "absent";
    case ObkHash::invalid:
      return "invalid";
  }
  return "absent";
}

ObkHash check_obk_hash(const Crypto& crypto, const Obk& obk) {
  const ByteView payload = obk.payload.view();
  if (payload.size() > kHashSize &&
      std::ranges::equal(payload.first(kHashSize), crypto.sha256(payload.subspan(kHashSize)))) {
    return ObkHash::valid;
  }
  return is_da_record(content_of(obk)) ? ObkHash::invalid : ObkHash::absent;
}

Result<DaRecord> read_da_record(const Crypto& crypto, const Obk& obk) {
  RIGOR_CHECK(check_da_payload(crypto, obk));
  const ByteView payload = obk.payload.view();
  DaRecord record;
  record.family = family_of(obk).value_or(Family::stm32h5);
  record.method = method_of(content_of(obk));
  record.encrypted = obk.encrypted;
  std::ranges::copy(payload.subspan(kCredentialAt, kHashSize), record.credential.begin());
  record.permissions = Permissions::from_bytes(payload.subspan(kPayloadPermissionsAt));
  record.warnings = warnings_of(record, payload.subspan(kPaddingAt));
  return record;
}

Result<DaRecord> load_da_record(const Crypto& crypto, const std::filesystem::path& path) {
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostObk));
  const auto in_file = [&](const Error& error) {
    return fail(Code::file_invalid, fmt::format("OBK file {}", path.string()), error);
  };
  const auto obk = parse_obk(file.view());
  if (!obk) return in_file(obk.error());
  auto record = read_da_record(crypto, *obk);
  if (!record) return in_file(record.error());
  return record;
}

Result<Secret> make_da_record(const Crypto& crypto, const DaRecordRequest& request) {
  RIGOR_TRY(const std::uint32_t destination, destination_for(request.family, request.method));
  Bytes file(kObkHeader + kDaPayload);
  store_le32(file, 0, destination);
  store_le32(file, 4, kDaPayload);
  store_le32(file, 8, request.encrypt ? 1 : 0);
  const std::span payload = std::span(file).subspan(kObkHeader);
  std::ranges::copy(request.credential, payload.subspan(kCredentialAt).begin());
  std::ranges::copy(request.permissions.bytes(), payload.subspan(kPayloadPermissionsAt).begin());
  std::ranges::copy(crypto.sha256(payload.subspan(kHashSize)), payload.begin());
  return Secret(std::move(file));
}

}  // namespace rigor
