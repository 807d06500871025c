#include "framework/auth/encrypted_key.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "framework/base/c_handle.hpp"

namespace rigor {
namespace {

using EncryptedInfo = CHandle<X509_SIG, X509_SIG_free>;
using PrivateInfo = CHandle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using Scheme = CHandle<X509_ALGOR, X509_ALGOR_free>;

[[nodiscard]] std::unexpected<Error> library_failed(std::string_view what) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return fail(Code::unsupported, fmt::format("{}: {}", what, reason != nullptr ? reason : "no reason given"));
}

[[nodiscard]] std::unexpected<Error> other_scheme(std::string_view what) {
  return fail(Error(Code::credential_unreadable, fmt::format("the key is encrypted with {}", what))
                  .hint("rigor reads PBES2 with PBKDF2: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW"));
}

// i2d_ functions allocate; this wipes what they allocated.
template <typename Object, typename Write>
[[nodiscard]] Result<Secret> to_der(const Object* object, Write write) {
  unsigned char* bytes = nullptr;
  const int length = write(object, &bytes);
  if (length <= 0) return library_failed("the key cannot be written");
  Secret der(Bytes(bytes, bytes + length));
  OPENSSL_clear_free(bytes, static_cast<std::size_t>(length));
  return der;
}

// Refuses a file that would keep us busy for ever: scrypt's cost has no single number to look at, PBKDF2's has.
[[nodiscard]] Result<void> check_cost(const X509_SIG& encrypted) {
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(&encrypted, &algorithm, nullptr);
  const ASN1_OBJECT* scheme = nullptr;
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(&scheme, &type, &value, algorithm);
  if (OBJ_obj2nid(scheme) != NID_pbes2 || type != V_ASN1_SEQUENCE) {
    const char* name = OBJ_nid2sn(OBJ_obj2nid(scheme));
    return other_scheme(name != nullptr ? name : "an unknown scheme");
  }
  const CHandle<PBE2PARAM, PBE2PARAM_free> pbes2(
      static_cast<PBE2PARAM*>(ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), ASN1_ITEM_rptr(PBE2PARAM))));
  if (!pbes2) return other_scheme("parameters that cannot be read");
  X509_ALGOR_get0(&scheme, &type, &value, pbes2->keyfunc);
  if (OBJ_obj2nid(scheme) != NID_id_pbkdf2 || type != V_ASN1_SEQUENCE)
    return other_scheme("another key derivation than PBKDF2");
  const CHandle<PBKDF2PARAM, PBKDF2PARAM_free> derivation(
      static_cast<PBKDF2PARAM*>(ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), ASN1_ITEM_rptr(PBKDF2PARAM))));
  if (!derivation) return other_scheme("parameters that cannot be read");
  const long iterations = ASN1_INTEGER_get(derivation->iter);
  if (iterations >= 1 && iterations <= kMostPassphraseIterations) return {};
  return other_scheme(fmt::format("{} iterations, between 1 and {} are read", iterations, kMostPassphraseIterations));
}

[[nodiscard]] const char* characters(const Secret& passphrase) {
  return reinterpret_cast<const char*>(passphrase.view().data());
}

}  // namespace

Result<Secret> encrypt_private_key(ByteView pkcs8, const Secret& passphrase) {
  const unsigned char* bytes = pkcs8.data();
  const PrivateInfo plain(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &bytes, static_cast<long>(pkcs8.size())));
  if (!plain) return library_failed("the key is not PKCS#8");
  // Null salt and vector: random ones.
  Scheme scheme(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), kPassphraseIterations, nullptr, 0, nullptr, NID_hmacWithSHA256));
  if (!scheme) return library_failed("no scheme for encrypting the key");
  const EncryptedInfo encrypted(
      PKCS8_set0_pbe(characters(passphrase), static_cast<int>(passphrase.size()), plain.get(), scheme.get()));
  if (!encrypted) return library_failed("the key cannot be encrypted");
  std::ignore = scheme.release();  // now the structure's
  return to_der(encrypted.get(), i2d_X509_SIG);
}

Result<Secret> decrypt_private_key(ByteView encrypted, const Secret& passphrase) {
  const unsigned char* bytes = encrypted.data();
  const EncryptedInfo file(d2i_X509_SIG(nullptr, &bytes, static_cast<long>(encrypted.size())));
  if (!file) {
    ERR_clear_error();
    return fail(Code::credential_unreadable, "the encrypted key is malformed");
  }
  RIGOR_CHECK(check_cost(*file));
  const PrivateInfo plain(PKCS8_decrypt(file.get(), characters(passphrase), static_cast<int>(passphrase.size())));
  if (!plain) {
    ERR_clear_error();
    return fail(Code::credential_unreadable, "the passphrase does not open the key");
  }
  return to_der(plain.get(), i2d_PKCS8_PRIV_KEY_INFO);
}

}  // namespace rigor
