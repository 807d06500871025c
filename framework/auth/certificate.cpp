#include "framework/auth/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigor {
namespace {

constexpr std::size_t kHeaderSize = 52;
constexpr std::size_t kSocIdAt = 20;
constexpr std::size_t kPermissionsAt = 36;

[[nodiscard]] std::unexpected<Error> certificate_unreadable(std::string what) {
  return fail(Code::credential_unreadable, std::move(what));
}

[[nodiscard]] Certificate read_header(ByteView bytes) {
  Certificate certificate;
  certificate.major = bytes[0];
  certificate.minor = bytes[1];
  certificate.signature_type = bytes[2];
  certificate.key_type = bytes[3];
  certificate.role = bytes[4];
  certificate.usage = bytes[5];
  certificate.policies = load_le16(bytes, 6);
  certificate.lifecycle = load_le16(bytes, 8);
  certificate.oem_constraint = load_le16(bytes, 10);
  certificate.extensions_bytes = load_le32(bytes, 12);
  certificate.soc_class = load_le32(bytes, 16);
  std::ranges::copy(bytes.subspan(kSocIdAt, certificate.soc_id.size()), certificate.soc_id.begin());
  certificate.permissions = Permissions::from_bytes(bytes.subspan(kPermissionsAt));
  return certificate;
}

[[nodiscard]] Bytes encode_unsigned(const CertificateRequest& request) {
  const AlgorithmFacts& facts = *find_algorithm(request.subject.algorithm);
  Bytes bytes(kHeaderSize);
  bytes[0] = 1;
  bytes[1] = facts.id == kEcdsaP384 ? 1 : 0;  // P-384 came with format 1.1
  bytes[2] = facts.id;
  bytes[3] = facts.id;
  bytes[4] = static_cast<std::uint8_t>(request.role);
  bytes[5] = request.usage;
  store_le16(bytes, 8, request.lifecycle);
  store_le16(bytes, 10, request.oem_constraint);
  store_le32(bytes, 16, request.soc_class);
  std::ranges::copy(request.soc_id, bytes.begin() + kSocIdAt);
  std::ranges::copy(request.permissions.bytes(), bytes.begin() + kPermissionsAt);
  bytes.insert(bytes.end(), request.subject.bytes.begin(), request.subject.bytes.end());
  bytes.resize(bytes.size() + facts.extensions_hash);  // no extensions: the hash is zero
  return bytes;
}

// Reads consecutive fields of a certificate whose total size has been checked.
[[nodiscard]] Bytes take(ByteView& bytes, std::size_t size) {
  const ByteView field = bytes.first(size);
  bytes = bytes.subspan(size);
  return Bytes(field.begin(), field.end());
}

}  // namespace

std::string role_name(std::uint8_t role) {
  switch (role) {
    case 1:
      return "root";
    case 2:
      return "intermediate";
    case 3:
      return "leaf";
    default:
      return fmt::format("role {}", role);
  }
}

std::string Certificate::format() const { return fmt::format("{}.{}", major, minor); }

ByteView Certificate::signed_part() const {
  return ByteView(raw).first(kHeaderSize + public_key.size() + extensions_hash.size());
}

Result<Certificate> parse_certificate(ByteView bytes) {
  if (bytes.size() < kHeaderSize) {
    return certificate_unreadable(fmt::format("header ends at byte {} of {}", bytes.size(), kHeaderSize));
  }
  Certificate certificate = read_header(bytes);
  const AlgorithmFacts* key = find_algorithm(certificate.key_type);
  const AlgorithmFacts* signature = find_algorithm(certificate.signature_type);
  if (signature == nullptr)
    return certificate_unreadable(fmt::format("unknown signature type 0x{:02x} at byte 2", bytes[2]));
  if (key == nullptr) return certificate_unreadable(fmt::format("unknown key type 0x{:02x} at byte 3", bytes[3]));
  const std::size_t fixed = kHeaderSize + key->public_key + signature->extensions_hash + signature->signature;
  const std::uint64_t expected = fixed + (std::uint64_t{certificate.extensions_bytes} + 3) / 4 * 4;
  if (bytes.size() != expected) {
    return certificate_unreadable(fmt::format("{} bytes instead of {} for {} with {} bytes of extensions", bytes.size(),
                                              expected, signature->name, certificate.extensions_bytes));
  }
  ByteView rest = bytes.subspan(kHeaderSize);
  certificate.public_key = take(rest, key->public_key);
  certificate.extensions_hash = take(rest, signature->extensions_hash);
  certificate.signature = take(rest, signature->signature);
  certificate.extensions = take(rest, rest.size());
  certificate.raw.assign(bytes.begin(), bytes.end());
  return certificate;
}

std::string_view signature_state_name(SignatureState state) {
  switch (state) {
    case SignatureState::valid:
      return "valid";
    case SignatureState::invalid:
      return "invalid";
    case SignatureState::unsupported:
      return "unsupported";
    case SignatureState::issuer_missing:
      return "issuer-missing";
  }
  return "unsupported";
}

SignatureState check_signature(const Crypto& crypto, const Certificate& certificate, const PublicKey& issuer) {
  const AlgorithmFacts* facts = find_algorithm(certificate.signature_type);
  if (facts == nullptr || !facts->verified) return SignatureState::unsupported;
  const bool valid = issuer.algorithm == certificate.signature_type &&
                     crypto.verify(issuer, certificate.signed_part(), certificate.signature);
  return valid ? SignatureState::valid : SignatureState::invalid;
}

std::string_view extension_state_name(ExtensionState state) {
  switch (state) {
    case ExtensionState::none:
      return "none";
    case ExtensionState::valid:
      return "valid";
    case ExtensionState::invalid:
      return "invalid";
    case ExtensionState::unsupported:
      return "unsupported";
  }
  return "unsupported";
}

ExtensionState check_extensions(const Crypto& crypto, const Certificate& certificate, bool strict) {
  if (certificate.extensions_bytes == 0) {
    const bool zero = std::ranges::all_of(certificate.extensions_hash, [](std::uint8_t byte) { return byte == 0; });
    return zero || !strict ? ExtensionState::none : ExtensionState::invalid;
  }
  const AlgorithmFacts* facts = find_algorithm(certificate.signature_type);
  if (facts == nullptr || facts->hash == HashKind::other) return ExtensionState::unsupported;
  const ByteView rounded = certificate.extensions;
  const bool valid =
      crypto.hash(facts->hash, rounded) == certificate.extensions_hash ||
      crypto.hash(facts->hash, rounded.first(certificate.extensions_bytes)) == certificate.extensions_hash;
  return valid ? ExtensionState::valid : ExtensionState::invalid;
}

Result<Certificate> make_certificate(const Crypto& crypto, const CertificateRequest& request,
                                     const SigningKey& issuer) {
  if (request.subject.algorithm != issuer.public_half().algorithm) {
    return fail(Code::unsupported,
                fmt::format("an {} key cannot certify an {} key: a chain has one algorithm",
                            algorithm_name(issuer.public_half().algorithm), algorithm_name(request.subject.algorithm)));
  }
  Bytes bytes = encode_unsigned(request);
  RIGOR_TRY(const Bytes signature, issuer.sign(crypto, bytes));
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return parse_certificate(bytes);
}

}  // namespace rigor
