#include "framework/cli/search_bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "framework/base/durable_file.hpp"
#include "framework/base/suggest.hpp"
#include "framework/cli/bench_session.hpp"
#include "framework/cli/interruption.hpp"
#include "framework/cli/places.hpp"
#include "framework/cli/run_files.hpp"
#include "framework/cli/search_page.hpp"
#include "framework/cli/version.hpp"
#include "framework/suite/window_search.hpp"
#include "reports/search_report.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

class LiveView final : public SearchObserver {
 public:
  LiveView(const search::Problem& problem, const Output& output) : view_(problem, output) {}
  void trial_ended(const search::Solver& solver, const SearchTrial& trial) override {
    view_.show(solver, {trial.passed, trial.stage, trial.symptom, trial.achieved});
  }
  void end() { view_.end(); }

 private:
  SearchView view_;
};

Result<search::Point> point_at(const WindowSearch& search, const std::vector<std::string>& texts) {
  search::Point point(search.free.size());
  std::vector<bool> said(search.free.size());
  std::vector<std::string> names;
  for (const FreeOffset& offset : search.free) names.push_back(offset.name);
  for (const std::string& text : texts) {
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::string name = text.substr(0, equals), number = text.substr(std::min(equals + 1, text.size()));
    const auto known = std::ranges::find(names, name);
    if (known == names.end())
      return fail(
          Error(Code::name_unknown, fmt::format("the search has no offset '{}'", name)).hint(suggestion(name, names)));
    const auto index = static_cast<std::size_t>(known - names.begin());
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), point[index]);
    if (error != std::errc() || end != number.data() + number.size())
      return fail(Error(Code::usage, fmt::format("--at {} makes no sense", text))
                      .hint("expected NAME=MILLISECONDS, such as first-release=12.5"));
    said[index] = true;
  }
  for (std::size_t i = 0; i < said.size(); ++i)
    if (!said[i]) return fail(Code::usage, fmt::format("--at says nothing of '{}'", names[i]));
  const search::Problem problem = problem_of(search);
  if (!std::ranges::all_of(problem.side_conditions, [&](const auto& condition) { return condition.holds(point); }))
    return fail(Code::usage, "these offsets break a condition of the schedule's `where`");
  return point;
}

json trial_document(const SearchTrial& trial, const search::Problem& problem) {
  json asked = json::object(), achieved = json::object();
  for (std::size_t i = 0; i < problem.dims.size(); ++i) {
    asked[problem.dims[i].name] = trial.asked[i];
    achieved[problem.dims[i].name] = trial.achieved[i];
  }
  return {
      {"number", trial.number},   {"asked", asked},
      {"achieved", achieved},     {"passed", trial.passed},
      {"stage", trial.stage},     {"symptom", trial.symptom},
      {"message", trial.message}, {"duration_ms", std::chrono::duration<double, std::milli>(trial.duration).count()}};
}

json whole_document(const SearchRecord& found, const std::string& out) {
  json document = search_document(found.problem, found.report);
  const auto sure = statistics::confidence_sequence(found.confirmed);
  document["chosen"] = found.chosen ? json(*found.chosen) : json();
  document["confirmed"] = {
      {"passed", found.confirmed.hits}, {"trials", found.confirmed.trials}, {"low", sure.low}, {"high", sure.high}};
  document["leaks"] = {{"differed", found.differed}, {"played_again", found.played_again}};
  document["test"] = {{"verdict", verdict_name(found.record.verdict)},
                      {"reason", found.record.reason},
                      {"message", found.record.message}};
  document["out"] = out;
  return document;
}

// `rigor search FILE --rig RIG --bench NAME`, as people can type it.
std::string replay_command(const SearchBenchCommand& command) {
  return fmt::format("rigor search {} --rig {} --bench {}", command.file, command.rig, command.bench);
}

Result<void> write_files(const SearchRecord& found, const SearchBenchCommand& command,
                         const std::filesystem::path& directory) {
  constexpr mode_t kMode = 0644;
  json document = whole_document(found, directory.string());
  document["replay"] = replay_command(command) + " --at NAME=MILLISECONDS ...";
  for (const SearchTrial& trial : found.trials) document["all_trials"].push_back(trial_document(trial, found.problem));
  RIGOR_CHECK(write_durably(directory / "search.json", document.dump(1) + "\n", kMode));
  return write_durably(directory / "search.html", search_html(found, replay_command(command)), kMode);
}

void print(const SearchRecord& found, const Output& output) {
  if (found.report.trials > 0) print_search(found.problem, found.report, output);
  if (found.chosen) {
    for (std::size_t i = 0; i < found.problem.dims.size(); ++i)
      output.line(fmt::format("chosen: {} = {:.6g} ms", found.problem.dims[i].name, (*found.chosen)[i]));
    const auto sure = statistics::confidence_sequence(found.confirmed);
    output.line(fmt::format("confirmed: {} of {} trials passed, rate {:.3g} to {:.3g}", found.confirmed.hits,
                            found.confirmed.trials, sure.low, sure.high));
  }
  if (found.differed > 0)
    output.line(fmt::format("{} of {} trials ended otherwise without a power cycle: a trial leaves something behind",
                            found.differed, found.played_again));
}

}  // namespace

int search_bench(const SearchBenchCommand& command, const Output& output) {
  block_interrupting_signals();
  if (command.rig.empty() || command.bench.empty())
    return output.failure(Error(Code::usage, "a search needs a bench").hint("--rig RIG --bench NAME"));
  Faults faults;
  const auto rig = load_named_rig(command.rig, faults);
  if (!rig) return faults.empty() ? output.failure(rig.error()) : output.failure(faults);
  const auto benches = choose_benches(*rig, {command.bench});
  if (!benches) return output.failure(benches.error());
  const auto path = find_description("suites/windows", command.file);
  if (!path) return output.failure(path.error());
  const VerbTable verbs = make_verb_table();
  const auto search = load_window_search(*path, verbs, rig->search, faults);
  if (!search) return output.failure(faults);
  std::optional<search::Point> only;
  if (!command.at.empty()) {
    auto point = point_at(*search, command.at);
    if (!point) return output.failure(point.error());
    only = *std::move(point);
  }

  const std::uint64_t seed = command.seed;
  RunRecord head = run_head(make_run_id(random_seed()), *rig, command.argv, seed);
  auto files = RunFiles::open({*rig, command.out, 1, true, only.has_value()}, std::move(head));
  if (!files) return output.failure(files.error());
  auto session = BenchSession::open({*rig, (*files)->head().id, command.out, seed, command.allow, {}, command.lab});
  if (!session) return output.failure(session.error());
  SilentObserver silent;
  const Interruption interruption((*session)->clock());
  TestRunner runner((*session)->runner_parts(silent));
  const search::Problem problem = problem_of(*search);
  LiveView view(problem, output);
  TestRecord begun;
  begun.suite = search->name;
  begun.test = "search";
  begun.bench = command.bench;
  (*files)->test_started(begun);
  const SearchRecord found = runner.search(*search, *benches->front(), view, only);
  view.end();
  Result<void> kept = (*files)->test_ended(found.record, runner.bench_record(*benches->front()));
  if (kept) kept = without_value((*files)->finish());
  if (kept) kept = write_files(found, command, command.out);
  print(found, output);
  if (found.record.verdict != Verdict::pass) std::cerr << "error: " << found.record.message << '\n';
  if (!kept) return output.failure(kept.error());
  output.line(fmt::format("report: {}/search.html", command.out));
  output.document(whole_document(found, command.out));
  return exit_code_of(found.record.verdict);
}

}  // namespace rigor::cli
