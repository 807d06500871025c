#include <fmt/format.h>

#include "framework/cli/credential_fields.hpp"
#include "framework/cli/credential_page.hpp"
#include "framework/credential/examination.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;
using Families = std::vector<Family>;

[[nodiscard]] std::string numbered_usage(std::uint8_t usage) {
  constexpr std::array<std::string_view, 3> kNames = {"neutral", "standard", "RMA"};
  return usage < kNames.size() ? fmt::format("{} ({})", usage, kNames[usage]) : fmt::format("{}", usage);
}

[[nodiscard]] std::string algorithm_words(const Certificate& certificate) {
  if (certificate.signature_type == certificate.key_type) return algorithm_name(certificate.key_type);
  return fmt::format("key {}, signature {}", algorithm_name(certificate.key_type),
                     algorithm_name(certificate.signature_type));
}

[[nodiscard]] std::string soc_class_words(std::uint32_t soc_class) {
  if (soc_class == 0) return "any";
  std::string parts;
  for (const Part& part : all_parts())
    if (part.device_id == soc_class) parts += fmt::format("{}{}", parts.empty() ? " (" : ", ", part.name);
  return fmt::format("0x{:x}{}{}", soc_class, parts, parts.empty() ? "" : ")");
}

[[nodiscard]] std::string number_or(std::uint16_t value, std::string_view when_zero) {
  return value == 0 ? std::string(when_zero) : fmt::format("0x{:04x}", value);
}

[[nodiscard]] std::string verdict_words(std::optional<bool> valid) {
  if (!valid) return "nobody can tell from this file alone";
  return *valid ? "valid" : "NOT VALID";
}

[[nodiscard]] json certificate_json(const Crypto& crypto, const Certificate& certificate, const CertificateState& state,
                                    const Families& families) {
  return {{"format", certificate.format()},
          {"key_type", algorithm_name(certificate.key_type)},
          {"signature_type", algorithm_name(certificate.signature_type)},
          {"role", role_name(certificate.role)},
          {"usage", certificate.usage},
          {"lifecycle", certificate.lifecycle},
          {"oem_constraint", certificate.oem_constraint},
          {"soc_class", fmt::format("0x{:x}", certificate.soc_class)},
          {"soc_id", to_hex(certificate.soc_id)},
          {"permissions", certificate.permissions.text()},
          {"permission_names", permission_names_json(families, certificate.permissions)},
          {"public_sha256", to_hex(crypto.sha256(certificate.public_key))},
          {"signature", signature_state_name(state.signature)},
          {"extensions", extension_state_name(state.extensions)}};
}

[[nodiscard]] json chain_json(const Crypto& crypto, const CertificateChain& chain, const ChainExamination& examination,
                              const Families& families) {
  const ChainReport& report = examination.report;
  json certificates = json::array();
  for (std::size_t i = 0; i < chain.certificates.size(); ++i)
    certificates.push_back(certificate_json(crypto, chain.certificates[i], report.certificates[i], families));
  json document = {{"kind", examination.lone ? "certificate" : "chain"},
                   {"valid", nullptr},
                   {"root_key_sha256", nullptr},
                   {"granted", report.granted.text()},
                   {"permission_names", permission_names_json(families, report.granted)},
                   {"certificates", certificates},
                   {"reasons", examination.faults},
                   {"notes", examination.notes}};
  if (examination.valid) document["valid"] = *examination.valid;
  if (report.root_key_hash) document["root_key_sha256"] = to_hex(*report.root_key_hash);
  return document;
}

void add_certificate(Fields& fields, const Certificate& certificate, const CertificateState& state,
                     const std::optional<Permissions>& named_above, const Families& families) {
  fields.add("format", certificate.format());
  fields.add("algorithm", algorithm_words(certificate));
  fields.add("signature", signature_state_name(state.signature));
  fields.add("extensions", certificate.extensions_bytes == 0 ? std::string(extension_state_name(state.extensions))
                                                             : fmt::format("{} bytes, {}", certificate.extensions_bytes,
                                                                           extension_state_name(state.extensions)));
  fields.add("soc class", soc_class_words(certificate.soc_class));
  fields.add("soc id", certificate.soc_id == SocId{} ? "any" : to_hex(certificate.soc_id));
  fields.add("life cycle", number_or(certificate.lifecycle, "any"));
  fields.add("usage", numbered_usage(certificate.usage));
  if (certificate.oem_constraint != 0) fields.add("OEM limit", number_or(certificate.oem_constraint, "none"));
  // Names that stand above already would only hide what differs.
  if (certificate.permissions == named_above)
    fields.add("permissions", fmt::format("{}, as granted", certificate.permissions.text()));
  else
    fields.add("permissions", certificate.permissions, families);
}

[[nodiscard]] std::vector<std::string> chain_lines(const CertificateChain& chain, const ChainExamination& examination,
                                                   const Families& families) {
  const ChainReport& report = examination.report;
  Fields fields;
  fields.title(examination.lone ? fmt::format("{} certificate", role_name(chain.last().role))
                                : fmt::format("chain of {} certificates", chain.certificates.size()));
  fields.add("verdict", verdict_words(examination.valid));
  fields.add_all("because", examination.faults);
  fields.add_all("note", examination.notes);
  if (report.root_key_hash) fields.add("root key", "SHA-256 " + to_hex(*report.root_key_hash));
  const auto granted = examination.lone ? std::nullopt : std::optional(report.granted);
  if (granted) fields.add("granted", *granted, families);
  for (std::size_t i = 0; i < chain.certificates.size(); ++i) {
    if (!examination.lone) fields.title(fmt::format("certificate {}: {}", i, role_name(chain.certificates[i].role)));
    add_certificate(fields, chain.certificates[i], report.certificates[i], granted, families);
  }
  return fields.take();
}

}  // namespace

Page make_page(const Crypto& crypto, const CertificateChain& chain, std::optional<Family> family) {
  const Families families = family ? Families{*family} : families_of(chain);
  const ChainExamination examination = examine(crypto, chain);
  return {chain_json(crypto, chain, examination, families), chain_lines(chain, examination, families),
          examination.valid != false};
}

}  // namespace rigor::cli
