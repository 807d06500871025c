// mbedTLS handles with an owner. Included by the wrapper's own source files only.
#pragma once

#include <psa/crypto.h>

#include <memory>
#include <utility>

#include "framework/auth/crypto.hpp"

namespace rigor {

inline constexpr psa_algorithm_t kSigningAlgorithm = PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256);

// A key inside the PSA key store; destroying it wipes it.
class KeyHandle {
 public:
  explicit KeyHandle(psa_key_id_t id) : id_(id) {}
  KeyHandle(const KeyHandle&) = delete;
  KeyHandle& operator=(const KeyHandle&) = delete;
  ~KeyHandle() { psa_destroy_key(id_); }
  [[nodiscard]] psa_key_id_t id() const { return id_; }

 private:
  psa_key_id_t id_;
};

class SigningKey::Handle : public KeyHandle {
 public:
  using KeyHandle::KeyHandle;
};

[[nodiscard]] inline psa_key_attributes_t signing_attributes() {
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
  psa_set_key_bits(&attributes, 256);
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_EXPORT);
  psa_set_key_algorithm(&attributes, kSigningAlgorithm);
  return attributes;
}

// Null when the library refuses the key, for example a point off the curve.
template <typename Owner = KeyHandle>
[[nodiscard]] std::unique_ptr<Owner> import_key(const psa_key_attributes_t& attributes, ByteView key) {
  psa_key_id_t id = 0;
  if (psa_import_key(&attributes, key.data(), key.size(), &id) != PSA_SUCCESS) return nullptr;
  return std::make_unique<Owner>(id);
}

}  // namespace rigor
