#include "framework/suite/step.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "framework/auth/secret_file.hpp"
#include "framework/base/suggest.hpp"

namespace rigor {

Result<const CredentialDescription*> CredentialStore::describe(const BenchDescription& bench,
                                                               std::string_view method) const {
  const auto kind =
      method == "password" ? CredentialDescription::Kind::password : CredentialDescription::Kind::certificate;
  for (const CredentialDescription& credential : rig_.credentials) {
    const bool fits = std::ranges::find(bench.credentials, credential.name) != bench.credentials.end();
    if (fits && credential.kind == kind) return &credential;
  }
  return fail(Error(Code::name_unknown, fmt::format("bench '{}' has no {} credential", bench.name, method))
                  .hint("the rig file lists them under `credentials:`"));
}

Result<const Credential*> CredentialStore::find(const BenchDescription& bench, std::string_view method) {
  RIGOR_TRY(const CredentialDescription* const description, describe(bench, method));
  auto& slot = loaded_[description->name];
  if (slot == nullptr) {
    auto credential = load(*description);
    if (!credential) return fail(std::move(credential).error());
    slot = std::make_unique<Credential>(std::move(*credential));
  }
  return slot.get();
}

Result<Credential> CredentialStore::load(const CredentialDescription& description) const {
  if (description.kind == CredentialDescription::Kind::password)
    return Credential::load_password(crypto_, description.file);
  if (description.passphrase.empty()) return Credential::load_certificate(crypto_, description.chain, description.key);
  RIGOR_TRY(const Secret passphrase, read_typed_secret(description.passphrase));
  return Credential::load_certificate(crypto_, description.chain, description.key, &passphrase);
}

Result<BoardUid> Step::uid() const {
  if (board().uid) return *board().uid;
  return fail(
      Error(Code::ledger_conflict, fmt::format("nobody knows which board is on bench '{}'", bench().description().name))
          .hint("run `identify` while the chip is in OPEN, or tell the ledger which board it is"));
}

Result<ScheduleDescription> Step::schedule(const std::string& name) const {
  const auto own = around_.schedules.find(name);
  if (own != around_.schedules.end()) return own->second;
  const auto path = around_.search.find(kScheduleFolder, name);
  if (!path)
    return fail(Error(Code::name_unknown, fmt::format("there is no schedule '{}'", name))
                    .hint(suggestion(name, around_.search.names(kScheduleFolder))));
  Faults faults;
  auto schedule = load_schedule(*path, faults);
  if (!schedule) return fail(faults.to_error());
  return *schedule;
}

}  // namespace rigor
