// Key files in PEM or DER. mbedTLS hides the members of its key structures from version 3 on, so both halves are taken
// from the DER forms its public functions write; for P-256 these have fixed layouts, which also proves the curve.
#include <fmt/format.h>
#include <mbedtls/base64.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#include <psa/crypto.h>

#include <algorithm>

#include "framework/auth/crypto.hpp"
#include "framework/auth/key_handle.hpp"
#include "framework/auth/secret_file.hpp"

namespace rigor {
namespace {

constexpr std::size_t kScalar = 32;
constexpr std::size_t kMostKeyFile = 64 * 1024;

// SubjectPublicKeyInfo of an uncompressed P-256 point up to X (RFC 5480).
constexpr std::array<std::uint8_t, 27> kPublicPrefix = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48,
                                                        0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
                                                        0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
// ECPrivateKey of 32 bytes up to the scalar (RFC 5915).
constexpr std::array<std::uint8_t, 7> kPrivatePrefix = {0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20};
// PrivateKeyInfo around an ECPrivateKey with its public half, up to the scalar, and from there to X (RFC 5958).
constexpr std::array<std::uint8_t, 36> kPkcs8Prefix = {
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
    0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04, 0x6D, 0x30, 0x6B, 0x02, 0x01, 0x01, 0x04, 0x20};
constexpr std::array<std::uint8_t, 5> kPkcs8Middle = {0xA1, 0x44, 0x03, 0x42, 0x00};

struct FreeKey {
  void operator()(mbedtls_pk_context* key) const {
    mbedtls_pk_free(key);
    delete key;
  }
};
using ParsedKey = std::unique_ptr<mbedtls_pk_context, FreeKey>;

[[nodiscard]] ParsedKey empty_key() {
  ParsedKey key(new mbedtls_pk_context);
  mbedtls_pk_init(key.get());
  return key;
}

#if MBEDTLS_VERSION_MAJOR == 3
int library_random(void*, unsigned char* into, std::size_t size) {
  return psa_generate_random(into, size) == PSA_SUCCESS ? 0 : -1;
}
#endif

// 3.x wants a random source to blind the check of the key; 2.28 has no such parameters and 4.x took them away again.
int parse_private(mbedtls_pk_context* key, ByteView text) {
#if MBEDTLS_VERSION_MAJOR == 3
  return mbedtls_pk_parse_key(key, text.data(), text.size(), nullptr, 0, library_random, nullptr);
#else
  return mbedtls_pk_parse_key(key, text.data(), text.size(), nullptr, 0);
#endif
}

// PEM must come with its terminating zero counted; DER must come without.
[[nodiscard]] Secret as_the_parser_wants(ByteView file) {
  constexpr std::string_view kArmour = "-----BEGIN ";
  const bool pem = std::ranges::search(file, kArmour).begin() != file.end();
  Bytes text;
  text.reserve(file.size() + 1);  // no reallocation may leave a copy behind
  text.assign(file.begin(), file.end());
  if (pem) text.push_back(0);
  return Secret(std::move(text));
}

using DerWriter = int (*)(mbedtls_pk_context*, unsigned char*, std::size_t);

int write_private(mbedtls_pk_context* key, unsigned char* into, std::size_t size) {
  return mbedtls_pk_write_key_der(key, into, size);
}
int write_public(mbedtls_pk_context* key, unsigned char* into, std::size_t size) {
  return mbedtls_pk_write_pubkey_der(key, into, size);
}

// The DER form of a key, when it begins like a P-256 one. mbedTLS writes to the end of the buffer.
[[nodiscard]] std::optional<Secret> p256_der(mbedtls_pk_context* key, DerWriter write, ByteView prefix) {
  std::array<std::uint8_t, 256> buffer{};
  const int length = write(key, buffer.data(), buffer.size());
  if (length < 0) return std::nullopt;
  const ByteView der = ByteView(buffer).last(static_cast<std::size_t>(length));
  Secret taken(Bytes(der.begin(), der.end()));
  wipe(buffer);
  if (taken.size() < prefix.size() || !std::ranges::equal(taken.view().first(prefix.size()), prefix)) {
    return std::nullopt;
  }
  return taken;
}

[[nodiscard]] std::optional<PublicKey> public_half_of(mbedtls_pk_context* key) {
  const auto der = p256_der(key, write_public, kPublicPrefix);
  if (!der || der->size() != kPublicPrefix.size() + PublicKey().size()) return std::nullopt;
  PublicKey half{};
  std::ranges::copy(der->view().subspan(kPublicPrefix.size()), half.begin());
  return half;
}

[[nodiscard]] std::unexpected<Error> wrong_curve() {
  return fail(Error(Code::credential_unreadable, "the key is not an elliptic-curve key on P-256")
                  .hint("debug authentication of STM32 H5 and H7RS knows no other curve"));
}

[[nodiscard]] std::string armour(std::string_view label, ByteView der) {
  std::array<std::uint8_t, 256> text{};
  std::size_t length = 0;
  // The DER forms written here have at most 138 bytes, so the buffer always suffices.
  mbedtls_base64_encode(text.data(), text.size(), &length, der.data(), der.size());
  std::string pem;
  pem.reserve(512);  // no reallocation may leave a copy behind
  pem.append("-----BEGIN ").append(label).append("-----\n");
  for (std::size_t at = 0; at < length; at += 64) {
    pem.append(text.begin() + at, text.begin() + std::min(at + 64, length)).append("\n");
  }
  pem.append("-----END ").append(label).append("-----\n");
  wipe(text);
  return pem;
}

}  // namespace

Result<SigningKey> SigningKey::parse(const Crypto& /*proof that the library runs*/, ByteView pem_or_der) {
  const Secret text = as_the_parser_wants(pem_or_der);
  const ParsedKey key = empty_key();
  if (const int code = parse_private(key.get(), text.view()); code != 0) {
    return fail(Error(Code::credential_unreadable, fmt::format("not a private key (mbedTLS -0x{:04x})", -code))
                    .hint("a PEM or DER file, PKCS#8 or SEC1, without a pass phrase"));
  }
  const auto der = p256_der(key.get(), write_private, kPrivatePrefix);
  if (!der || !public_half_of(key.get())) return wrong_curve();
  auto handle = import_key<Handle>(signing_attributes(), der->view().subspan(kPrivatePrefix.size(), kScalar));
  if (!handle) return fail(Code::credential_unreadable, "the private key is not a number of the curve's group");
  return adopt(std::move(handle));
}

Result<SigningKey> SigningKey::load(const Crypto& crypto, const std::filesystem::path& path) {
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostKeyFile));
  auto key = parse(crypto, file.view());
  if (!key) return fail(Code::credential_unreadable, fmt::format("signing key {}", path.string()), key.error());
  return key;
}

Result<Secret> SigningKey::to_pem() const {
  std::array<std::uint8_t, kScalar> scalar{};
  std::size_t length = 0;
  const psa_status_t status = psa_export_key(handle_->id(), scalar.data(), scalar.size(), &length);
  if (status != PSA_SUCCESS || length != scalar.size()) {
    return fail(Code::unsupported, fmt::format("the key cannot be written: psa_export_key gave {}", status));
  }
  Bytes der;
  der.reserve(kPkcs8Prefix.size() + kScalar + kPkcs8Middle.size() + 1 + public_half_.size());
  der.insert(der.end(), kPkcs8Prefix.begin(), kPkcs8Prefix.end());
  der.insert(der.end(), scalar.begin(), scalar.end());
  der.insert(der.end(), kPkcs8Middle.begin(), kPkcs8Middle.end());
  der.push_back(0x04);
  der.insert(der.end(), public_half_.begin(), public_half_.end());
  wipe(scalar);
  const Secret held(std::move(der));
  std::string pem = armour("PRIVATE KEY", held.view());
  Secret result(Bytes(pem.begin(), pem.end()));
  wipe(std::span(reinterpret_cast<std::uint8_t*>(pem.data()), pem.size()));
  return result;
}

Result<KeyFile> parse_key_file(const Crypto& crypto, ByteView pem_or_der) {
  if (const auto key = SigningKey::parse(crypto, pem_or_der)) {
    return KeyFile{.is_private = true, .public_half = key->public_half()};
  }
  const Secret text = as_the_parser_wants(pem_or_der);
  const ParsedKey key = empty_key();
  if (parse_private(key.get(), text.view()) == 0) return wrong_curve();
  const ParsedKey shown = empty_key();
  if (const int code = mbedtls_pk_parse_public_key(shown.get(), text.view().data(), text.size()); code != 0) {
    return fail(Code::credential_unreadable, fmt::format("not a key file (mbedTLS -0x{:04x})", -code));
  }
  const auto half = public_half_of(shown.get());
  if (!half) return wrong_curve();
  return KeyFile{.is_private = false, .public_half = *half};
}

std::string to_pem(const PublicKey& key) {
  Bytes der(kPublicPrefix.begin(), kPublicPrefix.end());
  der.insert(der.end(), key.begin(), key.end());
  return armour("PUBLIC KEY", der);
}

}  // namespace rigor
