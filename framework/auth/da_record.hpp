// OBK files: what provisioning stores in a chip, and the debug-authentication record among them
// (debug-authentication.md 14.2 to 14.4).
//
// A record made from a password holds its plain SHA-256, which can be guessed offline: whoever sends it opens a
// Timeline::Concealment, and make_da_record() returns it as a Secret.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/auth/crypto.hpp"
#include "framework/auth/permissions.hpp"
#include "framework/base/secret.hpp"

namespace rigor {

enum class AuthMethod : std::uint8_t { certificate, password };
[[nodiscard]] std::string_view auth_method_name(AuthMethod method);

inline constexpr std::size_t kMostObk = 1U << 20;  // bytes of a file

struct Obk {
  std::uint32_t destination = 0;
  bool encrypted = false;  // the chip encrypts when storing; the file is plain either way
  Secret payload;          // of a password record, the hash can be guessed offline
};
// Errors: file_invalid for a file shorter or longer than its header says and for a flag that is neither 0 nor 1.
[[nodiscard]] Result<Obk> parse_obk(ByteView file);
[[nodiscard]] Secret encode_obk(const Obk& obk);

enum class ObkContent : std::uint8_t {
  da_record,       // H5: the method shows only in what the hash is of
  da_certificate,  // H7RS: the destination tells
  da_password,
  da_lock,  // forbids debug authentication for ever
  other,
};
[[nodiscard]] std::string_view obk_content_name(ObkContent content);
[[nodiscard]] ObkContent content_of(const Obk& obk);
// A debug-authentication record of any kind, which begins with its hash; not the lock.
[[nodiscard]] bool is_da_record(ObkContent content);
// Absent for destinations that belong to no family we know.
[[nodiscard]] std::optional<Family> family_of(const Obk& obk);

enum class ObkHash : std::uint8_t { valid, absent, invalid };
[[nodiscard]] std::string_view obk_hash_name(ObkHash hash);
// SHA-256 of the payload after its first 32 bytes stands in those. Invalid only where a debug-authentication
// destination promises one (section 14.3).
[[nodiscard]] ObkHash check_obk_hash(const Crypto& crypto, const Obk& obk);

inline constexpr std::uint32_t kH5DaDestination = 0x0FFD0100;
inline constexpr std::uint32_t kH7rsDaCertificateDestination = 0x00510008;
inline constexpr std::uint32_t kH7rsDaPasswordDestination = 0x008A0008;
inline constexpr std::uint32_t kH7rsDaLockDestination = 0x00B40008;

struct DaRecord {
  Family family = Family::stm32h5;
  std::optional<AuthMethod> method;  // absent on H5, where the record does not tell
  bool encrypted = false;
  Digest credential{};  // SHA-256 of the root public key or of the password
  Permissions permissions;
  std::vector<std::string> warnings;
};
// Errors: file_invalid, naming the rule that is broken.
[[nodiscard]] Result<DaRecord> read_da_record(const Crypto& crypto, const Obk& obk);
[[nodiscard]] Result<DaRecord> load_da_record(const Crypto& crypto, const std::filesystem::path& path);

// A 108-byte OBK file. In password records the chip ignores the permissions; pass what ST's files carry (H5: 0x5077,
// H7RS: none) to get the same bytes. Errors: unsupported for F4.
struct DaRecordRequest {
  Family family = Family::stm32h5;
  AuthMethod method = AuthMethod::certificate;
  Digest credential{};
  Permissions permissions;
  bool encrypt = false;
};
[[nodiscard]] Result<Secret> make_da_record(const Crypto& crypto, const DaRecordRequest& request);

}  // namespace rigor
