#include "framework/auth/chain.hpp"

#include <fmt/format.h>
#include <mbedtls/base64.h>

#include <algorithm>

#include "framework/auth/tlv.hpp"
#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ADAC CERTIFICATE CHAIN-----";
constexpr std::string_view kEnd = "-----END ADAC CERTIFICATE CHAIN-----";
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
constexpr std::size_t kMostFile = 1U << 20;

[[nodiscard]] std::unexpected<Error> unreadable(std::string what) {
  return fail(Error(Code::credential_unreadable, std::move(what))
                  .hint("a chain file is base64 (with or without armour) of records 00 00 01 02, or those bytes"));
}

// What stands between the armour lines, and where in the file; the whole file when there are none.
[[nodiscard]] Result<std::pair<std::string_view, std::size_t>> strip_armour(std::string_view text) {
  const auto begin = text.find(kBegin);
  if (begin == std::string_view::npos) return std::pair(text, std::size_t{0});
  const auto first = begin + kBegin.size();
  const auto end = text.find(kEnd, first);
  if (end == std::string_view::npos) {
    return unreadable(fmt::format("container: the armour that begins at byte {} does not end", begin));
  }
  return std::pair(text.substr(first, end - first), first);
}

[[nodiscard]] Result<Bytes> decode_base64(std::string_view file) {
  RIGOR_TRY(const auto body, strip_armour(file));
  const auto& [text, offset] = body;
  std::string letters;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kSpace.contains(text[i])) continue;
    if (!kBase64.contains(text[i])) {
      return unreadable(fmt::format("container: byte {} is no base64 character", offset + i));
    }
    letters.push_back(text[i]);
  }
  // Other tools drop the padding.
  while (letters.size() % 4 != 0) letters.push_back('=');
  Bytes bytes(letters.size() / 4 * 3 + 1);
  std::size_t length = 0;
  const auto* source = reinterpret_cast<const unsigned char*>(letters.data());
  if (mbedtls_base64_decode(bytes.data(), bytes.size(), &length, source, letters.size()) != 0) {
    return unreadable(fmt::format("container: the base64 text of {} characters from byte {} on is malformed",
                                  letters.size(), offset));
  }
  bytes.resize(length);
  return bytes;
}

// Records begin with two zero bytes and a bare certificate with its major version; base64 text has neither.
[[nodiscard]] bool is_text(ByteView file) { return file[0] >= 0x20 || kSpace.contains(static_cast<char>(file[0])); }

[[nodiscard]] Result<Certificate> read_certificate(ByteView bytes, std::size_t index, std::size_t offset) {
  auto certificate = parse_certificate(bytes);
  if (!certificate) {
    return unreadable(
        fmt::format("certificate {}: {} (it begins at byte {})", index, certificate.error().message(), offset));
  }
  return certificate;
}

[[nodiscard]] Result<CertificateChain> read_records(ByteView data) {
  auto records = walk_tlvs(data, Packing::padded);
  if (!records) return unreadable("container: " + records.error().message());
  CertificateChain chain;
  for (const Tlv& record : *records) {
    if (record.type != tlv_type::kCertificate) {
      return unreadable(
          fmt::format("container: the record at byte {} has type 0x{:04x}, not 0x0201", record.offset, record.type));
    }
    RIGOR_TRY(Certificate certificate,
              read_certificate(record.value, chain.certificates.size(), record.offset + kTlvHeader));
    chain.certificates.push_back(std::move(certificate));
  }
  if (chain.certificates.empty()) return unreadable("container: no certificate in it");
  return chain;
}

}  // namespace

Result<CertificateChain> parse_chain(ByteView file) {
  if (file.empty()) return unreadable("container: the file is empty");
  Bytes decoded;
  if (is_text(file)) {
    RIGOR_TRY(decoded, decode_base64({reinterpret_cast<const char*>(file.data()), file.size()}));
    file = decoded;
  }
  const bool record = file.size() >= 2 && file[0] == 0 && file[1] == 0;
  const bool bare = !file.empty() && file[0] <= 1 && !record;  // 0.1 and 1.x: the major version comes first
  if (!bare) return read_records(file);
  CertificateChain chain;
  chain.bare = true;
  RIGOR_TRY(Certificate certificate, read_certificate(file, 0, 0));
  chain.certificates.push_back(std::move(certificate));
  return chain;
}

Result<CertificateChain> load_chain(const std::filesystem::path& path) {
  auto bytes = read_file(path, kMostFile);
  if (!bytes)
    return fail(Code::credential_unreadable, fmt::format("certificate chain {}", path.string()), bytes.error());
  auto chain = parse_chain(*bytes);
  if (!chain) {
    return fail(Code::credential_unreadable, fmt::format("certificate chain {}", path.string()), chain.error());
  }
  return chain;
}

Bytes encode_chain(const CertificateChain& chain) {
  Bytes bytes;
  for (const Certificate& certificate : chain.certificates) append_tlv(bytes, tlv_type::kCertificate, certificate.raw);
  return bytes;
}

std::string encode_chain_base64(const CertificateChain& chain) {
  const Bytes bytes = encode_chain(chain);
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  std::size_t length = 0;
  // The buffer has the exact size, so this cannot fail.
  mbedtls_base64_encode(reinterpret_cast<unsigned char*>(text.data()), text.size(), &length, bytes.data(),
                        bytes.size());
  text.resize(length);
  return text;
}

}  // namespace rigor
