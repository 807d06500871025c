// The rules of debug-authentication.md 9.1, one function each, in the order given there.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "framework/auth/chain.hpp"
#include "framework/auth/discovery.hpp"

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
  } else if (!certificate.uses_p256()) {
    faults.push_back(
        {index, fmt::format("algorithm {}; STM32 takes only ecdsa-p256", algorithm_name(certificate.key_type))});
  }
}

void check_role(const CertificateChain& chain, std::size_t index, Faults& faults) {
  const Certificate& certificate = chain.certificates[index];
  if (index == 0) {
    if (!certificate.has_role(Role::root)) {
      faults.push_back({index, fmt::format("role {} where the root is expected", role_name(certificate.role))});
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
  if (issuer.key_type != kEcdsaP256) return SignatureState::unsupported;
  return check_signature(crypto, certificate, issuer.p256_key());
}

void judge_signature(SignatureState state, std::size_t index, Faults& faults) {
  if (state == SignatureState::invalid) {
    faults.push_back({index, index == 0 ? "self signature is not valid" : "signature is not the parent's"});
  } else if (state == SignatureState::unsupported) {
    faults.push_back({index, "signature cannot be verified here"});
  } else if (state == SignatureState::issuer_missing) {
    faults.push_back({index, "signature cannot be verified: the issuer is not in the file"});
  }
}

void judge_extensions(const Certificate& certificate, ExtensionState state, std::size_t index, Faults& faults) {
  if (state != ExtensionState::invalid) return;
  faults.push_back({index, certificate.extensions_bytes == 0 ? "extensions hash without extensions"
                                                             : "extensions do not match their hash"});
}

void check_binding(const Certificate& certificate, const Discovery& target, std::size_t index, Faults& faults) {
  if (certificate.soc_class != 0 && target.soc_class && certificate.soc_class != *target.soc_class) {
    faults.push_back({index, fmt::format("bound to soc class 0x{:x}, the chip is 0x{:x}", certificate.soc_class,
                                         *target.soc_class)});
  }
  if (certificate.soc_id == SocId{} || !target.soc_id || certificate.soc_id == *target.soc_id) return;
  const bool silent = *target.soc_id == SocId{};
  faults.push_back({index, fmt::format("bound to soc id {}, the chip {}", to_hex(certificate.soc_id),
                                       silent ? "reports none" : "is " + to_hex(*target.soc_id))});
}

// A chain that stops at an intermediate cannot sign a token: the device accepts one only after a root or a leaf
// (section 13.2). It is a valid chain all the same, and a part of others, so this matters only with a key.
void check_key(const CertificateChain& chain, const ChainContext& context, Faults& faults) {
  if (!context.signing_key) return;
  const std::size_t index = chain.certificates.size() - 1;
  const Certificate& last = chain.last();
  if (last.key_type != kEcdsaP256 || last.p256_key() != *context.signing_key) {
    faults.push_back({index, "the signing key is not this certificate's"});
  }
  if (last.has_role(Role::intermediate)) {
    faults.push_back(
        {std::nullopt, "it ends with an intermediate; a device takes a token only after a leaf or a lone root"});
  }
}

void check_root_hash(const ChainReport& report, const ChainContext& context, Faults& faults) {
  if (!context.provisioned_hash || report.root_key_hash == context.provisioned_hash) return;
  faults.push_back({0, fmt::format("root key hash {} is not the provisioned {}",
                                   report.root_key_hash ? to_hex(*report.root_key_hash) : "(none)",
                                   to_hex(*context.provisioned_hash))});
}

}  // namespace

std::string ChainFault::text() const {
  return certificate ? fmt::format("certificate {}: {}", *certificate, what) : "chain: " + what;
}

std::vector<ChainFault> check_chain_binding(const CertificateChain& chain, const Discovery& target) {
  Faults faults;
  for (std::size_t i = 0; i < chain.certificates.size(); ++i) check_binding(chain.certificates[i], target, i, faults);
  return faults;
}

ChainReport check_chain(const Crypto& crypto, const CertificateChain& chain, const ChainContext& context) {
  ChainReport report;
  const auto& certificates = chain.certificates;
  for (std::size_t i = 0; i < certificates.size(); ++i) check_format(certificates[i], i, report.faults);
  for (std::size_t i = 0; i < certificates.size(); ++i) check_role(chain, i, report.faults);
  report.granted = context.record_mask.value_or(Permissions::all());
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    CertificateState state;
    state.signature = signature_of(crypto, chain, i);
    judge_signature(state.signature, i, report.faults);
    state.extensions = check_extensions(crypto, certificates[i], context.strict);
    judge_extensions(certificates[i], state.extensions, i, report.faults);
    report.granted = report.granted & certificates[i].permissions;
    report.certificates.push_back(state);
  }
  if (certificates.front().has_role(Role::root) && certificates.front().key_type == kEcdsaP256) {
    report.root_key_hash = crypto.sha256(certificates.front().public_key);
  }
  if (!report.granted.covers(context.wanted)) {
    report.faults.push_back(
        {std::nullopt, fmt::format("grants {}, asked for {}", report.granted.text(), context.wanted.text())});
  }
  check_key(chain, context, report.faults);
  if (context.target != nullptr)
    std::ranges::move(check_chain_binding(chain, *context.target), std::back_inserter(report.faults));
  check_root_hash(report, context, report.faults);
  return report;
}

}  // namespace rigor
