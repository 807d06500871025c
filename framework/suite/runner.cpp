#include "framework/suite/runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <chrono>

#include "framework/ledger/state_word.hpp"

namespace rigor {
namespace {

const std::map<std::string, ScheduleDescription> kNoSchedules;  // of a recovery, which is no suite

std::vector<std::string> missing_capabilities(const Suite& suite, const RigDescription& rig,
                                              const BenchDescription& bench) {
  const std::vector<std::string> has = capabilities(rig, bench);
  std::vector<std::string> missing;
  for (const std::string& need : suite.needs)
    if (std::ranges::find(has, need) == has.end()) missing.push_back(need);
  return missing;
}

// A step that must fail with a certain code passes exactly then.
Result<void> judge(Result<void> result, const std::string& fails) {
  if (fails.empty()) return result;
  if (result) return fail(Code::expectation_failed, fmt::format("expected {}, but the step succeeded", fails));
  if (code_name(result.error().code()) == fails) return {};
  return fail(Code::expectation_failed, fmt::format("expected {}", fails), std::move(result).error());
}

// A board cannot be judged through lines that are gone.
Result<void> or_lost_lines(Result<void> done, const OpenBench& bench) {
  if (done || blame_of(done.error().code()) != Blame::board || bench.plays_schedule()) return done;
  Result<void> lines = bench.check_lines();
  if (lines) return done;
  return fail(std::move(lines).error().because(std::move(done).error()));
}

}  // namespace

Verdict verdict_for(Code code) {
  switch (blame_of(code)) {
    case Blame::request:
    case Blame::bench:
      return Verdict::error;
    case Blame::board:
      return Verdict::fail;
    case Blame::guard:
      return Verdict::refused;
    case Blame::time:
      return Verdict::timeout;
    case Blame::abort:
      return Verdict::aborted;
  }
  std::unreachable();
}

int exit_code_for(const Tally& tally) {
  if (tally.of(Verdict::fail) + tally.of(Verdict::refused) > 0) return 1;
  if (tally.of(Verdict::error) + tally.of(Verdict::timeout) + tally.of(Verdict::aborted) > 0) return 3;
  return tally.of(Verdict::pass) > 0 ? 0 : 3;
}

void TestRunner::conclude(TestRecord& record, const Error& error) {
  record.verdict = verdict_for(error.code());
  record.reason = code_name(error.code());
  record.message = error.describe();
  record.hint = error.hint_text();
}

void TestRunner::keep(TestRecord& record, const Result<void>& done) {
  if (!done && record.verdict == Verdict::pass) conclude(record, done.error());
}

void TestRunner::note_probe(BenchRecord& record, const ProbeIdentity& probe) {
  record.probe_model = probe.model;
  record.probe_firmware = probe.firmware;
  record.probe_serial = probe.serial;
  record.probe_path = probe.usb_path;
}

TestRunner::BenchState& TestRunner::state_of(const BenchDescription& bench) {
  const auto [found, added] = benches_.try_emplace(bench.name);
  if (added)
    found->second.record = {bench.name, bench.board.name,  bench.board.chip.facts.name, {}, {}, {}, {},
                            {},         bench.is_virtual()};
  return found->second;
}

const BenchRecord& TestRunner::bench_record(const BenchDescription& bench) { return state_of(bench).record; }

TestRecord TestRunner::run(const Suite& suite, const ScenarioTest& test, const BenchDescription& bench,
                           unsigned repeat) {
  TestRecord head;
  head.suite = suite.name;
  head.test = test.name;
  head.bench = bench.name;
  head.repeat = repeat;
  return timed(std::move(head), [&](TestRecord& record) {
    const auto missing = missing_capabilities(suite, parts_.rig, bench);
    if (!missing.empty()) {
      record.verdict = Verdict::skipped;
      record.reason = code_name(Code::capability_missing);
      record.message = fmt::format("bench '{}' lacks {}", bench.name, fmt::join(missing, ", "));
      return;
    }
    const bool first = !benches_.contains(bench.name);
    BenchState& state = state_of(bench);
    state.suite = &suite;
    if (const Result<void> doubted = first ? doubt_identity(bench) : Result<void>(); !doubted)
      return conclude(record, doubted.error());
    on_open_bench(record, bench, [&](OpenBench& opened) { run_steps(record, test, opened, state); });
  });
}

TestRecord TestRunner::timed(TestRecord record, const std::function<void(TestRecord&)>& run) {
  const auto wall_start = std::chrono::steady_clock::now();
  Clock& clock = parts_.seams.clock;
  record.started_at = utc_text(system_wall_time());
  record.started = clock.now();
  parts_.observer.test_started(record);
  run(record);
  record.duration = clock.now() - record.started;
  record.wall_duration = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - wall_start);
  return record;
}

void TestRunner::on_open_bench(TestRecord& record, const BenchDescription& bench,
                               const std::function<void(OpenBench&)>& run) {
  Timeline timeline(parts_.seams.clock);
  auto opened = OpenBench::open(bench, parts_.seams, timeline);
  if (!opened) {
    conclude(record, opened.error());
  } else {
    run(**opened);
    record.metrics.merge((*opened)->measured());
    opened->reset();
  }
  record.timeline = timeline.records();
  record.timeline_dropped = timeline.dropped();
}

// Between runs nobody watches a bench: its power was off and its board may have been exchanged. A board in OPEN shows
// its unique id again; one that hides it is no longer known for certain, unless who keeps the boards is still the one
// that kept them when it was last told.
Result<void> TestRunner::doubt_identity(const BenchDescription& bench) {
  RIGOR_TRY(const auto board, parts_.ledger.on_bench(bench.name));
  if (!board) return {};
  const bool open = board->proven && is_open_word(board->proven->state) && !board->interrupted();
  const bool watched = !parts_.ledger.keeper().empty() && board->binding.keeper == parts_.ledger.keeper();
  if (open || watched) return {};
  return parts_.ledger.invalidate(bench.name, "nobody watched the bench since the last run");
}

void TestRunner::run_steps(TestRecord& record, const ScenarioTest& test, OpenBench& bench, BenchState& state) {
  note_probe(state.record, bench.probe().identity());
  // What an earlier test has proven may have changed since; only an unfinished way back is carried over.
  state.board.forget();
  record.verdict = Verdict::pass;
  for (const ScenarioStep& step : test.steps) {
    record.steps.push_back(run_step(record, step, bench, state));
    if (state.board.uid) state.record.uid = state.board.uid->text();
    if (record.verdict != Verdict::pass) break;
  }
  parts_.seams.clock.resume();
  static_cast<void>(bench.end_schedule(Duration::zero()));  // one that a step left playing has the lines
  if (state.board.way_back) bring_back(record, bench, state);
  keep(record, bench.make_safe());
}

StepRecord TestRunner::run_step(TestRecord& record, const ScenarioStep& scenario, OpenBench& bench, BenchState& state) {
  Clock& clock = parts_.seams.clock;
  StepRecord step_record;
  step_record.index = static_cast<unsigned>(record.steps.size()) + 1;
  step_record.verb = scenario.verb->description().name;
  step_record.parameters = scenario.arguments.describe();
  step_record.effect = effect_name(scenario.verb->effect(scenario.arguments, bench.chip()));
  step_record.started = clock.now();
  bench.timeline().add(Channel::step, step_record.verb, step_record.index, step_record.parameters);
  parts_.observer.step_started(record, step_record.verb);

  Step step({bench, state.board, parts_.ledger, parts_.credentials, parts_.consents, parts_.rig.search,
             state.suite != nullptr ? state.suite->schedules : kNoSchedules, parts_.seed});
  Result<void> done = perform(*scenario.verb, step, scenario.arguments);
  if (!done && done.error().involves(Code::probe_lost)) forget_board(record, state);
  const Result<void> result = judge(or_lost_lines(std::move(done), bench), scenario.fails);
  step_record.verdict = Verdict::pass;
  step_record.evidence = step.evidence();
  if (!result) {
    conclude(record, result.error());
    step_record.verdict = record.verdict;
    step_record.reason = record.reason;
    step_record.message = record.message;
  }
  step_record.ended = clock.now();
  parts_.observer.step_ended(record, step_record);
  return step_record;
}

void TestRunner::forget_board(TestRecord& record, BenchState& state) {
  state.board.forget();
  keep(record, parts_.ledger.invalidate(record.bench, "the probe went away and may come back at another board"));
}

}  // namespace rigor
