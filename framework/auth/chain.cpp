#include "framework/auth/chain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/auth/armour.hpp"
#include "framework/auth/tlv.hpp"
#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

constexpr std::string_view kLabel = "ADAC CERTIFICATE CHAIN";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// Each costs a signature to verify, and no device has memory for as many.
constexpr std::size_t kMostCertificates = 16;
constexpr std::size_t kMostChainFile = 1U << 20;

[[nodiscard]] std::unexpected<Error> chain_unreadable(std::string what) {
  return fail(Error(Code::credential_unreadable, std::move(what))
                  .hint("a chain file is base64 (with or without armour) of records 00 00 01 02, or those bytes"));
}

[[nodiscard]] Result<Bytes> decode_text(std::string_view text) {
  Armoured body{{}, text, 0, 0, text.size(), true};
  if (text.starts_with(kByteOrderMark)) {
    body.offset = kByteOrderMark.size();
    body.body.remove_prefix(body.offset);
  }
  if (const auto fence = find_armour(text)) body = *fence;
  if (!body.label.empty() && body.label != kLabel)
    return chain_unreadable(fmt::format("container: '{}' where '{}' is expected", body.label, kLabel));
  if (!body.closed)
    return chain_unreadable(fmt::format("container: the armour that begins at byte {} does not end", body.begin));
  const std::size_t end = body.label.empty() ? text.size() : body.end;
  if (const auto more = text.find_first_not_of(kBlanks, end); more != std::string_view::npos)
    return chain_unreadable(fmt::format("container: something else follows the chain at byte {}", more));
  const auto bytes = decode_base64(body.body, body.offset);
  if (!bytes) return chain_unreadable("container: " + bytes.error().message());
  return Bytes(bytes->view().begin(), bytes->view().end());
}

// Records begin with two zero bytes and a bare certificate with its major version; base64 text has neither.
[[nodiscard]] bool is_text(ByteView file) { return file[0] >= 0x20 || kBlanks.contains(static_cast<char>(file[0])); }

[[nodiscard]] Result<Certificate> read_certificate(ByteView bytes, std::size_t index, std::size_t offset) {
  auto certificate = parse_certificate(bytes);
  if (!certificate) {
    return chain_unreadable(
        fmt::format("certificate {}: {} (it begins at byte {})", index, certificate.error().message(), offset));
  }
  return certificate;
}

[[nodiscard]] Result<CertificateChain> read_records(ByteView data) {
  auto records = walk_tlvs(data, Packing::padded);
  if (!records) return chain_unreadable("container: " + records.error().message());
  CertificateChain chain;
  for (const Tlv& record : *records) {
    if (chain.certificates.size() == kMostCertificates) {
      return chain_unreadable(fmt::format("container: more than {} certificates, the next one begins at byte {}",
                                          kMostCertificates, record.offset));
    }
    if (record.type != tlv_type::kCertificate) {
      return chain_unreadable(
          fmt::format("container: the record at byte {} has type 0x{:04x}, not 0x0201", record.offset, record.type));
    }
    RIGOR_TRY(Certificate certificate,
              read_certificate(record.value, chain.certificates.size(), record.offset + kTlvHeader));
    chain.certificates.push_back(std::move(certificate));
  }
  if (chain.certificates.empty()) return chain_unreadable("container: no certificate in it");
  return chain;
}

}  // namespace

Result<CertificateChain> parse_chain(ByteView file) {
  if (file.empty()) return chain_unreadable("container: the file is empty");
  Bytes decoded;
  if (is_text(file)) {
    RIGOR_TRY(decoded, decode_text({reinterpret_cast<const char*>(file.data()), file.size()}));
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
  auto bytes = read_file(path, kMostChainFile);
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
  const Secret text = encode_base64(encode_chain(chain));
  return {text.view().begin(), text.view().end()};
}

}  // namespace rigor
