// mbedTLS key handles with an owner. Included by the wrapper's own source files only.
#pragma once

#include <psa/crypto.h>

#include <memory>

#include "framework/auth/algorithm.hpp"
#include "framework/base/bytes.hpp"

namespace rigor {

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

// Zero for a kind that is not computed here.
[[nodiscard]] constexpr psa_algorithm_t psa_hash(HashKind kind) {
  switch (kind) {
    case HashKind::sha256:
      return PSA_ALG_SHA_256;
    case HashKind::sha384:
      return PSA_ALG_SHA_384;
    case HashKind::sha512:
      return PSA_ALG_SHA_512;
    case HashKind::other:
      break;
  }
  return 0;
}

[[nodiscard]] constexpr std::size_t curve_bits(std::uint8_t algorithm) {
  switch (algorithm) {
    case kEcdsaP256:
      return 256;
    case kEcdsaP384:
      return 384;
    case kEcdsaP521:
      return 521;
    default:
      return 0;
  }
}

// Null when the library refuses the key, for example a point off the curve.
[[nodiscard]] inline std::unique_ptr<KeyHandle> import_key(const psa_key_attributes_t& attributes, ByteView key) {
  psa_key_id_t id = 0;
  if (psa_import_key(&attributes, key.data(), key.size(), &id) != PSA_SUCCESS) return nullptr;
  return std::make_unique<KeyHandle>(id);
}

}  // namespace rigor
