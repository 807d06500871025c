#include "framework/auth/crypto.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "framework/auth/der.hpp"
#include "framework/auth/psa_key.hpp"

namespace rigor {
namespace {

[[nodiscard]] bool is_rsa(std::uint8_t algorithm) { return algorithm == kRsa3072 || algorithm == kRsa4096; }

[[nodiscard]] psa_algorithm_t verification_of(const AlgorithmFacts& facts) {
  const psa_algorithm_t hash = psa_hash(facts.hash);
  return is_rsa(facts.id) ? PSA_ALG_RSA_PSS(hash) : PSA_ALG_ECDSA(hash);
}

[[nodiscard]] psa_key_attributes_t public_attributes(const AlgorithmFacts& facts) {
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, is_rsa(facts.id) ? PSA_KEY_TYPE_RSA_PUBLIC_KEY
                                                 : PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
  if (!is_rsa(facts.id)) psa_set_key_bits(&attributes, curve_bits(facts.id));
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_HASH);
  psa_set_key_algorithm(&attributes, verification_of(facts));
  return attributes;
}

// What PSA wants to import: an uncompressed SEC1 point, or an RSAPublicKey (RFC 8017 A.1.1).
[[nodiscard]] Bytes importable(const PublicKey& key) {
  if (is_rsa(key.algorithm)) return der::rsa_public_key(key.bytes);
  Bytes point = {0x04};
  point.insert(point.end(), key.bytes.begin(), key.bytes.end());
  return point;
}

}  // namespace

Result<Crypto> Crypto::create() {
  if (const psa_status_t status = psa_crypto_init(); status != PSA_SUCCESS) {
    return fail(Code::unsupported,
                fmt::format("the cryptographic library does not start: psa_crypto_init gave {}", status));
  }
  // Asked once here, so that the hash functions need not have an error.
  std::array<std::uint8_t, 64> digest{};
  std::size_t length = 0;
  for (const HashKind kind : {HashKind::sha256, HashKind::sha384, HashKind::sha512}) {
    if (psa_hash_compute(psa_hash(kind), nullptr, 0, digest.data(), digest.size(), &length) != PSA_SUCCESS)
      return fail(Code::unsupported, "the cryptographic library was built without SHA-256, SHA-384 or SHA-512");
  }
  return Crypto();
}

Bytes Crypto::hash(HashKind kind, ByteView message) const {
  Bytes digest(PSA_HASH_LENGTH(psa_hash(kind)));
  std::size_t length = 0;
  if (psa_hash_compute(psa_hash(kind), message.data(), message.size(), digest.data(), digest.size(), &length) !=
      PSA_SUCCESS) {
    std::abort();  // create() has proven that it works
  }
  return digest;
}

Digest Crypto::sha256(ByteView message) const {
  Digest digest{};
  std::ranges::copy(hash(HashKind::sha256, message), digest.begin());
  return digest;
}

bool Crypto::accepts(const PublicKey& key) const {
  const AlgorithmFacts* facts = find_algorithm(key.algorithm);
  return facts != nullptr && facts->verified && key.bytes.size() == facts->public_key &&
         import_key(public_attributes(*facts), importable(key)) != nullptr;
}

bool Crypto::verify(const PublicKey& key, ByteView message, ByteView signature) const {
  const AlgorithmFacts* facts = find_algorithm(key.algorithm);
  if (facts == nullptr || !facts->verified) return false;
  if (key.bytes.size() != facts->public_key || signature.size() != facts->signature) return false;
  const auto handle = import_key(public_attributes(*facts), importable(key));
  const Bytes digest = hash(facts->hash, message);
  return handle && psa_verify_hash(handle->id(), verification_of(*facts), digest.data(), digest.size(),
                                   signature.data(), signature.size()) == PSA_SUCCESS;
}

}  // namespace rigor
