#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "framework/auth/password.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/cli/credential_make.hpp"
#include "framework/cli/secret_prompt.hpp"
#include "framework/credential/remarks.hpp"

namespace rigor::cli {
namespace {

struct MakePassword {
  MakeTarget target;
  std::filesystem::path from;
  std::string part;
};

[[nodiscard]] Result<Secret> characters_of(const MakePassword& command, MakeReport& report) {
  if (command.from.empty())
    return ask_secret({.what = "password of the part", .twice = true, .instead = "--from FILE"});
  RIGOR_TRY(Secret typed, read_typed_secret(command.from));
  std::error_code unknown;
  const auto size = std::filesystem::file_size(command.from, unknown);
  if (!unknown && size > typed.size())
    report.note(fmt::format("{}: the line end after the password is not part of it", command.from.string()));
  return typed;
}

[[nodiscard]] Result<nlohmann::json> make_password(const MakePassword& command, MakeReport& report) {
  RIGOR_CHECK(command.target.check());
  RIGOR_TRY(const Part* part, parse_part_option(command.part));
  RIGOR_TRY(const Secret characters, characters_of(command, report));
  RIGOR_CHECK(check_characters(characters.view()));
  RIGOR_TRY(const Password password, Password::from_characters(characters.characters()));
  report.warn_all(password_warnings(password.characters(), part));
  RIGOR_CHECK(command.target.write(password.record(), Visibility::secret));
  return nlohmann::json{{"file", command.target.out.string()}, {"kind", "password"}, {"length", password.length()}};
}

}  // namespace

void add_make_password(CLI::App& make, Chosen& chosen) {
  auto command = std::make_shared<MakePassword>();
  CLI::App& app = *make.add_subcommand("password", "A password file: what is sent to the chip, mode 0600");
  add_target(app, command->target);
  app.add_option("--from", command->from, "File that holds the password, instead of asking for it");
  app.add_option("--part", command->part, "Part it is for: H503 has its own length");
  app.callback([command, &chosen] {
    chosen = [command](const Output& output) {
      MakeReport report(output);
      const auto document = make_password(*command, report);
      if (!document) return output.failure(document.error());
      return report.done(*document, fmt::format("{}: password of {} characters", command->target.out.string(),
                                                (*document)["length"].get<std::size_t>()));
    };
  });
}

}  // namespace rigor::cli
