#include "framework/auth/acceptance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace rigor {
namespace {

using Faults = std::vector<ChainFault>;

// In which of both forms a certificate names a life cycle is not documented: the whole word of discovery, or the PSA
// state alone.
[[nodiscard]] bool suits(std::uint16_t bound, const Lifecycle& lifecycle) {
  return bound == lifecycle.raw || bound == (lifecycle.raw & 0xFF00);
}

void check_binding(const Certificate& certificate, const ChipIdentity& chip, std::size_t index, Faults& faults) {
  if (certificate.soc_class != 0 && chip.soc_class && certificate.soc_class != *chip.soc_class) {
    faults.push_back(
        {index, fmt::format("bound to soc class 0x{:x}, the chip is 0x{:x}", certificate.soc_class, *chip.soc_class)});
  }
  if (certificate.soc_id != SocId{} && chip.soc_id && certificate.soc_id != *chip.soc_id) {
    const bool silent = *chip.soc_id == SocId{};
    faults.push_back({index, fmt::format("bound to soc id {}, the chip {}", to_hex(certificate.soc_id),
                                         silent ? "reports none" : "is " + to_hex(*chip.soc_id))});
  }
  if (certificate.lifecycle != 0 && chip.lifecycle && !suits(certificate.lifecycle, *chip.lifecycle)) {
    faults.push_back({index, fmt::format("bound to life cycle 0x{:04x}, the chip is in 0x{:04x}", certificate.lifecycle,
                                         chip.lifecycle->raw)});
  }
}

// The device takes a token only after a root or a leaf (section 13.2).
void check_end(const CertificateChain& chain, Faults& faults) {
  if (!chain.last().has_role(Role::intermediate)) return;
  faults.push_back(
      {std::nullopt, "it ends with an intermediate; a device takes a token only after a leaf or a lone root"});
}

void check_keys(const Crypto& crypto, const CertificateChain& chain, const AcceptanceQuestion& question,
                Faults& faults) {
  if (question.signing_key && chain.last().key() != *question.signing_key)
    faults.push_back({chain.certificates.size() - 1, "the signing key is not this certificate's"});
  const PublicKey root = chain.certificates.front().key();
  if (question.root_key && root != *question.root_key) faults.push_back({0, "its key is not the given root key"});
  if (question.record == nullptr) return;
  const Digest hash = crypto.sha256(root.bytes);
  if (question.record->credential == hash) return;
  // What is provisioned may be the hash of a password, which could be guessed from it.
  const bool is_key = question.record->method == AuthMethod::certificate;
  faults.push_back({0, fmt::format("its key hash {} is not the provisioned {}", to_hex(hash),
                                   is_key ? to_hex(question.record->credential) : "one")});
}

void check_part(const CertificateChain& chain, const AcceptanceQuestion& question, Faults& faults) {
  const Part& part = *question.part;
  if (!part.takes_certificate) faults.push_back({std::nullopt, fmt::format("an {} takes only a password", part.name)});
  for (std::size_t i = 0; i < chain.certificates.size(); ++i) {
    const Certificate& certificate = chain.certificates[i];
    if (certificate.uses_p256()) continue;
    faults.push_back(
        {i, fmt::format("algorithm {}; an {} takes only ecdsa-p256", algorithm_name(certificate.key_type), part.name)});
  }
  const DaRecord* record = question.record;
  if (record == nullptr) return;
  if (record->family != part.family)
    faults.push_back({std::nullopt, fmt::format("the OBK is of another family than an {}", part.name)});
  if (record->encrypted != part.encrypts) {
    faults.push_back({std::nullopt, fmt::format("the OBK's encryption flag is {}, an {} needs {}",
                                                record->encrypted ? 1 : 0, part.name, part.encrypts ? 1 : 0)});
  }
}

// Where a part's own class is unknown, one that another part is known to have is not it.
void check_foreign_class(const CertificateChain& chain, const Part& part, Faults& faults) {
  if (part.device_id != 0) return;
  for (std::size_t i = 0; i < chain.certificates.size(); ++i) {
    const std::uint32_t bound = chain.certificates[i].soc_class;
    const auto other = std::ranges::find(all_parts(), bound, &Part::device_id);
    if (bound == 0 || other == all_parts().end()) continue;
    faults.push_back({i, fmt::format("bound to soc class 0x{:x}, which is an {}'s", bound, other->name)});
  }
}

void check_wanted(const Permissions& granted, const AcceptanceQuestion& question, Faults& faults) {
  if (granted.none()) {
    faults.push_back({std::nullopt, "nothing is granted: no permission is in every mask"});
  } else if (!granted.covers(question.wanted)) {
    faults.push_back({std::nullopt, fmt::format("grants {}, asked for {}", granted.text(), question.wanted.text())});
  }
}

// The first value that is not "any".
template <typename Value>
[[nodiscard]] std::optional<Value> bound(const CertificateChain& chain, Value Certificate::* field) {
  for (const Certificate& each : chain.certificates)
    if (each.*field != Value{}) return each.*field;
  return std::nullopt;
}

[[nodiscard]] std::optional<std::uint32_t> class_of(const Part* part) {
  if (part == nullptr || part->device_id == 0) return std::nullopt;
  return part->device_id;
}

[[nodiscard]] std::vector<std::string> notes_on(const CertificateChain& chain, const AcceptanceQuestion& question) {
  std::vector<std::string> notes;
  const auto note = [&](std::string text) { notes.push_back(std::move(text)); };
  if (!question.root_key && !question.provisioned)
    note("no root key and no OBK given: that the part holds this root's hash is taken on trust");
  if (!question.signing_key) note("no signing key given: that there is one for the last certificate is taken on trust");
  if (const auto value = bound(chain, &Certificate::soc_class); value && !class_of(question.part))
    note(fmt::format("bound to soc class 0x{:x}; that of the part is not known", *value));
  if (!question.soc_id && bound(chain, &Certificate::soc_id)) note("bound to one chip; its id was not given");
  if (const auto value = bound(chain, &Certificate::lifecycle); value && !question.lifecycle)
    note(fmt::format("bound to life cycle 0x{:04x}; the part's was not given", *value));
  if (const auto value = bound(chain, &Certificate::oem_constraint))
    note(fmt::format("OEM constraint 0x{:04x}: what a part makes of it is not known", *value));
  if (question.part == nullptr && question.record != nullptr)
    note("whether the OBK's encryption flag fits is not known without the part");
  if (question.part != nullptr && !question.part->encrypts_confirmed && question.record != nullptr)
    notes.push_back(fmt::format("the encryption flag of an {} is inferred from sibling parts", question.part->name));
  return notes;
}

}  // namespace

ChipIdentity identity_of(const Discovery& discovery) {
  return {discovery.soc_class, discovery.soc_id, discovery.lifecycle};
}

std::vector<ChainFault> check_chain_binding(const CertificateChain& chain, const ChipIdentity& chip) {
  Faults faults;
  for (std::size_t i = 0; i < chain.certificates.size(); ++i) check_binding(chain.certificates[i], chip, i, faults);
  return faults;
}

Acceptance judge_chain(const Crypto& crypto, const CertificateChain& chain, const AcceptanceQuestion& question) {
  ChainReport report = check_chain(crypto, chain, question.strict);
  Acceptance acceptance;
  acceptance.granted = report.granted;
  if (question.part != nullptr) acceptance.granted = acceptance.granted & product_permissions(question.part->family);
  if (question.record != nullptr) acceptance.granted = acceptance.granted & question.record->permissions;

  Faults& faults = report.faults;
  for (std::size_t i = 0; i < report.certificates.size(); ++i) {
    const SignatureState state = report.certificates[i].signature;
    if (state == SignatureState::unsupported) faults.push_back({i, "its signature cannot be verified here"});
    if (state == SignatureState::issuer_missing)
      faults.push_back({i, "its signature cannot be verified: the issuer is not in the file"});
  }
  check_end(chain, faults);
  check_keys(crypto, chain, question, faults);
  if (question.record != nullptr && question.record->method == AuthMethod::password)
    faults.push_back({std::nullopt, "the OBK provisions a password, not a root key"});
  if (question.part != nullptr) {
    check_part(chain, question, faults);
    check_foreign_class(chain, *question.part, faults);
  }
  const ChipIdentity chip{class_of(question.part), question.soc_id, question.lifecycle};
  std::ranges::move(check_chain_binding(chain, chip), std::back_inserter(faults));
  check_wanted(acceptance.granted, question, faults);
  for (const ChainFault& fault : faults) acceptance.reasons.push_back(fault.text());
  acceptance.notes = notes_on(chain, question);
  return acceptance;
}

}  // namespace rigor
