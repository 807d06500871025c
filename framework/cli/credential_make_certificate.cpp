#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "framework/auth/chain.hpp"
#include "framework/cli/credential_inputs.hpp"
#include "framework/cli/credential_make.hpp"

namespace rigor::cli {
namespace {

struct MakeCertificate {
  MakeTarget target;
  std::filesystem::path from;
  std::string role;
  std::filesystem::path issuer_key;
  std::filesystem::path subject_key;
  std::string permissions;
  std::string part;
  std::string soc_class = "0";
  std::string soc_id = "0";
  std::string lifecycle = "0";
  std::string usage = "standard";
  std::string oem_constraint = "0";
  std::filesystem::path passphrase_file;
};

template <typename E>
[[nodiscard]] E meaning_of(std::span<const Word<E>> words, const std::string& text) {
  return std::ranges::find(words, text, &Word<E>::text)->meaning;  // the parser has checked it
}

template <typename E>
[[nodiscard]] std::vector<std::string> texts_of(std::span<const Word<E>> words) {
  std::vector<std::string> texts;
  for (const Word<E>& word : words) texts.emplace_back(word.text);
  return texts;
}

[[nodiscard]] Result<Permissions> permissions_of(const std::string& text, const Part* part) {
  if (!text.empty()) return parse_permissions(part != nullptr ? std::optional(part->family) : std::nullopt, text);
  if (part != nullptr) return product_permissions(part->family);
  return fail(Error(Code::usage, "what the certificate is to permit is not said")
                  .hint("--permissions NAMES, or --part H573 for all that the part knows"));
}

[[nodiscard]] Result<CertificateDescription> described_by_flags(const MakeCertificate& command) {
  if (command.role.empty() || command.issuer_key.empty())
    return fail(Code::usage, "--role and --issuer-key are needed, or a description with --from");
  CertificateDescription description;
  description.issuer_key = command.issuer_key;
  description.subject_key = command.subject_key;
  CertificateRequest& request = description.request;
  request.role = meaning_of(role_words(), command.role);
  request.usage = meaning_of(usage_words(), command.usage);
  if (request.role != Role::root && command.subject_key.empty()) {
    return fail(Error(Code::usage, fmt::format("a {} needs --subject-key", command.role))
                    .hint("only a root certifies its own key"));
  }
  RIGOR_TRY(description.part, parse_part_option(command.part));
  RIGOR_TRY(request.permissions, permissions_of(command.permissions, description.part));
  RIGOR_TRY(request.soc_class, parse_binding("--soc-class", command.soc_class, 0xFFFF'FFFF));
  RIGOR_TRY(const std::uint32_t lifecycle, parse_binding("--lifecycle", command.lifecycle, 0xFFFF));
  RIGOR_TRY(const std::uint32_t oem_constraint, parse_binding("--oem-constraint", command.oem_constraint, 0xFFFF));
  request.lifecycle = static_cast<std::uint16_t>(lifecycle);
  request.oem_constraint = static_cast<std::uint16_t>(oem_constraint);
  if (command.soc_id != "0") {
    RIGOR_TRY(request.soc_id, parse_soc_id(command.soc_id));
  }
  return description;
}

[[nodiscard]] Result<nlohmann::json> make_certificate_file(const MakeCertificate& command,
                                                           const CertificateDescription& description,
                                                           MakeReport& report) {
  RIGOR_TRY(const Crypto crypto, Crypto::create());
  KeyRing keys(crypto, command.passphrase_file);
  std::vector<std::string> warnings;
  RIGOR_TRY(Certificate certificate, build_certificate(crypto, description, keys.opener(), warnings));
  report.warn_all(warnings);
  CertificateChain chain;
  chain.certificates.push_back(std::move(certificate));
  const std::string text = encode_chain_base64(chain);
  RIGOR_CHECK(command.target.write(Bytes(text.begin(), text.end()), Visibility::open));
  const Certificate& made = chain.last();
  return nlohmann::json{{"file", command.target.out.string()},
                        {"kind", "certificate"},
                        {"role", role_name(made.role)},
                        {"key_type", algorithm_name(made.key_type)},
                        {"permissions", made.permissions.text()},
                        {"public_sha256", to_hex(crypto.sha256(made.public_key))},
                        {"sha256", to_hex(crypto.sha256(made.raw))}};
}

int make_certificate_command(const MakeCertificate& command, const Output& output) {
  MakeReport report(output);
  if (const auto free = command.target.check(); !free) return output.failure(free.error());
  CertificateDescription description;
  if (!command.from.empty()) {
    Faults faults;
    const auto loaded = load_certificate_description(command.from, faults);
    if (!loaded) return output.failure(faults);
    description = *loaded;
  } else {
    const auto described = described_by_flags(command);
    if (!described) return output.failure(described.error());
    description = *described;
  }
  const auto document = make_certificate_file(command, description, report);
  if (!document) return output.failure(document.error());
  return report.done(
      *document, fmt::format("{}: {} certificate, permissions {}", command.target.out.string(),
                             (*document)["role"].get<std::string>(), (*document)["permissions"].get<std::string>()));
}

}  // namespace

void add_make_certificate(CLI::App& make, Chosen& chosen) {
  auto command = std::make_shared<MakeCertificate>();
  CLI::App& app = *make.add_subcommand("certificate", "One certificate: base64 of its record, as ST writes it");
  add_target(app, command->target);
  CLI::Option* from = app.add_option("--from", command->from, "Description in YAML, instead of the options below");
  const auto add = [&](const char* name, auto& value, const char* about) {
    return app.add_option(name, value, about)->excludes(from);
  };
  add("--role", command->role, "root, intermediate or leaf")->check(CLI::IsMember(texts_of(role_words())));
  add("--issuer-key", command->issuer_key, "Private key that signs");
  add("--subject-key", command->subject_key, "Key that is certified; a root's is its issuer key");
  add("--permissions", command->permissions, "Names joined by commas, or a mask; without: all that the part knows");
  add("--part", command->part, "Part it is for, such as H573");
  add("--soc-class", command->soc_class, "Only chips of this device id, such as 0x484; 0: any");
  add("--soc-id", command->soc_id, "Only this chip: 24 or 32 hex digits, or as ST's tool prints it; 0: any");
  add("--lifecycle", command->lifecycle, "Only in this life cycle, such as 0x3072; 0: any");
  add("--usage", command->usage, "neutral, standard or rma")->check(CLI::IsMember(texts_of(usage_words())));
  add("--oem-constraint", command->oem_constraint, "Such as 0x7; 0: none");
  app.add_option("--passphrase-file", command->passphrase_file, "Opens encrypted keys, instead of asking");
  app.callback([command, &chosen] {
    chosen = [command](const Output& output) { return make_certificate_command(*command, output); };
  });
}

}  // namespace rigor::cli
