#include "framework/auth/crypto.hpp"

#include <fmt/format.h>
#include <psa/crypto.h>

#include <algorithm>
#include <cstdlib>

#include "framework/auth/key_handle.hpp"

namespace rigor {

Result<Crypto> Crypto::create() {
  if (const psa_status_t status = psa_crypto_init(); status != PSA_SUCCESS) {
    return fail(Code::unsupported,
                fmt::format("the cryptographic library does not start: psa_crypto_init gave {}", status));
  }
  // Asked once here, so that sha256() need not have an error.
  Digest digest{};
  std::size_t length = 0;
  if (psa_hash_compute(PSA_ALG_SHA_256, nullptr, 0, digest.data(), digest.size(), &length) != PSA_SUCCESS) {
    return fail(Code::unsupported, "the cryptographic library was built without SHA-256");
  }
  return Crypto();
}

Digest Crypto::sha256(ByteView message) const {
  Digest digest{};
  std::size_t length = 0;
  if (psa_hash_compute(PSA_ALG_SHA_256, message.data(), message.size(), digest.data(), digest.size(), &length) !=
      PSA_SUCCESS) {
    std::abort();  // create() has proven that it works
  }
  return digest;
}

bool Crypto::verify(const PublicKey& key, const Digest& digest, const Signature& signature) const {
  std::array<std::uint8_t, 65> point{0x04};  // SEC1 uncompressed
  std::ranges::copy(key, point.begin() + 1);
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
  psa_set_key_bits(&attributes, 256);
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_HASH);
  psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
  const auto handle = import_key(attributes, point);
  return handle && psa_verify_hash(handle->id(), PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest.data(), digest.size(),
                                   signature.data(), signature.size()) == PSA_SUCCESS;
}

SigningKey::SigningKey(std::unique_ptr<Handle> handle, const PublicKey& public_half)
    : handle_(std::move(handle)), public_half_(public_half) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Result<SigningKey> SigningKey::generate(const Crypto& /*proof that the library runs*/) {
  psa_key_attributes_t attributes = signing_attributes();
  psa_key_id_t id = 0;
  if (const psa_status_t status = psa_generate_key(&attributes, &id); status != PSA_SUCCESS) {
    return fail(Code::unsupported, fmt::format("no key could be generated: psa_generate_key gave {}", status));
  }
  return adopt(std::make_unique<Handle>(id));
}

Result<SigningKey> SigningKey::adopt(std::unique_ptr<Handle> handle) {
  std::array<std::uint8_t, 65> point{};
  std::size_t length = 0;
  const psa_status_t status = psa_export_public_key(handle->id(), point.data(), point.size(), &length);
  if (status != PSA_SUCCESS || length != point.size()) {
    return fail(Code::unsupported, fmt::format("the key has no public half: psa_export_public_key gave {}", status));
  }
  PublicKey public_half{};
  std::copy(point.begin() + 1, point.end(), public_half.begin());
  return SigningKey(std::move(handle), public_half);
}

Result<Signature> SigningKey::sign(const Digest& digest) const {
  Signature signature{};
  std::size_t length = 0;
  const psa_status_t status = psa_sign_hash(handle_->id(), kSigningAlgorithm, digest.data(), digest.size(),
                                            signature.data(), signature.size(), &length);
  if (status != PSA_SUCCESS || length != signature.size()) {
    return fail(Code::unsupported, fmt::format("the key does not sign: psa_sign_hash gave {}", status));
  }
  return signature;
}

}  // namespace rigor
