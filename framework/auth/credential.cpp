#include "framework/auth/credential.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/auth/acceptance.hpp"
#include "framework/auth/discovery.hpp"

namespace rigor {
namespace {

constexpr std::string_view kPasswordLabel = "rigor credential digest 1: password";
// Makes each guess of a password cost as much as this many hashes. Part of the stored format: never change it.
constexpr int kStretch = 20'000;

[[nodiscard]] std::string certificate_digest(const Crypto& crypto, const CertificateChain& chain) {
  Bytes both;
  for (const Digest& hash : {crypto.sha256(chain.certificates.front().public_key), crypto.sha256(chain.last().raw)}) {
    both.insert(both.end(), hash.begin(), hash.end());
  }
  return to_hex(crypto.sha256(both));
}

[[nodiscard]] std::string password_digest(const Crypto& crypto, const Password& password) {
  Digest state{};
  Bytes message(kPasswordLabel.size() + state.size() + password.length());
  const std::span<std::uint8_t> round(message);
  std::ranges::copy(kPasswordLabel, round.begin());
  std::ranges::copy(password.characters(), round.last(password.length()).begin());
  for (int i = 0; i < kStretch; ++i) {
    std::ranges::copy(state, round.subspan(kPasswordLabel.size()).begin());
    state = crypto.sha256(message);
  }
  wipe(message);
  return to_hex(state);
}

[[nodiscard]] Permissions granted_by(const CertificateChain& chain) {
  Permissions mask = Permissions::all();
  for (const Certificate& certificate : chain.certificates) mask = mask & certificate.permissions;
  return mask;
}

[[nodiscard]] Result<void> require_valid(const Crypto& crypto, const CertificateChain& chain) {
  const ChainReport report = check_chain(crypto, chain);
  if (report.valid() == true) return {};
  if (report.faults.empty()) {
    return fail(
        Code::credential_unreadable,
        fmt::format("the certificate chain is of {}, which cannot be verified here; STM32 takes only ecdsa-p256",
                    algorithm_name(chain.certificates.front().key_type)));
  }
  Error error(Code::credential_unreadable, "the certificate chain is not valid: " + report.faults.front().text());
  for (std::size_t i = 1; i < report.faults.size(); ++i) {
    error = std::move(error).because(Error(Code::credential_unreadable, report.faults[i].text()));
  }
  return fail(std::move(error).hint("rigor credential show lists every fault"));
}

[[nodiscard]] Result<void> require_key(const Crypto& crypto, const CertificateChain& chain, const SigningKey& key) {
  const Certificate& last = chain.last();
  if (!last.uses_p256() || last.key() != key.public_half()) {
    return fail(Error(Code::credential_mismatch,
                      fmt::format("the signing key ({}...) is not that of the chain's last certificate ({}...)",
                                  to_hex(crypto.sha256(key.public_half().bytes)).substr(0, 8),
                                  to_hex(crypto.sha256(last.public_key)).substr(0, 8)))
                    .hint("the chain ends with the leaf; its private key signs"));
  }
  if (last.has_role(Role::intermediate)) {
    return fail(Error(Code::credential_mismatch, "the chain ends with an intermediate certificate")
                    .hint("a chip takes a token only after a leaf or a lone root; use the leaf's chain"));
  }
  return {};
}

}  // namespace

Credential::Credential(const Crypto& crypto, CertificateCredential certificate)
    : secret_(std::move(certificate)),
      digest_(certificate_digest(crypto, std::get<CertificateCredential>(secret_).chain)),
      grants_(granted_by(std::get<CertificateCredential>(secret_).chain)) {}

Credential::Credential(const Crypto& crypto, Password password)
    : secret_(std::move(password)),
      digest_(password_digest(crypto, std::get<Password>(secret_))),
      grants_(kFullRegression) {}

Result<Credential> Credential::load_certificate(const Crypto& crypto, const std::filesystem::path& chain,
                                                const std::filesystem::path& key, const Secret* passphrase) {
  RIGOR_TRY(CertificateChain certificates, load_chain(chain));
  RIGOR_TRY(SigningKey signing_key, SigningKey::load(crypto, key, passphrase));
  RIGOR_CHECK(require_valid(crypto, certificates));
  RIGOR_CHECK(require_key(crypto, certificates, signing_key));
  return Credential(crypto, CertificateCredential{std::move(certificates), std::move(signing_key)});
}

Result<Credential> Credential::load_password(const Crypto& crypto, const std::filesystem::path& file) {
  RIGOR_TRY(Password password, Password::load(file));
  return Credential(crypto, std::move(password));
}

AuthMethod Credential::method() const {
  return certificate() != nullptr ? AuthMethod::certificate : AuthMethod::password;
}

Result<void> Credential::check_covers(const Permissions& wanted) const {
  if (wanted.none()) return fail(Code::credential_mismatch, "no permission is asked for");
  if (grants_.covers(wanted)) return {};
  return fail(Error(Code::credential_mismatch, fmt::format("the {} grants {}, not all of {}",
                                                           auth_method_name(method()), grants_.text(), wanted.text()))
                  .hint(method() == AuthMethod::password ? "a password opens full regression only"
                                                         : "every certificate of the chain must carry the permission"));
}

Result<void> Credential::check_suits(const Discovery& target, const Permissions& wanted) const {
  RIGOR_CHECK(check_covers(wanted));
  const bool offered = method() == AuthMethod::certificate ? target.offers_certificate() : target.offers_password();
  if (!target.cryptosystems.empty() && !offered) {
    return fail(Error(Code::credential_mismatch,
                      fmt::format("the chip asks for {}, a {} was given", algorithm_name(target.cryptosystems.front()),
                                  auth_method_name(method())))
                    .hint("on STM32H5 the method follows TZEN: certificate when enabled, password when not"));
  }
  if (target.offered() && !target.offered()->covers(wanted)) {
    return fail(Code::credential_mismatch,
                fmt::format("the chip offers {}, not all of {}", target.offered()->text(), wanted.text()));
  }
  const CertificateCredential* own = certificate();
  if (own == nullptr) return {};
  const std::vector<ChainFault> faults = check_chain_binding(own->chain, identity_of(target));
  if (faults.empty()) return {};
  return fail(Code::credential_mismatch, faults.front().text());
}

Digest Credential::provisioned_hash(const Crypto& crypto) const {
  if (const CertificateCredential* own = certificate())
    return crypto.sha256(own->chain.certificates.front().public_key);
  return std::get<Password>(secret_).hash(crypto);
}

bool Credential::matches(const Crypto& crypto, const DaRecord& record) const {
  return record.method.value_or(method()) == method() && record.credential == provisioned_hash(crypto);
}

Result<Secret> Credential::make_record(const Crypto& crypto, Family family, bool encrypt,
                                       std::optional<Permissions> permissions) const {
  // ST's H7RS password record carries no permissions, its H5 one the product's; chips ignore both (section 14.3).
  const bool empty = method() == AuthMethod::password && family == Family::stm32h7rs;
  DaRecordRequest request;
  request.family = family;
  request.method = method();
  request.credential = provisioned_hash(crypto);
  request.permissions = permissions.value_or(empty ? Permissions() : product_permissions(family));
  request.encrypt = encrypt;
  return make_da_record(crypto, request);
}

}  // namespace rigor
