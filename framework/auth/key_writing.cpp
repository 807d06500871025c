#include "framework/auth/armour.hpp"
#include "framework/auth/der.hpp"
#include "framework/auth/encrypted_key.hpp"
#include "framework/auth/key_file.hpp"

namespace rigor {
namespace {

constexpr std::uint8_t kZero[] = {0};
constexpr std::uint8_t kOne[] = {1};
constexpr std::uint8_t kEllipticCurveId[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
constexpr std::uint8_t kP256Id[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
constexpr std::uint8_t kP384Id[] = {0x2B, 0x81, 0x04, 0x00, 0x22};
constexpr std::uint8_t kP521Id[] = {0x2B, 0x81, 0x04, 0x00, 0x23};

[[nodiscard]] ByteView curve_id(std::uint8_t algorithm) {
  if (algorithm == kEcdsaP384) return kP384Id;
  return algorithm == kEcdsaP521 ? ByteView(kP521Id) : ByteView(kP256Id);
}

[[nodiscard]] Secret identifier_of(std::uint8_t algorithm) {
  const Secret scheme = der::element(der::kObjectId, {kEllipticCurveId});
  const Secret curve = der::element(der::kObjectId, {curve_id(algorithm)});
  return der::element(der::kSequence, {scheme.view(), curve.view()});
}

[[nodiscard]] Secret point_of(const PublicKey& key) {
  constexpr std::uint8_t kWholeBytesUncompressed[] = {0x00, 0x04};
  return der::element(der::kBitString, {kWholeBytesUncompressed, key.bytes});
}

[[nodiscard]] Secret pkcs8_of(const PublicKey& half, const Secret& scalar) {
  const Secret one = der::element(der::kInteger, {kOne});
  const Secret number = der::element(der::kOctetString, {scalar.view()});
  const Secret point = der::element(der::kTag1, {point_of(half).view()});
  const Secret key = der::element(der::kSequence, {one.view(), number.view(), point.view()});
  const Secret version = der::element(der::kInteger, {kZero});
  const Secret content = der::element(der::kOctetString, {key.view()});
  return der::element(der::kSequence, {version.view(), identifier_of(half.algorithm).view(), content.view()});
}

}  // namespace

Result<Secret> write_private_key(const SigningKey& key, const Secret* passphrase) {
  RIGOR_TRY(const Secret scalar, key.scalar());
  const Secret pkcs8 = pkcs8_of(key.public_half(), scalar);
  if (passphrase == nullptr) return armour("PRIVATE KEY", pkcs8.view());
  RIGOR_TRY(const Secret encrypted, encrypt_private_key(pkcs8.view(), *passphrase));
  return armour("ENCRYPTED PRIVATE KEY", encrypted.view());
}

std::string write_public_key(const PublicKey& key) {
  const Secret der = der::element(der::kSequence, {identifier_of(key.algorithm).view(), point_of(key).view()});
  const Secret pem = armour("PUBLIC KEY", der.view());
  return {pem.view().begin(), pem.view().end()};
}

}  // namespace rigor
