#include "framework/cli/credential_make.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "framework/auth/key_file.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/cli/secret_prompt.hpp"

namespace rigor::cli {
namespace {

[[nodiscard]] std::unexpected<Error> in_file(const std::filesystem::path& path, const Error& error) {
  return fail(Code::credential_unreadable, fmt::format("key file {}", path.string()), error);
}

}  // namespace

void add_credential_make(CLI::App& credential, Chosen& chosen) {
  CLI::App& make = *credential.add_subcommand("make", "Make keys, certificates, chains, passwords and OBK files");
  make.require_subcommand(1);
  add_make_key(make, chosen);
  add_make_certificate(make, chosen);
  add_make_chain(make, chosen);
  add_make_password(make, chosen);
  add_make_obk(make, chosen);
}

void add_target(CLI::App& command, MakeTarget& target, bool out_required) {
  command.add_option("--out", target.out, "File to write")->required(out_required);
  command.add_flag("--force", target.force, "Overwrite what is there");
}

void MakeReport::warn(const std::string& text) {
  std::cerr << "warning: " << text << '\n';
  warnings_.push_back(text);
}

void MakeReport::note(const std::string& text) {
  if (!output_.quiet()) std::cerr << "note: " << text << '\n';
  notes_.push_back(text);
}

void MakeReport::warn_all(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) warn(text);
}

int MakeReport::done(nlohmann::json document, const std::string& line) const {
  document["warnings"] = warnings_;
  document["notes"] = notes_;
  output_.document(document);
  if (!output_.quiet()) output_.line(line);
  return kDone;
}

Result<Secret> KeyRing::passphrase_for(const std::filesystem::path& path) {
  if (!passphrase_file_.empty()) return read_typed_secret(passphrase_file_);
  if (const auto known = passphrases_.find(path); known != passphrases_.end()) return known->second.duplicate();
  RIGOR_TRY(Secret typed, ask_secret({.what = fmt::format("passphrase for {}", path.string()),
                                      .twice = false,
                                      .instead = "--passphrase-file FILE"}));
  return passphrases_.emplace(path, std::move(typed)).first->second.duplicate();
}

Result<SigningKey> KeyRing::signing_key(const std::filesystem::path& path) {
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostKeyFile));
  const auto key = read_key(crypto_, file.view());
  if (!key) return in_file(path, key.error());
  Secret passphrase;
  if (key->locked()) {
    RIGOR_TRY(passphrase, passphrase_for(path));
  }
  auto opened = SigningKey::parse(crypto_, file.view(), key->locked() ? &passphrase : nullptr);
  if (!opened) return in_file(path, opened.error());
  return opened;
}

Result<PublicKey> KeyRing::public_half(const std::filesystem::path& path) {
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostKeyFile));
  auto key = read_key(crypto_, file.view());
  if (key && key->locked()) {
    RIGOR_TRY(const Secret passphrase, passphrase_for(path));
    key = read_key(crypto_, file.view(), &passphrase);
  }
  if (!key) return in_file(path, key.error());
  if (key->public_half) return *key->public_half;
  return in_file(path, Error(Code::unsupported, fmt::format("no certificate holds a key of type {}", key->type)));
}

KeyOpener KeyRing::opener() {
  return {.signing_key = [this](const std::filesystem::path& path) { return signing_key(path); },
          .public_half = [this](const std::filesystem::path& path) { return public_half(path); }};
}

Result<ChainReport> require_valid(const Crypto& crypto, const CertificateChain& chain, const std::string& otherwise) {
  ChainReport checked = check_chain(crypto, chain);
  if (checked.valid() == true) return checked;
  for (std::size_t i = 0; i < checked.certificates.size(); ++i) {
    const SignatureState state = checked.certificates[i].signature;
    if (state == SignatureState::unsupported) checked.faults.push_back({i, "its signature cannot be verified here"});
    if (state == SignatureState::issuer_missing)
      checked.faults.push_back({i, "its issuer is not there; a chain begins with the root"});
  }
  Error error(Code::file_invalid, otherwise);
  for (const ChainFault& fault : checked.faults)
    error = std::move(error).because(Error(Code::file_invalid, fault.text()));
  return fail(std::move(error));
}

Result<const Part*> parse_part_option(const std::string& text) {
  if (text.empty()) return nullptr;
  return find_part(text);
}

}  // namespace rigor::cli
