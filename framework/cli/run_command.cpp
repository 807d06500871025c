#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "framework/base/suggest.hpp"
#include "framework/cli/bench_session.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/interruption.hpp"
#include "framework/cli/places.hpp"
#include "framework/cli/run_files.hpp"
#include "framework/cli/version.hpp"
#include "framework/suite/googletest.hpp"
#include "reports/export.hpp"

namespace rigor::cli {
namespace {

Result<Variables> parse_set(const std::vector<std::string>& texts) {
  Variables variables;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
      return fail(Code::usage, fmt::format("--set {} makes no sense, expected NAME=VALUE", text));
    variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

// A misspelt variable would silently run with its default.
Result<void> check_set(const Variables& set, const std::vector<Suite>& suites) {
  std::vector<std::string> known;
  for (const Suite& suite : suites) known.insert(known.end(), suite.variables.begin(), suite.variables.end());
  for (const auto& [name, value] : set) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return fail(Error(Code::name_unknown,
                      fmt::format("--set {}={}: no suite of this run has a variable '{}'", name, value, name))
                    .hint(suggestion(name, known)));
  }
  return {};
}

Result<std::vector<Suite>> load_suites(const RunCommand& command, const RigDescription& rig, const VerbTable& verbs,
                                       Faults& faults) {
  RIGOR_TRY(const Variables set, parse_set(command.set));
  std::vector<Suite> suites;
  for (const std::string& name : command.suites.empty() ? rig.suites : command.suites) {
    RIGOR_TRY(const std::filesystem::path path, find_description(kSuiteFolder, name));
    if (auto suite = load_suite(path, verbs, set, faults)) suites.push_back(std::move(*suite));
  }
  if (!faults.empty()) return fail(faults.to_error());
  RIGOR_CHECK(check_set(set, suites));
  return suites;
}

TestRecord aborted_before_it_began(const SelectedTest& selected, unsigned repeat) {
  TestRecord record;
  record.suite = selected.suite->name;
  record.test = selected.test->name;
  record.bench = selected.bench->name;
  record.repeat = repeat;
  record.verdict = Verdict::aborted;
  record.reason = code_name(Code::aborted);
  record.message = "the run was interrupted before this test began";
  record.started_at = utc_text(system_wall_time());
  return record;
}

struct Prepared {
  RigDescription rig;
  std::vector<Suite> suites;
  std::vector<SelectedTest> tests;
};

Result<void> prepare(const RunCommand& command, const VerbTable& verbs, Prepared& prepared, Faults& faults) {
  if (command.jobs != 1)
    return fail(Error(Code::usage, fmt::format("--jobs {} is not possible", command.jobs))
                    .hint("benches run one after the other; give each bench its own `rigor run --bench NAME` instead"));
  RIGOR_TRY(prepared.rig, load_named_rig(command.rig, faults));
  RIGOR_TRY(prepared.suites, load_suites(command, prepared.rig, verbs, faults));
  RIGOR_TRY(const auto benches, choose_benches(prepared.rig, command.benches));
  RIGOR_TRY(prepared.tests, select_tests(prepared.suites, benches, command.filter));
  return {};
}

// Runs the tests as GoogleTest comes to them and hands their records on. Once the run is interrupted, or a record could
// not be written, the rest is only noted down.
class TestLoop {
 public:
  TestLoop(TestRunner& runner, RunFiles& files, const Interruption& interruption)
      : runner_(runner), files_(files), interruption_(interruption) {}

  TestRecord run(const SelectedTest& selected, unsigned repeat) {
    if (interruption_.requested() || !recorded_) {
      left_out_.push_back(aborted_before_it_began(selected, repeat));
      benches_.insert(selected.bench);
      return left_out_.back();
    }
    TestRecord record = runner_.run(*selected.suite, *selected.test, *selected.bench, repeat);
    recorded_ = files_.test_ended(record, runner_.bench_record(*selected.bench));
    return record;
  }

  // The first error of any record.
  Result<void> finish() {
    RIGOR_CHECK(recorded_);
    std::vector<BenchRecord> benches;
    for (const BenchDescription* bench : benches_) benches.push_back(runner_.bench_record(*bench));
    return files_.tests_left_out(std::move(left_out_), benches);
  }

 private:
  TestRunner& runner_;
  RunFiles& files_;
  const Interruption& interruption_;
  Result<void> recorded_;
  std::vector<TestRecord> left_out_;
  std::set<const BenchDescription*> benches_;
};

}  // namespace

int run(const RunCommand& command, const Output& output) {
  block_interrupting_signals();
  const VerbTable verbs = make_verb_table();
  Faults faults;
  Prepared prepared;
  if (auto ready = prepare(command, verbs, prepared, faults); !ready)
    return faults.empty() ? output.failure(ready.error()) : output.failure(faults);

  const std::uint64_t seed = command.seed.value_or(random_seed());
  const std::string id = make_run_id(random_seed());
  auto session = BenchSession::open({prepared.rig, id, command.out, seed, command.allow, {}, command.lab});
  if (!session) return output.failure(session.error());
  auto files = RunFiles::open(
      {prepared.rig, command.out, prepared.tests.size() * command.repeat, output.quiet(), command.all_traces},
      run_head(id, prepared.rig, command.argv, seed));
  if (!files) return output.failure(files.error());

  Result<void> recorded;
  {
    const Interruption interruption((*session)->clock());
    TestRunner runner((*session)->runner_parts(**files));
    GoogleTestOptions options{command.repeat, command.fail_fast, command.googletest};
    TestLoop loop(runner, **files, interruption);
    run_googletest(prepared.tests, options,
                   [&](const SelectedTest& selected, unsigned repeat) { return loop.run(selected, repeat); });
    recorded = loop.finish();
  }
  if (!recorded) return output.failure(recorded.error());
  if ((*files)->head().tests.empty())
    return output.failure(Error(Code::nothing_selected, "no test ran").hint("GoogleTest's own filter left none"));
  const auto finished = (*files)->finish();
  if (!finished) return output.failure(finished.error());
  output.document(nlohmann::json::parse(run_summary_json(*finished, command.out)));
  if (!output.quiet())
    output.line("report: " + std::filesystem::absolute(std::filesystem::path(command.out) / "report.html").string());
  return finished->exit_code.value_or(kBenchFault);
}

}  // namespace rigor::cli
