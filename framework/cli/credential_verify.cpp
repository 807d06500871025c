#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "framework/auth/acceptance.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/cli/credential_arguments.hpp"
#include "framework/cli/credential_fields.hpp"
#include "framework/cli/credential_inputs.hpp"
#include "framework/credential/examination.hpp"

namespace rigor::cli {
namespace {

struct VerifyCommand {
  std::string chain;
  std::string root;
  std::string obk;
  std::string key;
  std::string passphrase_file;
  std::string part;
  std::string uid;
  std::string lifecycle;
  std::string ask;
  bool strict = false;
};

// Reads an optional argument; nothing where it was not given.
template <typename Read>
[[nodiscard]] auto read_if_given(const std::string& argument, Read read)
    -> Result<std::optional<typename decltype(read(argument))::value_type>> {
  if (argument.empty()) return std::nullopt;
  RIGOR_TRY(auto value, read(argument));
  return std::optional(std::move(value));
}

// What the part is said to hold, and why no chain opens a part that holds it.
struct Provisioned {
  std::optional<DaRecord> record;
  std::vector<std::string> reasons;
};
[[nodiscard]] Result<Provisioned> read_provisioned(const Crypto& crypto, const std::string& path) {
  Provisioned provisioned;
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostObk));
  const auto obk = parse_obk(file.view());
  if (!obk) return fail(obk.error().code(), fmt::format("{}: {}", path, obk.error().message()));
  ObkExamination examination = examine(crypto, *obk);
  if (examination.content == ObkContent::other) {
    return fail(Error(Code::file_invalid, fmt::format("{}: destination {} holds no debug-authentication record", path,
                                                      hex_word(obk->destination)))
                    .hint("give the OBK file with which the part was provisioned for debug authentication"));
  }
  if (examination.content == ObkContent::da_lock)
    provisioned.reasons.emplace_back("OBK: it forbids debug authentication for ever");
  for (const std::string& fault : examination.faults) provisioned.reasons.push_back("OBK: " + fault);
  provisioned.record = std::move(examination.record);
  return provisioned;
}

// A part in these states does not answer at all (debug-authentication.md 12.1).
[[nodiscard]] bool is_silent(const Lifecycle& lifecycle) {
  return lifecycle.state() == LifecycleState::open || lifecycle.state() == LifecycleState::locked;
}

struct Verdict {
  Acceptance acceptance;
  std::vector<Family> families;
};

[[nodiscard]] Result<Verdict> judge(const VerifyCommand& command) {
  RIGOR_TRY(const Crypto crypto, Crypto::create());
  RIGOR_TRY(const std::optional<Secret> passphrase, read_passphrase_file(command.passphrase_file));
  const auto read_key_argument = [&](const std::string& path) {
    return read_public_half(crypto, path, passphrase ? &*passphrase : nullptr);
  };
  RIGOR_TRY(const CertificateChain chain, load_chain(command.chain));
  AcceptanceQuestion question;
  question.strict = command.strict;
  RIGOR_TRY(question.root_key, read_if_given(command.root, read_key_argument));
  RIGOR_TRY(question.signing_key, read_if_given(command.key, read_key_argument));
  RIGOR_TRY(const auto part, read_if_given(command.part, find_part));
  RIGOR_TRY(question.soc_id, read_if_given(command.uid, parse_soc_id));
  RIGOR_TRY(question.lifecycle, read_if_given(command.lifecycle, parse_lifecycle));
  question.part = part.value_or(nullptr);
  const auto family = part ? std::optional((*part)->family) : std::nullopt;
  RIGOR_TRY(const auto wanted,
            read_if_given(command.ask, [&](const std::string& names) { return parse_permissions(family, names); }));
  question.wanted = wanted.value_or(Permissions());
  RIGOR_TRY(const auto provisioned,
            read_if_given(command.obk, [&](const std::string& path) { return read_provisioned(crypto, path); }));
  question.provisioned = provisioned.has_value();
  if (provisioned && provisioned->record) question.record = &*provisioned->record;

  Verdict verdict{judge_chain(crypto, chain, question), family ? std::vector{*family} : families_of(chain)};
  std::vector<std::string>& reasons = verdict.acceptance.reasons;
  if (provisioned) reasons.insert(reasons.end(), provisioned->reasons.begin(), provisioned->reasons.end());
  if (question.lifecycle && is_silent(*question.lifecycle)) {
    reasons.push_back(fmt::format("part: in state {} it does not answer debug authentication",
                                  lifecycle_state_name(question.lifecycle->state())));
  }
  return verdict;
}

void print(const VerifyCommand& command, const Verdict& verdict, const Output& output) {
  const Acceptance& acceptance = verdict.acceptance;
  Fields fields;
  const std::string by = command.part.empty() ? "" : fmt::format(" by an {}", (*find_part(command.part))->name);
  const std::string what = command.ask.empty() ? "" : fmt::format(" for {}", command.ask);
  fields.title(fmt::format("{}{}{}", acceptance.accepted() ? "accepted" : "NOT ACCEPTED", by, what));
  fields.add_all("because", acceptance.reasons);
  fields.add("granted", acceptance.granted, verdict.families);
  fields.add_all("note", acceptance.notes);
  for (const std::string& line : fields.take()) output.line(line);
}

[[nodiscard]] int verify(const VerifyCommand& command, const Output& output) {
  const auto verdict = judge(command);
  if (!verdict) return output.failure(verdict.error());
  const Acceptance& acceptance = verdict->acceptance;
  output.document({{"accepted", acceptance.accepted()},
                   {"reasons", acceptance.reasons},
                   {"granted", acceptance.granted.text()},
                   {"permission_names", permission_names_json(verdict->families, acceptance.granted)},
                   {"notes", acceptance.notes}});
  print(command, *verdict, output);
  return acceptance.accepted() ? kDone : kFailed;
}

}  // namespace

void add_credential_verify(CLI::App& credential, Chosen& chosen) {
  CLI::App& app =
      *credential.add_subcommand("verify", "Say whether a part would accept a chain, and every reason if not");
  const auto command = std::make_shared<VerifyCommand>();
  app.add_option("CHAIN", command->chain, "Certificate chain, root first")->required();
  app.add_option("--root", command->root, "Key file of the root whose hash the part holds, private or public");
  app.add_option("--obk", command->obk, "OBK file with which the part was provisioned");
  app.add_option("--key", command->key, "Key file with which the token would be signed, private or public");
  app.add_option("--passphrase-file", command->passphrase_file, "Opens encrypted keys");
  app.add_option("--part", command->part, "Part number, such as H573 or STM32H7S78");
  app.add_option("--uid", command->uid, "The chip's id: 24 or 32 hex digits, or as ST's tool prints it");
  app.add_option("--lifecycle", command->lifecycle, "Its state by name (closed) or as discovery reports it (0x3072)");
  app.add_option("--ask", command->ask, "Permissions asked for, by the names that `credential show` prints, or a mask");
  app.add_flag("--strict", command->strict, "Refuse also an extensions hash without extensions");
  app.callback([command, &chosen] { chosen = [command](const Output& output) { return verify(*command, output); }; });
}

}  // namespace rigor::cli
