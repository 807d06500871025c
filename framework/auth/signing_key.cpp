#include "framework/auth/signing_key.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/auth/key_file.hpp"
#include "framework/auth/psa_key.hpp"
#include "framework/auth/secret_file.hpp"

namespace rigor {
namespace {

[[nodiscard]] psa_algorithm_t signing_algorithm(std::uint8_t algorithm) {
  return PSA_ALG_DETERMINISTIC_ECDSA(psa_hash(find_algorithm(algorithm)->hash));
}

[[nodiscard]] psa_key_attributes_t signing_attributes(std::uint8_t algorithm) {
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
  psa_set_key_bits(&attributes, curve_bits(algorithm));
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_EXPORT);
  psa_set_key_algorithm(&attributes, signing_algorithm(algorithm));
  return attributes;
}

[[nodiscard]] Result<PublicKey> public_half_of(const KeyHandle& handle, std::uint8_t algorithm) {
  Bytes point(1 + find_algorithm(algorithm)->public_key);
  std::size_t length = 0;
  const psa_status_t status = psa_export_public_key(handle.id(), point.data(), point.size(), &length);
  if (status != PSA_SUCCESS || length != point.size()) {
    return fail(Code::unsupported, fmt::format("the key has no public half: psa_export_public_key gave {}", status));
  }
  point.erase(point.begin());  // 04: an uncompressed point
  return PublicKey{algorithm, std::move(point)};
}

}  // namespace

SigningKey::SigningKey(std::unique_ptr<KeyHandle> handle, PublicKey public_half)
    : handle_(std::move(handle)), public_half_(std::move(public_half)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Result<SigningKey> SigningKey::from_scalar(const Crypto& /*proof that the library runs*/, std::uint8_t algorithm,
                                           ByteView scalar) {
  auto handle = import_key(signing_attributes(algorithm), scalar);
  if (!handle) return fail(Code::credential_unreadable, "the private key is not a number of the curve's group");
  RIGOR_TRY(PublicKey half, public_half_of(*handle, algorithm));
  return SigningKey(std::move(handle), std::move(half));
}

Result<SigningKey> SigningKey::generate(const Crypto& /*proof that the library runs*/, std::uint8_t algorithm) {
  const AlgorithmFacts* facts = find_algorithm(algorithm);
  if (facts == nullptr || !facts->made) {
    return fail(Error(Code::unsupported, fmt::format("keys of type {} are not made here", algorithm_name(algorithm)))
                    .hint("ecdsa-p256 (the one STM32 takes), ecdsa-p384 or ecdsa-p521"));
  }
  psa_key_attributes_t attributes = signing_attributes(algorithm);
  psa_key_id_t id = 0;
  if (const psa_status_t status = psa_generate_key(&attributes, &id); status != PSA_SUCCESS) {
    return fail(Code::unsupported, fmt::format("no key could be generated: psa_generate_key gave {}", status));
  }
  auto handle = std::make_unique<KeyHandle>(id);
  RIGOR_TRY(PublicKey half, public_half_of(*handle, algorithm));
  return SigningKey(std::move(handle), std::move(half));
}

Result<SigningKey> SigningKey::parse(const Crypto& crypto, ByteView pem_or_der, const Secret* passphrase) {
  RIGOR_TRY(const KeyFile file, read_key(crypto, pem_or_der, passphrase));
  if (!file.is_private)
    return fail(Code::credential_unreadable, fmt::format("a public key ({}), not a private one", file.type));
  if (file.locked())
    return fail(Error(Code::credential_unreadable, "the private key is encrypted").hint("give its passphrase"));
  if (file.scalar.size() == 0) {
    return fail(Error(Code::credential_unreadable, fmt::format("a {} key; rigor signs with ecdsa-p256, ecdsa-p384 and "
                                                               "ecdsa-p521 only",
                                                               file.type)));
  }
  return from_scalar(crypto, file.public_half->algorithm, file.scalar.view());
}

Result<SigningKey> SigningKey::load(const Crypto& crypto, const std::filesystem::path& path, const Secret* passphrase) {
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostKeyFile));
  auto key = parse(crypto, file.view(), passphrase);
  if (!key) return fail(Code::credential_unreadable, fmt::format("signing key {}", path.string()), key.error());
  return key;
}

Result<Bytes> SigningKey::sign(const Crypto& crypto, ByteView message) const {
  const AlgorithmFacts& facts = *find_algorithm(public_half_.algorithm);
  const Bytes digest = crypto.hash(facts.hash, message);
  Bytes signature(facts.signature);
  std::size_t length = 0;
  const psa_status_t status = psa_sign_hash(handle_->id(), signing_algorithm(facts.id), digest.data(), digest.size(),
                                            signature.data(), signature.size(), &length);
  if (status != PSA_SUCCESS || length != signature.size()) {
    return fail(Code::unsupported, fmt::format("the key does not sign: psa_sign_hash gave {}", status));
  }
  return signature;
}

Result<Secret> SigningKey::scalar() const {
  Bytes scalar(public_half_.bytes.size() / 2);
  std::size_t length = 0;
  const psa_status_t status = psa_export_key(handle_->id(), scalar.data(), scalar.size(), &length);
  Secret held(std::move(scalar));
  if (status != PSA_SUCCESS || length != held.size()) {
    return fail(Code::unsupported, fmt::format("the key cannot be written: psa_export_key gave {}", status));
  }
  return held;
}

}  // namespace rigor
