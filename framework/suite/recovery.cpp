// The way back: what the runner does for a board that is not in the state in which everything is allowed.
#include <fmt/format.h>

#include <algorithm>

#include "framework/suite/credential_use.hpp"
#include "framework/suite/runner.hpp"
#include "framework/target/life_cycle.hpp"

namespace rigor {
namespace {

bool has_power_relay(const OpenBench& bench) {
  return bench.description().wiring.power == WiringDescription::Power::relay;
}

void take_verdict(TestRecord& record, const TestRecord& other) {
  record.verdict = other.verdict;
  record.reason = other.reason;
  record.message = other.message;
  record.hint = other.hint;
}

// A part in PROVISIONING takes a new record whatever it was given before, of the kind that fits its TZEN.
std::optional<std::string> method_to_store(OpenBench& bench) {
  if (bench.chip().provisioning.store == RecordStore::one_time_memory || !bench.chip().has_security_extension)
    return std::nullopt;
  const Result<ProductState> state = bench.target().product_state();
  if (!state || *state != ProductState::provisioning) return std::nullopt;
  const Result<bool> security = bench.target().security_extension();
  return security ? std::optional<std::string>(method_for(*security)) : std::nullopt;
}

// What is left to say of a board that did not come back.
std::string what_it_is(const Result<ProductState>& found, const std::optional<BoardRecord>& known) {
  if (found) return fmt::format("it is in {}", product_state_name(*found));
  if (known && known->intended) {
    const auto wanted = product_state_from_name(known->intended->state);
    if (wanted && is_terminal(*wanted))
      return fmt::format("its debug port is shut, and {} was begun {}: a part that is in it stays in it for ever",
                         known->intended->state, known->intended->at);
  }
  const std::string seen = known && known->proven ? "last seen in " + known->proven->state : "never seen";
  return fmt::format("its debug port is shut; it was {}", seen);
}

}  // namespace

ScenarioStep TestRunner::one_step(std::string_view name, const std::string& parameter, const std::string& value) const {
  const Verb* verb = parts_.verbs.find(name);
  Faults none;
  RawArguments raw;
  if (!parameter.empty()) raw.emplace_back(parameter, RawValue{value, {}});
  return {verb, bind_arguments(verb->description().parameters, raw, {}, none), {}, {}};
}

// True when it passed.
bool TestRunner::recovery_step(TestRecord& record, const ScenarioStep& scenario, OpenBench& bench, BenchState& state) {
  record.verdict = Verdict::pass;
  StepRecord step = run_step(record, scenario, bench, state);
  step.parameters += step.parameters.empty() ? "(recovery)" : " (recovery)";
  record.steps.push_back(std::move(step));
  return record.verdict == Verdict::pass;
}

// Starts the chip afresh and looks; a board in OPEN is identified, which tells the ledger.
bool TestRunner::found_open(TestRecord& record, OpenBench& bench, BenchState& state) {
  recovery_step(record, has_power_relay(bench) ? one_step("power", "state", "cycle") : one_step("attach", {}, {}),
                bench, state);
  const Result<ProductState> found = bench.target().product_state();
  if (!found || *found != open_state(bench.chip())) return false;
  recovery_step(record, one_step("identify", {}, {}), bench, state);
  state.board.way_back.reset();
  return true;
}

// Brings a board back that this run has taken out of OPEN. Each step is tried whatever became of the one before: a part
// that refuses a record may still know an older one.
void TestRunner::bring_back(TestRecord& record, OpenBench& bench, BenchState& state) {
  const TestRecord before = record;
  const std::string method = state.board.way_back->method;
  keep(record, bench.release_reset());
  if (!found_open(record, bench, state)) {
    if (!state.board.provisioned) recovery_step(record, one_step("provision", "method", method), bench, state);
    if (state.board.way_back) recovery_step(record, one_step("regress", "method", method), bench, state);
  }

  take_verdict(record, before);
  if (!state.board.way_back) return;
  const std::string left =
      fmt::format("the board on bench '{}' is left outside OPEN; its way back is a {}", record.bench, method);
  keep(record,
       fail(Error(Code::regression_incomplete, left).hint("try `rigor ledger recover`, or `rigor do regress`")));
  if (before.verdict != Verdict::pass) record.message += "\n" + left;
}

// Of the credentials that may be on the board, newest first, those that the bench has. One that the rig has in another
// version would not open the board: it is told, not tried.
std::vector<std::string> TestRunner::methods_for(TestRecord& record, const OpenBench& bench, const BoardRecord& board) {
  std::vector<std::string> methods;
  for (const CredentialNote& note : board.credentials) {
    const std::string& method = note.use.method;
    if (std::ranges::find(methods, method) != methods.end()) continue;
    const auto credential = parts_.credentials.find(bench.description(), method);
    if (!credential) {
      keep(record, fail(credential.error()));
      continue;
    }
    if ((*credential)->digest() == note.use.digest) {
      methods.push_back(method);
      continue;
    }
    const std::string files = note.where.empty() ? "nowhere that is known" : note.where.front();
    keep(record, fail(Error(Code::credential_mismatch,
                            fmt::format("the bench's {} is {}, the ledger's {} lies in {}", method,
                                        (*credential)->digest().substr(0, 16), note.use.digest.substr(0, 16), files))
                          .hint("name the ledger's files in the rig's `credentials:`")));
  }
  return methods;
}

// 1. Power off and on: a part that was cut short in a regression takes it up again, and what is open needs nothing.
// 2. F4: level 0 is asked for, which erases the flash. Level 2 does not answer.
// 3. Others: discovery, which tells the ledger in which state the part is where its debug port is shut.
// 4. Every credential that may be on the board, newest first: stored again where the part still takes records, then
//    used for a full regression. An older one may be on a board whose provisioning was cut short.
// `why` takes the first of what did not go as it should. True when the board was seen open.
bool TestRunner::bring_back(TestRecord& record, OpenBench& bench, BenchState& state, const BoardRecord& board,
                            TestRecord& why) {
  const auto attempt = [&](std::string_view verb, const std::string& parameter, const std::string& value) {
    if (recovery_step(record, one_step(verb, parameter, value), bench, state)) return true;
    if (why.verdict == Verdict::pass) take_verdict(why, record);
    return false;
  };
  keep(why, bench.release_reset());
  if (found_open(record, bench, state)) return true;
  if (bench.chip().family == Family::stm32f4) {
    attempt("identify", {}, {});
    return attempt("set-state", "state", "rdp-0") && found_open(record, bench, state);
  }
  const bool discovered = recovery_step(record, one_step("discover", {}, {}), bench, state);
  const TestRecord discovery = record;
  std::vector<std::string> methods = methods_for(why, bench, board);
  if (const auto fitting = method_to_store(bench); fitting && std::ranges::find(methods, *fitting) == methods.end())
    methods.insert(methods.begin(), *fitting);
  for (const std::string& method : methods) {
    const Result<ProductState> found = bench.target().product_state();
    if (found && *found == ProductState::provisioning) attempt("provision", "method", method);
    attempt("regress", "method", method);
    if (found_open(record, bench, state)) return true;
  }
  if (!discovered && why.verdict == Verdict::pass) take_verdict(why, discovery);
  return false;
}

TestRecord TestRunner::recover(const BenchDescription& bench, const BoardRecord& board) {
  TestRecord head;
  head.suite = "ledger";
  head.test = "recover";
  head.bench = bench.name;
  return timed(std::move(head), [&](TestRecord& record) {
    BenchState& state = state_of(bench);
    state.board = BoardKnowledge{};
    state.board.uid = board.uid;
    on_open_bench(record, bench, [&](OpenBench& opened) {
      note_probe(state.record, opened.probe().identity());
      TestRecord why;
      why.verdict = Verdict::pass;
      const bool open = bring_back(record, opened, state, board, why);
      parts_.seams.clock.resume();
      if (open) {
        // Of all steps the last one counts: it has identified the board.
        if (state.board.uid != board.uid)
          conclude(record,
                   Error(Code::ledger_conflict, fmt::format("bench '{}' is open, but it holds another board than {}",
                                                            bench.name, board.uid.text())));
      } else {
        take_verdict(record, why);
        const auto known = parts_.ledger.find(board.uid);
        const std::string what = what_it_is(opened.target().product_state(), known ? *known : std::nullopt);
        const std::string left = fmt::format("board {} is not back: {}", board.uid.text(), what);
        if (record.verdict == Verdict::pass)
          conclude(record, Error(Code::regression_incomplete, left));
        else
          record.message += "\n" + left;
      }
      keep(record, opened.make_safe());
    });
  });
}

}  // namespace rigor
