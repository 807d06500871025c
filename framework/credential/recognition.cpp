#include "framework/credential/recognition.hpp"

#include <algorithm>

#include "framework/auth/algorithm.hpp"
#include "framework/auth/armour.hpp"
#include "framework/auth/da_record.hpp"

namespace rigor {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::uint32_t kCertificateRecord = 0x02010000;  // bytes 00 00 01 02
constexpr std::uint32_t kPasswordRecord = 0x80000000;     // bytes 00 00 00 80
constexpr std::size_t kOtpImage = 32;

[[nodiscard]] bool is_printable(std::uint8_t byte) {
  return (byte >= 0x20 && byte < 0x7F) || kSpace.contains(static_cast<char>(byte));
}

[[nodiscard]] bool is_certificate_record(ByteView bytes) {
  return bytes.size() >= 4 && load_le32(bytes) == kCertificateRecord;
}

// Format 0.1 or 1.x, then two algorithms (section 9). One of them may be damaged.
[[nodiscard]] bool is_bare_certificate(ByteView bytes) {
  if (bytes.size() < 4) return false;
  const bool format = (bytes[0] == 1 && bytes[1] <= 1) || (bytes[0] == 0 && bytes[1] == 1);
  return format && (find_algorithm(bytes[2]) != nullptr || find_algorithm(bytes[3]) != nullptr);
}

[[nodiscard]] bool is_known_destination(ByteView bytes) {
  return bytes.size() >= 4 && family_of(Obk{.destination = load_le32(bytes), .encrypted = false, .payload = {}});
}

// A sequence, and in it the version of a key or the AlgorithmIdentifier.
[[nodiscard]] bool is_der_key(ByteView bytes) {
  if (bytes.size() < 8 || bytes[0] != 0x30) return false;
  const std::size_t length_bytes = bytes[1] < 0x80 ? 0 : bytes[1] - 0x80U;
  if (length_bytes > 3) return false;
  const std::uint8_t tag = bytes[2 + length_bytes];
  const std::uint8_t length = bytes[3 + length_bytes];
  if (tag == 0x02) return length == 1 || length == 0x81 || length == 0x82;
  // An AlgorithmIdentifier begins with an object identifier.
  const std::size_t inside = 4 + length_bytes + (length < 0x80 ? 0 : length - 0x80U);
  return tag == 0x30 && inside < bytes.size() && bytes[inside] == 0x06;
}

// Whether the text's first bytes, decoded from base64, begin a certificate.
[[nodiscard]] bool is_base64_certificate(std::string_view text) {
  std::string letters;
  for (const char letter : text) {
    if (kSpace.contains(letter)) continue;
    letters += letter;
    if (letters.size() == 8) break;
  }
  const auto bytes = letters.size() == 8 ? decode_base64(letters) : Result<Secret>(Secret());
  return bytes && (is_certificate_record(bytes->view()) || is_bare_certificate(bytes->view()));
}

[[nodiscard]] CredentialKind kind_of_label(std::string_view label) {
  if (label == "ADAC CERTIFICATE CHAIN") return CredentialKind::chain;
  // OpenSSL puts the curve before the key.
  if (label.ends_with("PRIVATE KEY") || label.ends_with("PUBLIC KEY") || label == "EC PARAMETERS")
    return CredentialKind::key;
  return CredentialKind::unknown;
}

[[nodiscard]] Recognition recognise_text(std::string_view text) {
  std::size_t begin = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  begin = text.find_first_not_of(kSpace, begin);
  if (begin == std::string_view::npos) return {};
  if (text[begin] == '<') return {CredentialKind::xml, begin};
  if (const auto fence = find_armour(text)) return {kind_of_label(fence->label), fence->begin};
  if (is_base64_certificate(text.substr(begin))) return {CredentialKind::chain, begin};
  return {};
}

[[nodiscard]] bool fits_obk_header(ByteView file) { return parse_obk(file).has_value(); }

// SHA-256 never looks like this; a password or a key in hex does.
[[nodiscard]] bool could_be_hash(ByteView file) {
  const bool all_equal = std::ranges::all_of(file, [&](std::uint8_t byte) { return byte == file[0]; });
  return !all_equal && !std::ranges::all_of(file, is_printable);
}

}  // namespace

std::string_view kind_words(CredentialKind kind) {
  switch (kind) {
    case CredentialKind::chain:
      return "a certificate chain";
    case CredentialKind::obk:
      return "an OBK file";
    case CredentialKind::password:
      return "a password file";
    case CredentialKind::key:
      return "a key";
    case CredentialKind::xml:
      return "an XML description of an OBK file";
    case CredentialKind::otp_image:
      return "an OTP image";
    case CredentialKind::unknown:
      break;
  }
  return "nothing known";
}

Recognition recognise(ByteView file) {
  if (is_certificate_record(file)) return {CredentialKind::chain, 0};
  if (file.size() >= 4 && load_le32(file) == kPasswordRecord) return {CredentialKind::password, 0};
  if (is_known_destination(file)) return {CredentialKind::obk, 0};
  // Before text: a hash may begin with any character, and nothing else here has as few bytes.
  if (file.size() == kOtpImage && could_be_hash(file)) return {CredentialKind::otp_image, 0};
  if (!file.empty() && (file[0] >= 0x20 || is_printable(file[0]))) {
    const Recognition text = recognise_text({reinterpret_cast<const char*>(file.data()), file.size()});
    if (text.kind != CredentialKind::unknown || text.begin != 0) return text;
  }
  if (is_der_key(file)) return {CredentialKind::key, 0};
  if (is_bare_certificate(file)) return {CredentialKind::chain, 0};
  if (fits_obk_header(file)) return {CredentialKind::obk, 0};
  return {};
}

}  // namespace rigor
