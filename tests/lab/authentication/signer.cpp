#include "tests/lab/authentication/signer.hpp"

#include <psa/crypto.h>

#include <algorithm>

#include "fixtures/virtual/authentication/crypto.hpp"

namespace rigor::lab::test {
namespace {

// The key derivation of debug-authentication.md 18 is not repeated here: the private number stands in the PEM file
// behind the ECPrivateKey's version and octet-string header.
Bytes private_number(const std::string& name) {
  const std::string file = name == "root"           ? "keys/key_1_root.pem"
                           : name == "intermediate" ? "keys/key_2_intermediate.pem"
                                                    : "keys/key_3_leaf.pem";
  const Bytes der = from_pem(test_file(file));
  const Bytes marker = {0x02, 0x01, 0x01, 0x04, 0x20};
  const auto found = std::search(der.begin(), der.end(), marker.begin(), marker.end());
  if (der.end() - found < 37) return {};
  return {found + 5, found + 37};
}

class KeyPair {
 public:
  explicit KeyPair(const std::string& name) {
    (void)psa_crypto_init();
    const Bytes number = private_number(name);
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
    (void)psa_import_key(&attributes, number.data(), number.size(), &id_);
  }
  KeyPair(const KeyPair&) = delete;
  KeyPair& operator=(const KeyPair&) = delete;
  ~KeyPair() { (void)psa_destroy_key(id_); }

  [[nodiscard]] Bytes public_key() const {
    Bytes point(65);
    std::size_t length = 0;
    (void)psa_export_public_key(id_, point.data(), point.size(), &length);
    return {point.begin() + 1, point.end()};
  }
  [[nodiscard]] Bytes sign(std::initializer_list<ByteView> parts) const {
    const authentication::Digest digest = authentication::sha256(parts);
    Bytes signature(64);
    std::size_t length = 0;
    (void)psa_sign_hash(id_, PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest.data(), digest.size(), signature.data(),
                        signature.size(), &length);
    return signature;
  }

 private:
  psa_key_id_t id_ = 0;
};

void append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

}  // namespace

Bytes make_certificate(const CertificateFields& fields, const std::string& subject, const std::string& issuer) {
  Bytes bytes(52, 0);
  bytes[0] = bytes[2] = bytes[3] = 1;
  bytes[4] = fields.role;
  bytes[5] = fields.usage;
  store_le16(bytes, 8, fields.lifecycle);
  store_le16(bytes, 10, fields.oem_constraint);
  store_le32(bytes, 12, static_cast<std::uint32_t>(fields.extensions.size()));
  store_le32(bytes, 16, fields.soc_class);
  std::ranges::copy(fields.soc_id, bytes.begin() + 20);
  store_le32(bytes, 36, fields.permissions);
  append(bytes, KeyPair(subject).public_key());
  append(bytes, fields.extensions.empty() ? authentication::Digest{} : authentication::sha256({fields.extensions}));
  append(bytes, KeyPair(issuer).sign({bytes}));
  append(bytes, fields.extensions);
  return bytes;
}

Bytes make_token(std::uint32_t permissions, const std::string& key, ByteView challenge) {
  Bytes bytes(56, 0);
  bytes[0] = bytes[2] = 1;
  store_le32(bytes, 8, permissions);
  append(bytes, KeyPair(key).sign({bytes, challenge}));
  return bytes;
}

std::vector<std::uint16_t> offer(SwdDebugger& bench, const CertificateFields& root, const CertificateFields& leaf,
                                 std::uint32_t permissions) {
  std::vector<std::uint16_t> statuses;
  if (!open_session(bench)) return statuses;
  const auto start = request(bench, 2);
  if (!start || start->data.size() != 9) return statuses;
  Bytes challenge(32);
  for (std::size_t i = 0; i < 8; ++i) store_le32(challenge, 4 * i, start->data[i + 1]);
  const std::pair<std::uint16_t, Bytes> records[] = {{0x0201, make_certificate(root, "root", "root")},
                                                     {0x0201, make_certificate(leaf, "leaf", "root")},
                                                     {0x0200, make_token(permissions, "leaf", challenge)}};
  for (const auto& [type, bytes] : records) {
    const auto answer = request(bench, 3, record(type, bytes));
    if (!answer) break;
    statuses.push_back(answer->status);
  }
  return statuses;
}

}  // namespace rigor::lab::test
