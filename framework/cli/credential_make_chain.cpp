#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iterator>

#include "framework/auth/armour.hpp"
#include "framework/auth/chain.hpp"
#include "framework/cli/credential_make.hpp"

namespace rigor::cli {
namespace {

struct MakeChain {
  MakeTarget target;
  std::vector<std::filesystem::path> certificates;
  std::filesystem::path from;
  bool armoured = false;
  std::filesystem::path passphrase_file;
};

[[nodiscard]] Result<CertificateChain> put_together(const Crypto& crypto, const MakeChain& command,
                                                    const std::vector<ChainItem>& items, MakeReport& report) {
  KeyRing keys(crypto, command.passphrase_file);
  CertificateChain chain;
  std::vector<std::string> warnings;
  for (const ChainItem& item : items) {
    if (const auto* description = std::get_if<CertificateDescription>(&item)) {
      RIGOR_TRY(Certificate certificate, build_certificate(crypto, *description, keys.opener(), warnings));
      chain.certificates.push_back(std::move(certificate));
    } else {
      RIGOR_TRY(CertificateChain part, load_chain(std::get<std::filesystem::path>(item)));
      std::ranges::move(part.certificates, std::back_inserter(chain.certificates));
    }
  }
  report.warn_all(warnings);
  return chain;
}

[[nodiscard]] Result<nlohmann::json> make_chain(const MakeChain& command, const std::vector<ChainItem>& items,
                                                MakeReport& report) {
  RIGOR_TRY(const Crypto crypto, Crypto::create());
  RIGOR_TRY(const CertificateChain chain, put_together(crypto, command, items, report));
  RIGOR_TRY(const ChainReport checked,
            require_valid(crypto, chain, "these certificates are no valid chain; nothing was written"));
  if (chain.last().has_role(Role::intermediate))
    report.note("the chain ends with an intermediate; a chip takes a token only after a leaf or a lone root");
  const Bytes records = encode_chain(chain);
  const Secret text = command.armoured ? armour("ADAC CERTIFICATE CHAIN", records) : encode_base64(records);
  RIGOR_CHECK(command.target.write(text.view(), Visibility::open));
  return nlohmann::json{{"file", command.target.out.string()},
                        {"kind", "chain"},
                        {"certificates", chain.certificates.size()},
                        {"permissions", checked.granted.text()},
                        {"root_key_sha256", to_hex(checked.root_key_hash.value_or(Digest{}))},
                        {"sha256", to_hex(crypto.sha256(records))}};
}

int make_chain_command(const MakeChain& command, const Output& output) {
  MakeReport report(output);
  if (const auto free = command.target.check(); !free) return output.failure(free.error());
  std::vector<ChainItem> items(command.certificates.begin(), command.certificates.end());
  if (!command.from.empty()) {
    Faults faults;
    auto described = load_chain_description(command.from, faults);
    if (!described) return output.failure(faults);
    items = *std::move(described);
  }
  if (items.empty())
    return output.failure(
        Error(Code::usage, "no certificate is named").hint("files, root first, or --from DESCRIPTION"));
  const auto document = make_chain(command, items, report);
  if (!document) return output.failure(document.error());
  return report.done(*document, fmt::format("{}: chain of {}, grants {}", command.target.out.string(),
                                            (*document)["certificates"].get<std::size_t>(),
                                            (*document)["permissions"].get<std::string>()));
}

}  // namespace

void add_make_chain(CLI::App& make, Chosen& chosen) {
  auto command = std::make_shared<MakeChain>();
  CLI::App& app = *make.add_subcommand("chain", "A chain of certificates, checked: base64 as ST writes it");
  add_target(app, command->target);
  CLI::Option* files = app.add_option("CERTIFICATE", command->certificates, "Files with certificates, root first");
  app.add_option("--from", command->from, "Description in YAML with a list 'certificates'")->excludes(files);
  app.add_flag("--armoured", command->armoured, "Between BEGIN and END lines, as Arm's tools write it");
  app.add_option("--passphrase-file", command->passphrase_file, "Opens encrypted keys, instead of asking");
  app.callback([command, &chosen] {
    chosen = [command](const Output& output) { return make_chain_command(*command, output); };
  });
}

}  // namespace rigor::cli
