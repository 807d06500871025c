// `rigor search --problem FILE --id ID` and `rigor search --oracle COMMAND`.
#include "framework/cli/search_command.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "framework/base/clock.hpp"
#include "framework/bench/window_problem.hpp"
#include "framework/cli/interruption.hpp"
#include "framework/cli/oracle_program.hpp"
#include "framework/cli/search_bench.hpp"
#include "framework/cli/search_page.hpp"
#include "framework/search/solver.hpp"

namespace rigor::cli {
namespace {

struct SearchCommand {
  std::string problem;
  std::string id;
  std::string oracle;
  std::uint64_t seed = 1;
  unsigned limit = 600;  // seconds that one answer of the oracle may take
  SearchBenchCommand bench;
};

int exit_code_of(const search::Report& report) {
  return report.verdict == search::Verdict::unsettled ? kFailed : kDone;
}

int tell(const search::Problem& problem, const search::Report& report, const Output& output) {
  print_search(problem, report, output);
  output.document(search_document(problem, report));
  return exit_code_of(report);
}

int search_written(const SearchCommand& command, const Output& output) {
  Faults faults;
  const auto written = load_window_problem(command.problem, command.id, faults);
  if (!written) return output.failure(faults);
  search::WrittenOracle oracle(*written, command.seed);
  search::Solver solver(written->problem, command.seed);
  SearchView view(written->problem, output);
  while (const auto point = solver.next()) {
    const search::Outcome outcome = oracle.trial(*point);
    solver.tell(outcome);
    view.show(solver, outcome);
  }
  view.end();
  return tell(written->problem, solver.report(), output);
}

int search_oracle(const SearchCommand& command, const Output& output) {
  auto oracle = OracleProgram::start(command.oracle, std::chrono::seconds(command.limit));
  if (!oracle) return output.failure(oracle.error());
  const auto problem = oracle->problem();
  if (!problem) return output.failure(problem.error());
  search::Solver solver(*problem, command.seed);
  SearchView view(*problem, output);
  while (const auto point = solver.next()) {
    const auto outcome = oracle->trial(*point);
    if (!outcome) {
      view.end();
      return output.failure(outcome.error());
    }
    solver.tell(*outcome);
    view.show(solver, *outcome);
  }
  view.end();
  return tell(*problem, solver.report(), output);
}

int run_search(const SearchCommand& command, const Output& output) {
  const int ways =
      (command.oracle.empty() ? 0 : 1) + (command.problem.empty() ? 0 : 1) + (command.bench.file.empty() ? 0 : 1);
  if (ways != 1)
    return output.failure(Error(Code::usage, "a search needs one of a file, a problem and an oracle")
                              .hint("FILE --rig RIG --bench NAME, --problem FILE --id ID, or --oracle 'COMMAND'"));
  if (!command.bench.file.empty()) {
    SearchBenchCommand bench = command.bench;
    bench.seed = command.seed;
    return search_bench(bench, output);
  }
  if (!command.problem.empty() && command.id.empty())
    return output.failure(Error(Code::usage, "which problem of the file?").hint("--id ID"));
  return command.oracle.empty() ? search_written(command, output) : search_oracle(command, output);
}

}  // namespace

void add_search(CLI::App& app, Chosen& chosen, std::vector<std::string> argv) {
  CLI::App& search = *app.add_subcommand("search", "Find the timing windows in which a target answers");
  auto command = std::make_shared<SearchCommand>();
  command->bench.argv = std::move(argv);
  search.add_option("--problem", command->problem, "File of written problems (rigor-windows/1)");
  search.add_option("--id", command->id, "The problem of that file");
  search.add_option("--oracle", command->oracle,
                    "Command that states a problem and answers trials, one JSON document a line");
  search.add_option("--seed", command->seed, "Seed of every random choice")->capture_default_str();
  search.add_option("--limit", command->limit, "Seconds that one answer of the oracle may take")
      ->check(CLI::Range(1U, 86400U))
      ->capture_default_str();
  search.add_option("file", command->bench.file, "A search on a bench: suites/windows/NAME.yaml, or a path");
  search.add_option("--rig", command->bench.rig, "The rig that has the bench");
  search.add_option("--bench", command->bench.bench, "The bench to search on");
  search.add_option("--out", command->bench.out, "Where search.html, search.json and the run's files go")
      ->capture_default_str();
  search
      .add_option("--at", command->bench.at,
                  "One trial at this point instead of a search: NAME=MILLISECONDS of every offset")
      ->allow_extra_args(false);
  search.add_option("--allow", command->bench.allow, "The run's half of a consent: EFFECT:VERB=COUNT")
      ->allow_extra_args(false);
  search.add_option("--lab", command->bench.lab, "Socket of a keeper that has the boards (rigor-lab keep)");
  search.callback(
      [command, &chosen] { chosen = [command](const Output& output) { return run_search(*command, output); }; });
}

}  // namespace rigor::cli
