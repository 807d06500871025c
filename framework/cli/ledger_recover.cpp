// `rigor ledger recover`: what is known of a board, what will be done, and what the board is then.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "framework/cli/bench_session.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/interruption.hpp"
#include "framework/cli/ledger_words.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

std::string mark_text(const std::optional<StateMark>& mark) {
  return mark ? fmt::format("{} ({}, run {})", mark->state, mark->at, mark->run) : "never";
}

json mark_json(const std::optional<StateMark>& mark) {
  return mark ? json{{"state", mark->state}, {"at", mark->at}, {"run", mark->run}} : json(nullptr);
}

std::vector<std::string> known_of(const BoardRecord& board) {
  std::vector<std::string> lines = {
      fmt::format("board {}, {}, on bench '{}' ({}: {})", board.uid.text(), board.chip, board.binding.bench,
                  identity_name(board.binding.identity), board.binding.reason),
      "last seen in: " + mark_text(board.proven)};
  if (board.interrupted()) lines.push_back("begun, and its end not seen: " + mark_text(board.intended));
  for (const CredentialNote& note : board.credentials)
    lines.push_back(fmt::format("may be on it: {} in {}", note.use.text(),
                                note.where.empty() ? "no file that is known" : fmt::format("{}", note.where.front())));
  if (board.credentials.empty()) lines.push_back("no credential ever went to it");
  return lines;
}

std::vector<std::string> plan_for(const BoardRecord& board, const ChipFacts& chip) {
  std::vector<std::string> lines = {
      "start the chip afresh and look: in its open state it is identified and left alone"};
  if (chip.family == Family::stm32f4) {
    lines.emplace_back("else ask for level 0, which erases the flash and the backup SRAM");
    return lines;
  }
  lines.emplace_back("else ask it by discovery in which state it is");
  for (const CredentialNote& note : board.credentials) {
    const bool once = chip.provisioning.store == RecordStore::one_time_memory;
    lines.push_back(fmt::format("store the {} again if the part still takes records{}", note.use.method,
                                once ? ", for ever: --allow irreversible:provision=1 unless it is there" : ""));
    lines.push_back(fmt::format("regress with the {}, which erases everything", note.use.method));
  }
  return lines;
}

json known_json(const BoardRecord& board) {
  json credentials = json::array();
  for (const CredentialNote& note : board.credentials)
    credentials.push_back({{"method", note.use.method}, {"digest", note.use.digest}, {"where", note.where}});
  return {{"proven", mark_json(board.proven)},
          {"intended", mark_json(board.intended)},
          {"identity", identity_name(board.binding.identity)},
          {"credentials", credentials}};
}

json steps_json(const TestRecord& record) {
  json steps = json::array();
  for (const StepRecord& step : record.steps)
    steps.push_back({{"verb", step.verb},
                     {"parameters", step.parameters},
                     {"verdict", verdict_name(step.verdict)},
                     {"message", step.message}});
  return steps;
}

class RecoveryReport final : public RunObserver {
 public:
  explicit RecoveryReport(const Output& output) : output_(output) {}
  void test_started(const TestRecord&) override {}
  void step_started(const TestRecord&, const std::string&) override {}
  void step_ended(const TestRecord&, const StepRecord& step) override {
    if (output_.quiet()) return;
    output_.line(fmt::format("{} {}: {}", step.verb, step.parameters, verdict_name(step.verdict)));
    for (const std::string& sentence : step.evidence) output_.line("  " + sentence);
  }

 private:
  const Output& output_;
};

struct BoardOnBench {
  BoardRecord board;
  const BenchDescription* bench;
};

// The board of the command and the bench that it is on, by the operator's word.
Result<BoardOnBench> locate(const LedgerCommand& command, const RigDescription& rig, Ledger& ledger) {
  RIGOR_TRY(const BoardUid uid, parse_uid(command.board));
  RIGOR_TRY(const auto board, ledger.find(uid));
  if (!board)
    return fail(
        Error(Code::name_unknown, fmt::format("no record of board {} in {}", uid.text(), ledger.directory().string()))
            .hint("`rigor ledger list` shows the boards that there are"));
  const std::string name = command.bench.empty() ? board->binding.bench : command.bench;
  if (name.empty())
    return fail(Error(Code::usage, fmt::format("the ledger does not know where board {} is", uid.text()))
                    .hint("give --bench NAME"));
  RIGOR_TRY(const auto benches, choose_benches(rig, {name}));
  const BenchDescription* const bench = benches.front();
  const std::string& chip = bench->board.chip.facts.name;
  if (chip != board->chip)
    return fail(Error(Code::ledger_conflict,
                      fmt::format("board {} is a {}, bench '{}' has a {}", uid.text(), board->chip, name, chip)));
  if (board->binding.bench == name && board->binding.identity != BoardIdentity::unknown)
    return BoardOnBench{*board, bench};
  RIGOR_TRY(BoardRecord vouched, ledger.vouch(name, uid, operator_name()));
  return BoardOnBench{std::move(vouched), bench};
}

}  // namespace

int recover_board(const LedgerCommand& command, const Output& output) {
  block_interrupting_signals();
  if (command.rig.empty())
    return output.failure(
        Error(Code::usage, "`ledger recover` needs the rig that has the board's bench").hint("give --rig RIG"));
  Faults faults;
  const auto rig = load_named_rig(command.rig, faults);
  if (!rig) return faults.empty() ? output.failure(rig.error()) : output.failure(faults);
  auto session = BenchSession::open(
      {*rig, make_run_id(random_seed()), {}, random_seed(), command.allow, command.directory, command.lab});
  if (!session) return output.failure(session.error());
  Ledger& ledger = (*session)->ledger();
  const auto located = locate(command, *rig, ledger);
  if (!located) return output.failure(located.error());

  const BoardRecord& board = located->board;
  const std::vector<std::string> plan = plan_for(board, located->bench->board.chip.facts);
  for (const std::string& line : known_of(board)) output.line(line);
  for (const std::string& line : plan) output.line("plan: " + line);

  RecoveryReport report(output);
  const Interruption interruption((*session)->clock());
  TestRunner runner((*session)->runner_parts(report));
  const TestRecord record = runner.recover(*located->bench, board);
  const auto after = ledger.find(board.uid);
  if (!after || !*after)
    return output.failure(after ? Error(Code::ledger_conflict, "the record is gone") : after.error());
  const std::string state = (*after)->proven ? (*after)->proven->state : "unknown";
  output.document({{"uid", board.uid.text()},
                   {"bench", located->bench->name},
                   {"known", known_json(board)},
                   {"plan", plan},
                   {"steps", steps_json(record)},
                   {"verdict", verdict_name(record.verdict)},
                   {"reason", record.reason},
                   {"message", record.message},
                   {"state", state}});
  if (record.verdict == Verdict::pass)
    output.line(fmt::format("board {} is back: {}", board.uid.text(), state));
  else
    std::cerr << "error: " << record.message << '\n';
  return exit_code_of(record.verdict);
}

}  // namespace rigor::cli
