#include "framework/credential/examination.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/credential/da_lock.hpp"

namespace rigor {
namespace {

[[nodiscard]] std::vector<std::string> notes_on(const CertificateChain& chain, const ChainReport& report) {
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < report.certificates.size(); ++i) {
    const CertificateState& state = report.certificates[i];
    const std::string algorithm = algorithm_name(chain.certificates[i].signature_type);
    if (state.signature == SignatureState::unsupported)
      notes.push_back(fmt::format("certificate {}: signatures of {} are not verified here", i, algorithm));
    if (state.signature == SignatureState::issuer_missing)
      notes.push_back(fmt::format("certificate {}: its issuer is not in the file", i));
    if (state.extensions == ExtensionState::unsupported)
      notes.push_back(
          fmt::format("certificate {}: the hash of {} over its extensions is not computed here", i, algorithm));
  }
  return notes;
}

// With the hash that it ought to have, so that what a damaged record holds can still be shown.
[[nodiscard]] std::optional<DaRecord> read_despite_hash(const Crypto& crypto, const Obk& obk) {
  constexpr std::size_t kHash = std::tuple_size_v<Digest>;
  const ByteView payload = obk.payload.view();
  if (payload.size() <= kHash) return std::nullopt;
  Bytes mended(payload.begin(), payload.end());
  std::ranges::copy(crypto.sha256(payload.subspan(kHash)), mended.begin());
  auto record = read_da_record(crypto, {obk.destination, obk.encrypted, Secret(std::move(mended))});
  return record ? std::optional(std::move(*record)) : std::nullopt;
}

void examine_record(const Crypto& crypto, const Obk& obk, ObkExamination& examination) {
  if (auto record = read_da_record(crypto, obk)) {
    examination.record = std::move(*record);
  } else {
    examination.faults.push_back(record.error().message());
    examination.record = read_despite_hash(crypto, obk);
  }
  if (examination.record) examination.warnings = examination.record->warnings;
}

void examine_lock(const Obk& obk, ObkExamination& examination) {
  if (!std::ranges::equal(encode_obk(obk).view(), make_da_lock(obk.encrypted).view()))
    examination.warnings.emplace_back("the payload is not that of ST's lock");
  examination.warnings.emplace_back(
      "provisioning it is final: the part then refuses debug authentication for ever, also yours");
}

[[nodiscard]] std::vector<const Part*> parts_with(Family family, bool encrypts) {
  std::vector<const Part*> parts;
  for (const Part& part : all_parts())
    if (part.family == family && part.encrypts == encrypts && !part.record_in_otp) parts.push_back(&part);
  return parts;
}

}  // namespace

ChainExamination examine(const Crypto& crypto, const CertificateChain& chain) {
  ChainExamination examination;
  examination.lone = chain.certificates.size() == 1;
  examination.report = check_chain(crypto, chain);
  ChainReport& report = examination.report;
  if (examination.lone) std::erase_if(report.faults, [](const ChainFault& fault) { return fault.of_place; });
  examination.valid = report.valid();
  for (const ChainFault& fault : report.faults) examination.faults.push_back(fault.text());
  examination.notes = notes_on(chain, report);
  return examination;
}

ObkExamination examine(const Crypto& crypto, const Obk& obk) {
  ObkExamination examination;
  examination.content = content_of(obk);
  examination.family = family_of(obk);
  examination.hash = check_obk_hash(crypto, obk);
  if (is_da_record(examination.content)) examine_record(crypto, obk, examination);
  if (examination.content == ObkContent::da_lock) examine_lock(obk, examination);
  if (examination.content != ObkContent::other && examination.family) {
    examination.suited = parts_with(*examination.family, obk.encrypted);
    if (examination.suited.empty())
      examination.warnings.push_back(
          fmt::format("no part of the family takes a record with the encryption flag {}", obk.encrypted ? 1 : 0));
  }
  return examination;
}

std::vector<Family> families_of(const CertificateChain& chain) {
  for (const Certificate& certificate : chain.certificates) {
    if (certificate.soc_class == 0) continue;
    const auto part = std::ranges::find(all_parts(), certificate.soc_class, &Part::device_id);
    if (part != all_parts().end()) return {part->family};
  }
  return {Family::stm32h5, Family::stm32h7rs};
}

}  // namespace rigor
