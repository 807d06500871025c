#include <CLI/CLI.hpp>
#include <memory>

#include "framework/cli/credential_arguments.hpp"
#include "framework/cli/credential_inputs.hpp"
#include "framework/cli/credential_page.hpp"

namespace rigor::cli {
namespace {

struct ShowCommand {
  std::string file;
  std::string family;  // "h5", "h7rs"; empty: what the file tells
  std::string passphrase_file;
};

[[nodiscard]] std::optional<Family> family_of(const ShowCommand& command) {
  if (command.family.empty()) return std::nullopt;
  return command.family == "h5" ? Family::stm32h5 : Family::stm32h7rs;
}

[[nodiscard]] Result<Page> page_of(const ShowCommand& command, Faults& faults) {
  RIGOR_TRY(const Crypto crypto, Crypto::create());
  RIGOR_TRY(const std::optional<Secret> passphrase, read_passphrase_file(command.passphrase_file));
  RIGOR_TRY(const Document document,
            load_document(crypto, command.file,
                          {.passphrase = passphrase ? &*passphrase : nullptr, .source = {}, .faults = &faults}));
  return std::visit([&](const auto& each) { return make_page(crypto, each, family_of(command)); }, document);
}

[[nodiscard]] int show(const ShowCommand& command, const Output& output) {
  Faults faults;
  const auto page = page_of(command, faults);
  if (!page) return faults.empty() ? output.failure(page.error()) : output.failure(faults);
  output.document(page->document);
  for (const std::string& line : page->lines) output.line(line);
  return page->sound ? kDone : kFailed;
}

}  // namespace

void add_credential_show(CLI::App& credential, Chosen& chosen) {
  CLI::App& app = *credential.add_subcommand("show", "Say what a credential file is and what is wrong with it");
  const auto command = std::make_shared<ShowCommand>();
  app.add_option("FILE", command->file,
                 "Certificate or chain, OBK, password file, key, XML description or OTP image; told by its content")
      ->required();
  app.add_option("--family", command->family, "Only this family's names of permissions: h5 or h7rs")
      ->check(CLI::IsMember({"h5", "h7rs"}));
  app.add_option("--passphrase-file", command->passphrase_file, "Opens an encrypted key");
  app.callback([command, &chosen] { chosen = [command](const Output& output) { return show(*command, output); }; });
}

}  // namespace rigor::cli
