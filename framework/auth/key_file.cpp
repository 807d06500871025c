#include "framework/auth/key_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/auth/armour.hpp"
#include "framework/auth/der.hpp"
#include "framework/auth/encrypted_key.hpp"

namespace rigor {
namespace {

using der::Reader;

// AlgorithmIdentifiers by their object identifiers: RFC 5480 (curves), RFC 8410 (Edwards and Montgomery curves),
// RFC 8017 (RSA), GB/T 32918 (SM2), FIPS 204 (ML-DSA).
constexpr std::string_view kEllipticCurve = "1.2.840.10045.2.1";
constexpr std::string_view kRsa = "1.2.840.113549.1.1.1";
constexpr int kMostOtherBlocks = 8;  // before the key
constexpr std::string_view kRsaPss = "1.2.840.113549.1.1.10";

struct NamedType {
  std::string_view object_id;
  std::string_view type;
  std::uint8_t algorithm = 0;  // of certificates; 0: none
};
constexpr NamedType kCurves[] = {{"1.2.840.10045.3.1.7", "ecdsa-p256", kEcdsaP256},
                                 {"1.3.132.0.34", "ecdsa-p384", kEcdsaP384},
                                 {"1.3.132.0.35", "ecdsa-p521", kEcdsaP521},
                                 {"1.2.156.10197.1.301", "sm2", 0x07},
                                 {"1.3.132.0.10", "secp256k1"}};
constexpr NamedType kOthers[] = {{"1.3.101.112", "ed25519", 0x05},
                                 {"1.3.101.113", "ed448", 0x06},
                                 {"1.3.101.110", "x25519"},
                                 {"1.3.101.111", "x448"},
                                 {"2.16.840.1.101.3.4.3.17", "ml-dsa-44", 0x0B},
                                 {"2.16.840.1.101.3.4.3.18", "ml-dsa-65", 0x0C},
                                 {"2.16.840.1.101.3.4.3.19", "ml-dsa-87", 0x0D}};

[[nodiscard]] NamedType named(std::span<const NamedType> types, std::string_view object_id) {
  const auto found = std::ranges::find(types, object_id, &NamedType::object_id);
  return found == types.end() ? NamedType{} : *found;
}

[[nodiscard]] std::unexpected<Error> key_unreadable(std::string what) {
  return fail(Error(Code::credential_unreadable, std::move(what))
                  .hint("a key file is PEM or DER: PKCS#8, SEC1, PKCS#1 or SubjectPublicKeyInfo"));
}

struct Identifier {
  std::string object_id;
  std::string curve;  // of an elliptic-curve key
};
[[nodiscard]] std::optional<Identifier> read_identifier(Reader& from) {
  const auto sequence = from.take(der::kSequence);
  if (!sequence) return std::nullopt;
  Reader inside(*sequence);
  const auto object_id = inside.take(der::kObjectId);
  if (!object_id) return std::nullopt;
  Identifier identifier{der::object_id_text(*object_id), {}};
  if (identifier.object_id != kEllipticCurve) return identifier;
  if (const auto curve = inside.take(der::kObjectId)) identifier.curve = der::object_id_text(*curve);
  return identifier;
}

[[nodiscard]] NamedType type_of(const Identifier& identifier) {
  return identifier.object_id == kEllipticCurve ? named(kCurves, identifier.curve)
                                                : named(kOthers, identifier.object_id);
}

void set_type(KeyFile& key, const NamedType& type, const Identifier& identifier) {
  const std::string_view object_id = identifier.curve.empty() ? identifier.object_id : identifier.curve;
  key.type = type.type.empty() ? fmt::format("algorithm {}", object_id) : std::string(type.type);
}

// Bit strings of keys have no unused bits: their first byte is zero.
[[nodiscard]] std::optional<ByteView> take_bits(Reader& from) {
  const auto bits = from.take(der::kBitString);
  if (!bits || bits->empty() || (*bits)[0] != 0) return std::nullopt;
  return bits->subspan(1);
}

// The modulus, where certificates know one of its size and exponent.
[[nodiscard]] std::optional<KeyFile> read_rsa(Reader numbers) {
  const auto modulus = numbers.take(der::kInteger);
  const auto exponent = numbers.take(der::kInteger);
  if (!modulus || !exponent || modulus->empty()) return std::nullopt;
  const ByteView n = der::unsigned_integer(*modulus);
  KeyFile key;
  key.type = fmt::format("rsa-{}", 8 * n.size());
  const AlgorithmFacts* facts = find_algorithm(key.type);
  constexpr std::uint8_t kExponent[] = {1, 0, 1};
  if (facts != nullptr && std::ranges::equal(der::unsigned_integer(*exponent), kExponent))
    key.public_half = PublicKey{facts->id, Bytes(n.begin(), n.end())};
  return key;
}

// `bits` as SEC1 writes a point of a curve, bare for the others; Ed448 is filled up to whole words as in certificates.
[[nodiscard]] std::optional<PublicKey> public_half_from(const Crypto& crypto, const NamedType& type, ByteView bits) {
  const AlgorithmFacts* facts = find_algorithm(type.algorithm);
  if (facts == nullptr) return std::nullopt;
  const bool is_curve = std::ranges::find(kCurves, type.type, &NamedType::type) != std::end(kCurves);
  if (is_curve && (bits.size() != facts->public_key + 1 || bits[0] != 0x04)) return std::nullopt;
  PublicKey key{type.algorithm, Bytes(bits.begin() + (is_curve ? 1 : 0), bits.end())};
  constexpr std::size_t kEd448 = 57;
  if (key.bytes.size() == kEd448) key.bytes.resize(facts->public_key);
  if (key.bytes.size() != facts->public_key || (facts->verified && !crypto.accepts(key))) return std::nullopt;
  return key;
}

[[nodiscard]] Result<KeyFile> read_public(const Crypto& crypto, const Identifier& identifier, ByteView bits) {
  if (identifier.object_id == kRsa || identifier.object_id == kRsaPss) {
    Reader outer(bits);
    const auto numbers = outer.take(der::kSequence);
    auto key = numbers ? read_rsa(Reader(*numbers)) : std::nullopt;
    if (!key) return key_unreadable("the RSA key's numbers cannot be read");
    return std::move(*key);
  }
  const NamedType type = type_of(identifier);
  KeyFile key;
  set_type(key, type, identifier);
  key.public_half = public_half_from(crypto, type, bits);
  if (type.algorithm != 0 && !key.public_half)
    return key_unreadable(fmt::format("the {} bytes are no public key of type {}", bits.size(), key.type));
  return key;
}

// Some writers drop leading zeros of the scalar.
[[nodiscard]] Secret widened(ByteView scalar, std::size_t size) {
  Bytes bytes(size);
  std::ranges::copy(scalar, bytes.end() - static_cast<std::ptrdiff_t>(scalar.size()));
  return Secret(std::move(bytes));
}

// ECPrivateKey (RFC 5915) after its SEQUENCE; PKCS#8 names the curve outside, SEC1 inside.
[[nodiscard]] Result<KeyFile> read_ec_private(const Crypto& crypto, Reader inside, std::string curve) {
  const auto version = inside.take(der::kInteger);
  const auto scalar = inside.take(der::kOctetString);
  if (!version || !scalar) return key_unreadable("the elliptic-curve key cannot be read");
  if (const auto parameters = inside.take(der::kTag0); parameters && curve.empty()) {
    Reader named_curve(*parameters);
    if (const auto object_id = named_curve.take(der::kObjectId)) curve = der::object_id_text(*object_id);
  }
  const NamedType type = named(kCurves, curve);
  KeyFile key;
  key.is_private = true;
  set_type(key, type, {std::string(kEllipticCurve), curve});
  const AlgorithmFacts* facts = find_algorithm(type.algorithm);
  if (facts == nullptr || !facts->made) return key;
  const ByteView number = der::unsigned_integer(*scalar);
  if (number.size() > facts->public_key / 2) return key_unreadable("the private number is too long for the curve");
  key.scalar = widened(number, facts->public_key / 2);
  RIGOR_TRY(const SigningKey signing, SigningKey::from_scalar(crypto, type.algorithm, key.scalar.view()));
  key.public_half = signing.public_half();
  return key;
}

[[nodiscard]] Result<KeyFile> read_rsa_private(ByteView numbers) {
  Reader inside(numbers);
  const auto version = inside.take(der::kInteger);
  auto key = version ? read_rsa(inside) : std::nullopt;
  if (!key) return key_unreadable("the RSA key's numbers cannot be read");
  key->is_private = true;
  return std::move(*key);
}

// PrivateKeyInfo (RFC 5958) after its version.
[[nodiscard]] Result<KeyFile> read_pkcs8(const Crypto& crypto, Reader inside) {
  const auto identifier = read_identifier(inside);
  const auto content = inside.take(der::kOctetString);
  if (!identifier || !content) return key_unreadable("the PKCS#8 key cannot be read");
  Reader key_content(*content);
  if (identifier->object_id == kEllipticCurve || identifier->object_id == kRsa || identifier->object_id == kRsaPss) {
    const auto sequence = key_content.take(der::kSequence);
    if (!sequence) return key_unreadable("the PKCS#8 key holds no key");
    if (identifier->object_id != kEllipticCurve) return read_rsa_private(*sequence);
    return read_ec_private(crypto, Reader(*sequence), identifier->curve);
  }
  KeyFile key;
  key.is_private = true;
  set_type(key, type_of(*identifier), *identifier);
  return key;
}

[[nodiscard]] Result<KeyFile> read_der(const Crypto& crypto, ByteView bytes, const Secret* passphrase);

[[nodiscard]] Result<KeyFile> read_encrypted(const Crypto& crypto, ByteView bytes, const Secret* passphrase) {
  KeyFile locked;
  locked.is_private = locked.encrypted = true;
  if (passphrase == nullptr) return locked;
  RIGOR_TRY(const Secret plain, decrypt_private_key(bytes, *passphrase));
  RIGOR_TRY(KeyFile key, read_der(crypto, plain.view(), nullptr));
  key.encrypted = true;
  return key;
}

// Which form it is shows in the first elements: the forms have nothing else in common.
[[nodiscard]] Result<KeyFile> read_der(const Crypto& crypto, ByteView bytes, const Secret* passphrase) {
  Reader outer(bytes);
  const auto content = outer.take(der::kSequence);
  if (!content) return key_unreadable("no key: it does not begin with a DER sequence that fits the file");
  Reader inside(*content);
  Reader ahead(*content);
  if (ahead.take(der::kInteger)) {
    if (Reader pkcs8 = ahead; pkcs8.take(der::kSequence)) return read_pkcs8(crypto, ahead);
    if (Reader sec1 = ahead; sec1.take(der::kOctetString)) return read_ec_private(crypto, inside, {});
    if (Reader pkcs1 = ahead; pkcs1.take(der::kInteger) && pkcs1.take(der::kInteger)) return read_rsa_private(*content);
    if (auto key = read_rsa(inside)) return std::move(*key);
  }
  if (const auto identifier = read_identifier(inside)) {
    if (const auto bits = take_bits(inside)) return read_public(crypto, *identifier, *bits);
    if (inside.take(der::kOctetString)) return read_encrypted(crypto, bytes, passphrase);
  }
  return key_unreadable("a DER sequence that is no key");
}

[[nodiscard]] bool is_key_label(std::string_view label) {
  return label.ends_with("PRIVATE KEY") || label.ends_with("PUBLIC KEY");
}

}  // namespace

Result<KeyFile> read_key(const Crypto& crypto, ByteView pem_or_der, const Secret* passphrase) {
  const std::string_view text(reinterpret_cast<const char*>(pem_or_der.data()), pem_or_der.size());
  if (text.size() > kMostKeyFile) return key_unreadable(fmt::format("{} bytes are too many for a key", text.size()));
  auto fence = find_armour(text);
  if (!fence) return read_der(crypto, pem_or_der, passphrase);
  // Other tools put the curve's parameters before the key.
  for (int passed = 0; fence && !is_key_label(fence->label); ++passed)
    fence = passed < kMostOtherBlocks ? find_armour(text, fence->offset) : std::nullopt;
  if (!fence) return key_unreadable("armoured text, but no key in it");
  if (!fence->closed)
    return key_unreadable(fmt::format("the {} that begins at byte {} does not end", fence->label, fence->begin));
  if (fence->body.contains("Proc-Type:")) {
    return fail(Error(Code::credential_unreadable, "the key is encrypted in OpenSSL's old form")
                    .hint("openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW"));
  }
  RIGOR_TRY(const Secret bytes, decode_base64(fence->body, fence->offset));
  return read_der(crypto, bytes.view(), passphrase);
}

}  // namespace rigor
