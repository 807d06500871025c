// Commands that read what earlier runs left: `report` and `ledger`.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "framework/base/durable_file.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/ledger_words.hpp"
#include "framework/cli/places.hpp"
#include "framework/ledger/ledger.hpp"
#include "framework/store/store.hpp"
#include "reports/export.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

Result<Ledger> open_ledger(const LedgerCommand& command, Clock& clock) {
  std::filesystem::path directory = command.directory;
  if (directory.empty()) {
    RIGOR_TRY(directory, state_directory());
    directory /= "ledger";
  }
  Ledger::Options options;
  options.holder = "rigor ledger";
  return Ledger::open(directory, clock, options);
}

Result<void> list_boards(const Ledger& ledger, const Output& output) {
  RIGOR_TRY(const std::vector<BoardRecord> boards, ledger.boards());
  json document = json::array();
  for (const BoardRecord& board : boards) {
    const std::string state = board.proven ? board.proven->state : "unknown";
    document.push_back({{"uid", board.uid.text()},
                        {"chip", board.chip},
                        {"bench", board.binding.bench},
                        {"identity", identity_name(board.binding.identity)},
                        {"state", state},
                        {"interrupted", board.interrupted()}});
    output.line(fmt::format("{}  {}  {}  {}{}", board.uid.text(), board.chip, board.binding.bench, state,
                            board.interrupted() ? "  (a change was begun and its end was not seen)" : ""));
  }
  if (boards.empty()) output.line("the ledger is empty: " + ledger.directory().string());
  output.document(document);
  return {};
}

Result<void> act(const LedgerCommand& command, Ledger& ledger, const Output& output) {
  if (command.action == "list") return list_boards(ledger, output);
  if ((command.action == "vouch" || command.action == "doubt") && command.bench.empty())
    return fail(
        Error(Code::usage, fmt::format("`ledger {}` is about a bench", command.action)).hint("give --bench NAME"));
  if (command.action == "import") {
    RIGOR_TRY(const std::string text, read_text_file(command.board));
    RIGOR_TRY(const BoardUid uid, ledger.import_board(text));
    output.line("imported " + uid.text());
    output.document({{"uid", uid.text()}});
    return {};
  }
  if (command.action == "doubt") return ledger.invalidate(command.bench, "an operator's word");
  RIGOR_TRY(const BoardUid uid, parse_uid(command.board));
  if (command.action == "vouch") return without_value(ledger.vouch(command.bench, uid, operator_name()));
  RIGOR_TRY(const std::string text, ledger.export_board(uid));
  std::cout << text << '\n';
  return {};
}

}  // namespace

int report(const ReportCommand& command, const Output& output) {
  const auto store = Store::open(std::filesystem::path(command.out) / "results.db", {.read_only = true});
  if (!store) return output.failure(store.error());
  const auto run = store->load_run(command.run);
  if (!run) return output.failure(run.error());
  const std::string format = output.json() ? "json" : command.format;
  if (format == "html") std::cout << html_report(*run);
  if (format == "junit") std::cout << junit_xml(*run);
  if (format == "json") std::cout << run_json(*run) << '\n';
  if (format == "csv") std::cout << run_csv(*run);
  return std::cout.flush() ? kDone : output.failure(Error(Code::io_failed, "cannot write to standard output"));
}

int ledger(const LedgerCommand& command, const Output& output) {
  if (command.action == "recover") return recover_board(command, output);
  const auto clock = make_steady_clock();
  auto opened = open_ledger(command, *clock);
  if (!opened) return output.failure(opened.error());
  if (auto done = act(command, *opened, output); !done) return output.failure(done.error());
  return kDone;
}

}  // namespace rigor::cli
