// The boards' records: one JSON file per board in one directory (docs/formats/ledger.md), written before it is true.
//
//   RIGOR_TRY(Ledger ledger, Ledger::open(directory, clock, {.run = run_id}));
//   RIGOR_CHECK(ledger.bind({.bench = "h523-a", .uid = uid, .chip = "stm32h523", .device_id = 0x478}));
//   RIGOR_CHECK(ledger.intend(uid, {.state = "provisioning", .use = use, .where = {key, chain}}));   // on disk now
//   ... write the option bytes ...
//   RIGOR_CHECK(ledger.confirm(uid, "provisioning"));
//
// Every changing call takes the directory's lock, reads, checks, writes durably and releases; when it returned, the
// change survives a power cut. Processes and threads may share a directory, and a Ledger may be used from any thread.
//
// `clock` bounds the wait for that lock. It is the machine's steady clock even on a virtual bench: the lock is a thing
// of this machine.
//
// Errors of all calls: file_invalid (a record is damaged or of a newer version; the file is named and left alone),
// file_unreadable, io_failed, ledger_busy (somebody holds the lock; says who), name_unknown (no record of this board).
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"
#include "framework/base/wall_time.hpp"
#include "framework/ledger/board_record.hpp"
#include "framework/ledger/directory_lock.hpp"

namespace rigor {

// A unique id that was read on a bench (in OPEN, or from a discovery that names it).
struct BoardSighting {
  std::string bench;
  BoardUid uid;
  std::string chip;
  std::uint32_t device_id = 0;
};

// What is about to be done to a board, and what will be needed to undo it.
struct StateIntent {
  std::string state;                 // where the board is to go
  std::optional<CredentialUse> use;  // the credential that will be needed to come back; nothing when none will be
  std::vector<std::string> where;    // its files
};

class Ledger {
 public:
  struct Options {
    std::string run;          // noted with every change
    std::string holder = {};  // who holds the lock, for others to read; the process id is added
    // What keeps boards on their benches while no run looks: another word whenever it begins anew. Empty: nothing does.
    std::string keeper = {};
    Duration lock_limit = std::chrono::seconds(5);  // 0: one attempt
    WallClock wall = system_wall_time;
  };

  // Creates the directory (mode 0700) and clears what an interrupted write left there.
  [[nodiscard]] static Result<Ledger> open(std::filesystem::path directory, Clock& clock, Options options);

  // ---- reading -----------------------------------------------------------------------------------------------
  [[nodiscard]] Result<std::optional<BoardRecord>> find(const BoardUid& uid) const;
  [[nodiscard]] Result<std::vector<BoardRecord>> boards() const;  // by unique id
  // The board whose binding names this bench, whatever its identity.
  [[nodiscard]] Result<std::optional<BoardRecord>> on_bench(std::string_view bench) const;

  // ---- which board is where ----------------------------------------------------------------------------------
  // The unique id was read on the bench. The board that was there before, if another, loses its place.
  // ledger_conflict when the ledger has this board on another bench and nothing says that it left there.
  [[nodiscard]] Result<BoardRecord> bind(const BoardSighting& sighting);
  // The unique id reads as zero: the board believed to be there. state_unsuitable when the ledger knows none, or when
  // something happened since that could have put another one there.
  [[nodiscard]] Result<BoardRecord> presume(std::string_view bench);
  // Something happened that could have put another board there: power lost outside a run, re-enumeration.
  // Nothing happens on a bench without a board.
  [[nodiscard]] Result<void> invalidate(std::string_view bench, std::string_view reason);
  // An operator's word that this board is on this bench. Conflicts as in bind().
  [[nodiscard]] Result<BoardRecord> vouch(std::string_view bench, const BoardUid& uid, std::string_view who);

  // ---- states and credentials --------------------------------------------------------------------------------
  // To be called, and to have returned, before the state changes or a credential goes to the board.
  [[nodiscard]] Result<void> intend(const BoardUid& uid, const StateIntent& intent);
  // The state was seen. "open" ends the provisioning: keys are erased there.
  [[nodiscard]] Result<void> confirm(const BoardUid& uid, std::string_view state);
  // The board took the credential. An earlier discovery proves nothing any more.
  [[nodiscard]] Result<void> provisioned(const BoardUid& uid, const CredentialUse& use);
  // What discovery answered in PROVISIONING; `at` and `run` are filled in. state_unsuitable without a provisioning.
  [[nodiscard]] Result<void> discovered(const BoardUid& uid, DiscoveryProof proof);
  // A full regression was carried out with this credential and the board was seen open afterwards.
  [[nodiscard]] Result<void> rehearsed(const BoardUid& uid, const CredentialUse& use);

  // May this board be closed? (lifecycle.md 1.5 rule 10.) credential_unproven with every point that is missing.
  [[nodiscard]] Result<void> proven(const BoardUid& uid, const CredentialUse& use) const;

  // ---- moving records ----------------------------------------------------------------------------------------
  // A record as its file holds it.
  [[nodiscard]] Result<std::string> export_board(const BoardUid& uid) const;
  // Takes a record from elsewhere. ledger_conflict when there is a different one of this board already.
  [[nodiscard]] Result<BoardUid> import_board(std::string_view json);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] const std::string& keeper() const { return options_.keeper; }

 private:
  Ledger(std::filesystem::path directory, Clock& clock, Options options);

  [[nodiscard]] Result<DirectoryLock> lock() const;
  [[nodiscard]] std::filesystem::path file_of(const BoardUid& uid) const;
  [[nodiscard]] Result<BoardRecord> known(const BoardUid& uid) const;
  [[nodiscard]] Result<void> save(const BoardRecord& record) const;
  // Lock, read, apply, note in the history, write.
  [[nodiscard]] Result<void> change(const BoardUid& uid, std::string event, std::string detail,
                                    const std::function<Result<void>(BoardRecord&)>& apply) const;
  [[nodiscard]] Result<BoardRecord> seat(const BoardSighting& sighting, BoardIdentity identity,
                                         std::string reason) const;
  void note(BoardRecord& record, std::string event, std::string detail) const;
  [[nodiscard]] std::string now() const { return utc_text(options_.wall()); }

  std::filesystem::path directory_;
  Clock* clock_;
  Options options_;
};

}  // namespace rigor
