// Which board is on which bench.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/durable_file.hpp"
#include "framework/ledger/board_json.hpp"
#include "framework/ledger/ledger.hpp"

namespace rigor {
namespace {

const BoardRecord* occupant(const std::vector<BoardRecord>& records, std::string_view bench) {
  const auto found =
      std::ranges::find_if(records, [&](const BoardRecord& record) { return record.binding.bench == bench; });
  return found == records.end() ? nullptr : &*found;
}

std::unexpected<Error> elsewhere(const BoardRecord& record, std::string_view bench) {
  return fail(Error(Code::ledger_conflict,
                    fmt::format("board {} was seen on bench '{}', but the ledger has it on '{}' ({} since {})",
                                record.uid.text(), bench, record.binding.bench, identity_name(record.binding.identity),
                                record.binding.since))
                  .hint(fmt::format("if the board was moved, invalidate '{}' first; if not, one of the two benches "
                                    "reads the wrong board",
                                    record.binding.bench)));
}

std::unexpected<Error> other_chip(const BoardRecord& record, const BoardSighting& sighting) {
  return fail(Error(Code::ledger_conflict,
                    fmt::format("board {} is a {} (device {:#x}) in the ledger, but reads as {} (device {:#x})",
                                record.uid.text(), record.chip, record.device_id, sighting.chip, sighting.device_id))
                  .hint("check the chip named by the bench's board, and the wiring"));
}

}  // namespace

Result<std::optional<BoardRecord>> Ledger::on_bench(std::string_view bench) const {
  RIGOR_TRY(const auto records, boards());
  const BoardRecord* record = occupant(records, bench);
  if (record == nullptr) return std::nullopt;
  return *record;
}

Result<BoardRecord> Ledger::seat(const BoardSighting& sighting, BoardIdentity identity, std::string reason) const {
  if (sighting.bench.empty()) return fail(Code::usage, "a board needs the name of its bench");
  RIGOR_TRY(const DirectoryLock lock, this->lock());
  RIGOR_TRY(const auto records, boards());
  const auto own = std::ranges::find(records, sighting.uid, &BoardRecord::uid);
  BoardRecord record = own != records.end() ? *own
                                            : BoardRecord{.uid = sighting.uid,
                                                          .chip = sighting.chip,
                                                          .device_id = sighting.device_id,
                                                          .binding = {},
                                                          .intended = {},
                                                          .proven = {},
                                                          .credentials = {},
                                                          .rehearsals = {},
                                                          .provisioned = {},
                                                          .history = {}};
  const bool moved = !record.binding.bench.empty() && record.binding.bench != sighting.bench;
  if (moved && record.binding.identity != BoardIdentity::unknown) return elsewhere(record, sighting.bench);
  if (sighting.device_id != 0 && record.device_id != 0 && sighting.device_id != record.device_id)
    return other_chip(record, sighting);

  // The place is taken away before it is given: a crash in between leaves a board too few, never one too many.
  for (BoardRecord other : records) {
    if (other.uid == sighting.uid || other.binding.bench != sighting.bench) continue;
    const std::string gone = fmt::format("board {} was seen on its bench '{}'", sighting.uid.text(), sighting.bench);
    other.binding = BenchBinding{{}, now(), BoardIdentity::unknown, gone, {}};
    note(other, "displaced", gone);
    RIGOR_CHECK(save(other));
  }
  const bool news = record.binding.bench != sighting.bench || record.binding.identity != identity ||
                    record.binding.keeper != options_.keeper;
  if (!news) return record;
  if (!sighting.chip.empty()) record.chip = sighting.chip;
  if (sighting.device_id != 0) record.device_id = sighting.device_id;
  record.binding = BenchBinding{sighting.bench, now(), identity, std::move(reason), options_.keeper};
  note(record, "bound", fmt::format("{}: {} ({})", sighting.bench, identity_name(identity), record.binding.reason));
  RIGOR_CHECK(save(record));
  return record;
}

Result<BoardRecord> Ledger::bind(const BoardSighting& sighting) {
  return seat(sighting, BoardIdentity::confirmed, "the unique id was read");
}

Result<BoardRecord> Ledger::vouch(std::string_view bench, const BoardUid& uid, std::string_view who) {
  RIGOR_CHECK(known(uid));
  return seat({std::string(bench), uid, {}, 0}, BoardIdentity::presumed, fmt::format("{} says so", who));
}

Result<BoardRecord> Ledger::presume(std::string_view bench) {
  RIGOR_TRY(const DirectoryLock lock, this->lock());
  RIGOR_TRY(const auto records, boards());
  const BoardRecord* there = occupant(records, bench);
  if (there == nullptr)
    return fail(Error(Code::state_unsuitable, fmt::format("no board is on record for bench '{}', and its unique id "
                                                          "cannot be read in its present state",
                                                          bench))
                    .hint("open the board, or say which it is: rigor ledger vouch"));
  if (there->binding.identity == BoardIdentity::unknown)
    return fail(Error(Code::state_unsuitable,
                      fmt::format("bench '{}' held board {}, but since {} another may sit there: {}", bench,
                                  there->uid.text(), there->binding.since, there->binding.reason))
                    .hint("open the board, or say which it is: rigor ledger vouch"));
  BoardRecord record = *there;
  if (record.binding.identity == BoardIdentity::presumed) return record;
  record.binding.identity = BoardIdentity::presumed;
  record.binding.reason = fmt::format("confirmed {}, and nothing happened on the bench since", record.binding.since);
  note(record, "presumed", record.binding.bench);
  RIGOR_CHECK(save(record));
  return record;
}

Result<void> Ledger::invalidate(std::string_view bench, std::string_view reason) {
  RIGOR_TRY(const DirectoryLock lock, this->lock());
  RIGOR_TRY(const auto records, boards());
  const BoardRecord* there = occupant(records, bench);
  if (there == nullptr || there->binding.identity == BoardIdentity::unknown) return {};
  BoardRecord record = *there;
  record.binding = BenchBinding{record.binding.bench, now(), BoardIdentity::unknown, std::string(reason), {}};
  note(record, "doubted", std::string(reason));
  return save(record);
}

Result<std::string> Ledger::export_board(const BoardUid& uid) const {
  RIGOR_TRY(const BoardRecord record, known(uid));
  return board_to_json(record);
}

Result<BoardUid> Ledger::import_board(std::string_view json) {
  RIGOR_TRY(BoardRecord record, board_from_json(json, "the imported record"));
  RIGOR_TRY(const DirectoryLock lock, this->lock());
  RIGOR_TRY(const auto records, boards());
  const auto own = std::ranges::find(records, record.uid, &BoardRecord::uid);
  if (own != records.end() && *own == record) return record.uid;
  if (own != records.end())
    return fail(Error(Code::ledger_conflict, fmt::format("there is another record of board {}: {}", record.uid.text(),
                                                         file_of(record.uid).string()))
                    .hint("keep the one that holds the newer credentials; move the other out of the ledger first"));
  // Where a board is can only be said by the ledger of its rack.
  record.binding = BenchBinding{{}, now(), BoardIdentity::unknown, "imported"};
  note(record, "imported", {});
  RIGOR_CHECK(save(record));
  return record.uid;
}

}  // namespace rigor
