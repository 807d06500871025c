#include "framework/ledger/ledger.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "framework/base/durable_file.hpp"
#include "framework/ledger/board_json.hpp"
#include "framework/ledger/proof.hpp"
#include "framework/ledger/state_word.hpp"

namespace rigor {
namespace {

constexpr std::string_view kSuffix = ".json";

// "UID.json", and nothing else that may lie in the directory.
std::optional<BoardUid> uid_of_file(const std::string& name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  const std::string stem = name.substr(0, name.size() - kSuffix.size());
  const auto uid = BoardUid::parse(stem);
  return uid && uid->text() == stem ? uid : std::nullopt;
}

// What write_durably() leaves beside a record when its process dies: "UID.json.PID.tmp".
bool is_leftover(const std::string& name) {
  const std::size_t json = name.find(kSuffix);
  return name.ends_with(".tmp") && json != std::string::npos && uid_of_file(name.substr(0, json + kSuffix.size()));
}

Result<std::vector<std::string>> names_in(const std::filesystem::path& directory) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().filename().string());
  if (error) return fail(Code::file_unreadable, fmt::format("cannot list {}: {}", directory.string(), error.message()));
  std::ranges::sort(names);
  return names;
}

Result<void> make_directory(const std::filesystem::path& directory) {
  std::error_code error;
  if (directory.has_parent_path()) std::filesystem::create_directories(directory.parent_path(), error);
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(Code::io_failed,
                fmt::format("cannot create {}: {}", directory.string(), std::generic_category().message(errno)));
  return {};
}

std::unexpected<Error> no_record(const BoardUid& uid, const std::filesystem::path& directory) {
  return fail(Error(Code::name_unknown, fmt::format("no record of board {} in {}", uid.text(), directory.string()))
                  .hint("identify the board in OPEN first, so that its unique id is on record"));
}

// Rehearsals and credentials are few in practice; the bound keeps a board that lives for years readable.
constexpr std::size_t kNotesKept = 16;

void remember_credential(BoardRecord& record, const StateIntent& intent, const std::string& at) {
  std::erase_if(record.credentials, [&](const CredentialNote& note) { return note.use == *intent.use; });
  record.credentials.insert(record.credentials.begin(), {*intent.use, intent.where, at});
}

template <typename T>
void keep_newest(std::vector<T>& newest_first) {
  if (newest_first.size() > kNotesKept) newest_first.erase(newest_first.begin() + kNotesKept, newest_first.end());
}

}  // namespace

Ledger::Ledger(std::filesystem::path directory, Clock& clock, Options options)
    : directory_(std::move(directory)), clock_(&clock), options_(std::move(options)) {}

Result<Ledger> Ledger::open(std::filesystem::path directory, Clock& clock, Options options) {
  RIGOR_CHECK(make_directory(directory));
  Ledger ledger(std::move(directory), clock, std::move(options));
  RIGOR_TRY(const DirectoryLock lock, ledger.lock());
  RIGOR_TRY(const auto names, names_in(ledger.directory_));
  for (const std::string& name : names)
    if (is_leftover(name)) ::unlink((ledger.directory_ / name).c_str());
  return ledger;
}

Result<DirectoryLock> Ledger::lock() const {
  const std::string holder =
      fmt::format("process {}{}{}", ::getpid(), options_.holder.empty() ? "" : ", ", options_.holder);
  return DirectoryLock::take(directory_, *clock_, options_.lock_limit, holder);
}

std::filesystem::path Ledger::file_of(const BoardUid& uid) const {
  return directory_ / (uid.text() + std::string(kSuffix));
}

Result<std::optional<BoardRecord>> Ledger::find(const BoardUid& uid) const {
  const std::filesystem::path file = file_of(uid);
  std::error_code error;
  const bool there = std::filesystem::exists(file, error);
  if (error) return fail(Code::file_unreadable, fmt::format("cannot look at {}: {}", file.string(), error.message()));
  if (!there) return std::nullopt;
  RIGOR_TRY(const std::string text, read_text_file(file));
  RIGOR_TRY(BoardRecord record, board_from_json(text, file.string()));
  if (record.uid != uid)
    return fail(
        Error(Code::file_invalid, fmt::format("{} holds the record of board {}", file.string(), record.uid.text()))
            .hint("a record's file is named by its unique id; restore the right one"));
  return record;
}

Result<std::vector<BoardRecord>> Ledger::boards() const {
  RIGOR_TRY(const auto names, names_in(directory_));
  std::vector<BoardRecord> records;
  for (const std::string& name : names) {
    const auto uid = uid_of_file(name);
    if (!uid) continue;
    RIGOR_TRY(auto record, find(*uid));
    if (record) records.push_back(*std::move(record));
  }
  return records;
}

Result<BoardRecord> Ledger::known(const BoardUid& uid) const {
  RIGOR_TRY(auto record, find(uid));
  if (!record) return no_record(uid, directory_);
  return *std::move(record);
}

Result<void> Ledger::save(const BoardRecord& record) const {
  return write_durably(file_of(record.uid), board_to_json(record), 0600);
}

void Ledger::note(BoardRecord& record, std::string event, std::string detail) const {
  record.history.push_back({now(), std::move(event), std::move(detail), options_.run});
  if (record.history.size() > BoardRecord::kHistoryLimit)
    record.history.erase(record.history.begin(),
                         record.history.end() - static_cast<std::ptrdiff_t>(BoardRecord::kHistoryLimit));
}

Result<void> Ledger::change(const BoardUid& uid, std::string event, std::string detail,
                            const std::function<Result<void>(BoardRecord&)>& apply) const {
  RIGOR_TRY(const DirectoryLock lock, this->lock());
  RIGOR_TRY(BoardRecord record, known(uid));
  RIGOR_CHECK(apply(record));
  note(record, std::move(event), std::move(detail));
  return save(record);
}

Result<void> Ledger::intend(const BoardUid& uid, const StateIntent& intent) {
  const std::string state = state_word(intent.state);
  const std::string with = intent.use ? " with " + intent.use->text() : std::string();
  return change(uid, "intended", state + with, [&](BoardRecord& record) -> Result<void> {
    record.intended = StateMark{state, now(), options_.run};
    if (intent.use) remember_credential(record, intent, record.intended->at);
    const bool other_credential = record.provisioned && intent.use && record.provisioned->use != *intent.use;
    // From here on nobody can say which keys the board holds until it was provisioned again.
    if (state == kStateProvisioning || other_credential) record.provisioned.reset();
    return {};
  });
}

Result<void> Ledger::confirm(const BoardUid& uid, std::string_view seen) {
  const std::string state = state_word(seen);
  return change(uid, "proven", state, [&](BoardRecord& record) -> Result<void> {
    record.proven = StateMark{state, now(), options_.run};
    if (!is_open_word(state)) return {};
    record.intended.reset();  // whatever was begun, the board is back where nothing is at stake
    record.provisioned.reset();
    keep_newest(record.credentials);
    return {};
  });
}

Result<void> Ledger::provisioned(const BoardUid& uid, const CredentialUse& use) {
  return change(uid, "provisioned", use.text(), [&](BoardRecord& record) -> Result<void> {
    const bool noted = std::ranges::any_of(record.credentials, [&](const auto& note) { return note.use == use; });
    if (!noted)
      return fail(
          Error(Code::state_unsuitable,
                fmt::format("board {} was provisioned with {}, which was never intended", uid.text(), use.text()))
              .hint("call intend() with the credential before it goes to the board"));
    record.provisioned = Provisioning{use, now(), options_.run, std::nullopt};
    return {};
  });
}

Result<void> Ledger::discovered(const BoardUid& uid, DiscoveryProof proof) {
  proof.lifecycle = state_word(proof.lifecycle);
  const std::string detail =
      fmt::format("integrity {:#010x}, method {}, lifecycle {}, full regression {}", proof.integrity, proof.method,
                  proof.lifecycle, proof.full_regression ? "offered" : "not offered");
  return change(uid, "discovered", detail, [&](BoardRecord& record) -> Result<void> {
    if (!record.provisioned)
      return fail(Code::state_unsuitable,
                  fmt::format("board {} was not provisioned since it was last seen open", uid.text()));
    proof.at = now();
    proof.run = options_.run;
    record.provisioned->discovered = proof;
    return {};
  });
}

Result<void> Ledger::rehearsed(const BoardUid& uid, const CredentialUse& use) {
  return change(uid, "rehearsed", use.text(), [&](BoardRecord& record) -> Result<void> {
    std::erase_if(record.rehearsals, [&](const Rehearsal& rehearsal) { return rehearsal.use == use; });
    record.rehearsals.insert(record.rehearsals.begin(), {use, now(), options_.run});
    keep_newest(record.rehearsals);
    return {};
  });
}

Result<void> Ledger::proven(const BoardUid& uid, const CredentialUse& use) const {
  RIGOR_TRY(const BoardRecord record, known(uid));
  const std::vector<std::string> missing = missing_proofs(record, use);
  if (missing.empty()) return {};
  return fail(Error(Code::credential_unproven, fmt::format("board {} must not be closed with {}: {}", uid.text(),
                                                           use.text(), fmt::join(missing, "; ")))
                  .hint("rehearse a regression with this credential, provision, then run discovery in PROVISIONING"));
}

}  // namespace rigor
