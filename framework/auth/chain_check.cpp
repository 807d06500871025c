// The rules of debug-authentication.md 9.1, one function each, in the order given there.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "framework/auth/chain.hpp"

namespace rigor {
namespace {

using Faults = std::vector<ChainFault>;

void check_format(const Certificate& certificate, std::size_t index, Faults& faults) {
  if (certificate.major != 1) {
    faults.push_back({index, fmt::format("major version {} (format {}); a device takes only 1", certificate.major,
                                         certificate.format())});
  }
  if (certificate.signature_type != certificate.key_type) {
    faults.push_back(
        {index, fmt::format("signature type {} and key type {} differ", algorithm_name(certificate.signature_type),
                            algorithm_name(certificate.key_type))});
  }
}

void check_role(const CertificateChain& chain, std::size_t index, Faults& faults) {
  const Certificate& certificate = chain.certificates[index];
  if (index == 0) {
    if (!certificate.has_role(Role::root)) {
      const bool could_follow = certificate.has_role(Role::intermediate) || certificate.has_role(Role::leaf);
      faults.push_back(
          {index, fmt::format("role {} where the root is expected", role_name(certificate.role)), could_follow});
    }
    return;
  }
  if (!certificate.has_role(Role::intermediate) && !certificate.has_role(Role::leaf)) {
    faults.push_back({index, fmt::format("role {} after the first certificate", role_name(certificate.role))});
  }
  if (chain.certificates[index - 1].has_role(Role::leaf)) faults.push_back({index, "it follows a leaf"});
}

[[nodiscard]] SignatureState signature_of(const Crypto& crypto, const CertificateChain& chain, std::size_t index) {
  const Certificate& certificate = chain.certificates[index];
  const bool self_signed = index == 0 && certificate.has_role(Role::root);
  if (index == 0 && !self_signed) return SignatureState::issuer_missing;
  const Certificate& issuer = self_signed ? certificate : chain.certificates[index - 1];
  return check_signature(crypto, certificate, issuer.key());
}

void judge_signature(SignatureState state, std::size_t index, Faults& faults) {
  if (state != SignatureState::invalid) return;
  faults.push_back({index, index == 0 ? "self signature is not valid" : "signature is not the parent's"});
}

void judge_extensions(const Certificate& certificate, ExtensionState state, std::size_t index, Faults& faults) {
  if (state != ExtensionState::invalid) return;
  faults.push_back({index, certificate.extensions_bytes == 0 ? "extensions hash without extensions"
                                                             : "extensions do not match their hash"});
}

// In which of both forms a certificate names a life cycle is not documented: the whole word of discovery, or the PSA
// state alone.
[[nodiscard]] bool lifecycles_agree(std::uint16_t a, std::uint16_t b) {
  return a == b || ((a & 0xFF00) == (b & 0xFF00) && ((a & 0xFF) == 0 || (b & 0xFF) == 0));
}

// Values that mean "any" go with everything; two others that differ leave no part to fit both.
template <typename Value, typename Agree = std::equal_to<>>
void check_agreement(const CertificateChain& chain, Value Certificate::* field, std::string_view name, Faults& faults,
                     Agree agree = {}) {
  const Value any{};
  Value first = any;
  for (std::size_t i = 0; i < chain.certificates.size(); ++i) {
    const Value& value = chain.certificates[i].*field;
    if (value == any) continue;
    if (first == any) first = value;
    if (!agree(value, first))
      faults.push_back({i, fmt::format("{} differs from that of a certificate before it", name)});
  }
}

}  // namespace

std::string ChainFault::text() const {
  return certificate ? fmt::format("certificate {}: {}", *certificate, what) : "chain: " + what;
}

std::optional<bool> ChainReport::valid() const {
  if (!faults.empty()) return false;
  const bool told = std::ranges::all_of(
      certificates, [](const CertificateState& each) { return each.signature == SignatureState::valid; });
  return told ? std::optional(true) : std::nullopt;
}

ChainReport check_chain(const Crypto& crypto, const CertificateChain& chain, bool strict) {
  ChainReport report;
  const auto& certificates = chain.certificates;
  for (std::size_t i = 0; i < certificates.size(); ++i) check_format(certificates[i], i, report.faults);
  for (std::size_t i = 0; i < certificates.size(); ++i) check_role(chain, i, report.faults);
  report.granted = Permissions::all();
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    CertificateState state;
    state.signature = signature_of(crypto, chain, i);
    judge_signature(state.signature, i, report.faults);
    state.extensions = check_extensions(crypto, certificates[i], strict);
    judge_extensions(certificates[i], state.extensions, i, report.faults);
    report.granted = report.granted & certificates[i].permissions;
    report.certificates.push_back(state);
  }
  check_agreement(chain, &Certificate::usage, "usage", report.faults);
  check_agreement(chain, &Certificate::lifecycle, "life cycle", report.faults, lifecycles_agree);
  check_agreement(chain, &Certificate::soc_class, "soc class", report.faults);
  check_agreement(chain, &Certificate::soc_id, "soc id", report.faults);
  check_agreement(chain, &Certificate::oem_constraint, "OEM constraint", report.faults);
  if (certificates.front().has_role(Role::root)) report.root_key_hash = crypto.sha256(certificates.front().public_key);
  return report;
}

}  // namespace rigor
