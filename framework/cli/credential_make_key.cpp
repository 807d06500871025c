#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "framework/auth/key_file.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/cli/credential_make.hpp"
#include "framework/cli/secret_prompt.hpp"

namespace rigor::cli {
namespace {

struct MakeKey {
  MakeTarget target;
  std::string type = "ecdsa-p256";
  std::filesystem::path public_file;
  bool encrypt = false;
  std::filesystem::path passphrase_file;
};

[[nodiscard]] Result<Secret> new_passphrase(const MakeKey& command) {
  if (!command.passphrase_file.empty()) return read_typed_secret(command.passphrase_file);
  return ask_secret({.what = fmt::format("passphrase for {}", command.target.out.string()),
                     .twice = true,
                     .instead = "--passphrase-file FILE"});
}

// Both or none. The private half comes last: until both are on disk, one that is to be overwritten stays.
[[nodiscard]] Result<void> write_halves(const MakeKey& command, const MakeTarget& public_target, const Secret& pem,
                                        const std::string& public_half) {
  RIGOR_TRY(StagedFile secret, command.target.stage(pem.view(), Visibility::secret));
  if (command.public_file.empty()) return secret.put_in_place();
  RIGOR_TRY(StagedFile open, public_target.stage(Bytes(public_half.begin(), public_half.end()), Visibility::open));
  RIGOR_CHECK(open.put_in_place());
  auto written = secret.put_in_place();
  std::error_code ignored;
  if (!written) std::filesystem::remove(command.public_file, ignored);
  return written;
}

[[nodiscard]] Result<nlohmann::json> make_key(const MakeKey& command) {
  const MakeTarget public_target{.out = command.public_file, .force = command.target.force};
  RIGOR_CHECK(command.target.check());
  if (!command.public_file.empty()) {
    RIGOR_CHECK(public_target.check());
    if (same_place(command.public_file, command.target.out))
      return fail(Code::usage, "--public and --out name the same file");
  }
  RIGOR_TRY(const Crypto crypto, Crypto::create());
  Secret passphrase;
  if (command.encrypt) {
    RIGOR_TRY(passphrase, new_passphrase(command));
  }
  RIGOR_TRY(const SigningKey key, SigningKey::generate(crypto, find_algorithm(command.type)->id));
  RIGOR_TRY(const Secret pem, write_private_key(key, command.encrypt ? &passphrase : nullptr));
  RIGOR_CHECK(write_halves(command, public_target, pem, write_public_key(key.public_half())));
  nlohmann::json document = {{"file", command.target.out.string()},
                             {"kind", "key"},
                             {"type", command.type},
                             {"private", true},
                             {"encrypted", command.encrypt},
                             {"public_sha256", to_hex(crypto.sha256(key.public_half().bytes))}};
  if (!command.public_file.empty()) document["public_file"] = command.public_file.string();
  return document;
}

}  // namespace

void add_make_key(CLI::App& make, Chosen& chosen) {
  auto command = std::make_shared<MakeKey>();
  CLI::App& app = *make.add_subcommand("key", "A new private key: PKCS#8 in PEM, mode 0600");
  add_target(app, command->target);
  app.add_option("--type", command->type, "ecdsa-p256 (the one that STM32 parts take), ecdsa-p384 or ecdsa-p521")
      ->check(CLI::IsMember({"ecdsa-p256", "ecdsa-p384", "ecdsa-p521"}))
      ->capture_default_str();
  app.add_option("--public", command->public_file, "Write the public half as well");
  CLI::Option* encrypt = app.add_flag("--encrypt", command->encrypt, "Under a passphrase: PBES2, PBKDF2, AES-256");
  app.add_option("--passphrase-file", command->passphrase_file, "Instead of asking for it")->needs(encrypt);
  app.callback([command, &chosen] {
    chosen = [command](const Output& output) {
      const auto document = make_key(*command);
      if (!document) return output.failure(document.error());
      return MakeReport(output).done(
          *document,
          fmt::format("{}: {} key{}, public half {}", command->target.out.string(), command->type,
                      command->encrypt ? " under a passphrase" : "", (*document)["public_sha256"].get<std::string>()));
    };
  });
}

}  // namespace rigor::cli
