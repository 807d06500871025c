// `rigor calibrate`: learns on a sacrificial board what a chip file only assumes, and writes it down with the date.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "framework/base/durable_file.hpp"
#include "framework/base/wall_time.hpp"
#include "framework/cli/bench_session.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/interruption.hpp"
#include "framework/cli/one_verb.hpp"
#include "framework/cli/places.hpp"

namespace rigor::cli {
namespace {

constexpr const char* kFolder = "suites/calibration";

Result<void> check_sacrificial(const BenchDescription& bench) {
  if (bench.sacrificial) return {};
  return fail(Error(Code::consent_missing,
                    fmt::format("bench '{}' is not marked as sacrificial: calibrating may lose its board", bench.name))
                  .hint("if the board may be lost, add `sacrificial: on` to the bench"));
}

// Only a certificate opens a part for a regression to TrustZone, and only with TrustZone on.
bool can_learn_partial_regression(const RigDescription& rig, const BenchDescription& bench) {
  const auto words = capabilities(rig, bench);
  return partial_regression_is_assumed(bench.board.chip.facts) &&
         std::ranges::find(words, "certificate") != words.end();
}

// A part's way of being provisioned decides what is done to it.
std::string suite_name(const ChipFacts& chip) {
  if (chip.family == Family::stm32h7rs) return "stm32h7rs";
  return chip.provisioning.store == RecordStore::one_time_memory ? "stm32h503" : "stm32h5";
}

// A password where the bench has one: it needs TrustZone off, which costs nothing.
Variables variables_for(const RigDescription& rig, const BenchDescription& bench) {
  const auto words = capabilities(rig, bench);
  if (std::ranges::find(words, "password") != words.end()) return {{"method", "password"}, {"tzen", "off"}};
  return {{"method", "certificate"}, {"tzen", "on"}};
}

Result<std::filesystem::path> file_to_write(const CalibrateCommand& command, const ChipFacts& chip) {
  std::filesystem::path path = command.out.empty() ? chip.name + "-calibration.yaml" : command.out;
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) return path;
  return fail(Error(Code::usage, fmt::format("{} is there already and will not be overwritten", path.string()))
                  .hint("--out FILE, or move it away"));
}

// The sacrificed board may leave OPEN through what is to be learnt, and is provisioned by rigor, whose facts they are.
RigDescription for_learning(const RigDescription& rig, const std::string& name) {
  RigDescription changed = rig;
  for (BenchDescription& bench : changed.benches)
    if (bench.name == name) {
      bench.allow.emplace_back("uncalibrated");
      bench.provisioning_tool.reset();
    }
  return changed;
}

int print(const Calibration& calibration, const std::vector<std::string>& left, const std::filesystem::path& path,
          const Output& output) {
  output.document({{"calibration", path.string()},
                   {"chip", calibration.chip},
                   {"board", calibration.board},
                   {"learnt", calibration.facts.names()},
                   {"left", left}});
  for (const std::string& name : calibration.facts.names()) output.line("learnt  " + name);
  for (const std::string& name : left) output.line("left    " + name);
  output.line(fmt::format("written to {}; a bench takes it in with `calibration: {}`", path.string(),
                          path.filename().string()));
  return left.empty() ? kDone : kFailed;
}

class Calibrator {
 public:
  Calibrator(const CalibrateCommand& command, const Output& output) : command_(command), output_(output) {}

  int run() {
    Faults faults;
    const auto described = load_named_rig(command_.rig, faults);
    if (!described) return faults.empty() ? output_.failure(described.error()) : output_.failure(faults);
    const RigDescription rig = for_learning(*described, command_.bench);
    const auto benches = choose_benches(rig, {command_.bench});
    if (!benches) return output_.failure(benches.error());
    const BenchDescription& bench = *benches->front();
    if (const auto may = check_sacrificial(bench); !may) return output_.failure(may.error());
    if (bench.board.chip.facts.assumed.empty()) {
      output_.line(fmt::format("nothing is left to learn of {}", bench.board.chip.facts.name));
      output_.document({{"chip", bench.board.chip.facts.name}, {"learnt", nlohmann::json::array()}});
      return kDone;
    }
    const auto path = file_to_write(command_, bench.board.chip.facts);
    if (!path) return output_.failure(path.error());
    return run_on(rig, bench, *path);
  }

 private:
  int run_on(const RigDescription& rig, const BenchDescription& bench, const std::filesystem::path& path) {
    auto session = BenchSession::open({rig, make_run_id(random_seed()), {}, 0, command_.allow, command_.lab});
    if (!session) return output_.failure(session.error());
    SilentObserver observer;
    const Interruption interruption((*session)->clock());
    TestRunner runner((*session)->runner_parts(observer));
    const auto record = play(**session, runner, suite_name(bench.board.chip.facts), variables_for(rig, bench), bench);
    if (!record) return kWrongRequest;
    if (record->verdict != Verdict::pass) return report_failure(*record, runner.knowledge(bench).learnt);
    if (!can_learn_partial_regression(rig, bench)) return write(bench, runner.knowledge(bench), path);
    // What the board has shown so far is worth writing down whatever becomes of it now.
    const auto partial = play(**session, runner, "stm32h5-partial", {}, bench);
    if (!partial) return kWrongRequest;
    if (partial->verdict != Verdict::pass) std::cerr << "error: " << partial->message << '\n';
    const int written = write(bench, runner.knowledge(bench), path);
    return partial->verdict == Verdict::pass ? written : exit_code_of(partial->verdict);
  }

  // Nothing when the suite cannot be played; that was said.
  std::optional<TestRecord> play(BenchSession& session, TestRunner& runner, const std::string& name,
                                 const Variables& variables, const BenchDescription& bench) {
    Faults faults;
    const auto file = find_description(kFolder, name);
    auto suite = file ? load_suite(*file, session.verbs(), variables, faults) : std::nullopt;
    if (!suite) {
      static_cast<void>(file ? output_.failure(faults) : output_.failure(file.error()));
      return std::nullopt;
    }
    ScenarioTest& test = suite->tests.front();
    const Suite prelude = suite_of_one(*session.verbs().find("identify"), {}, session.verbs(), bench);
    test.steps.insert(test.steps.begin(), prelude.tests.front().steps.begin(), prelude.tests.front().steps.end() - 1);
    return runner.run(*suite, test, bench, 1);
  }

  int report_failure(const TestRecord& record, const LearntFacts& learnt) {
    std::cerr << "error: " << record.message << '\n';
    output_.line(
        fmt::format("nothing was written; up to there the board had shown: {}", fmt::join(learnt.names(), ", ")));
    output_.document({{"reason", record.reason}, {"message", record.message}, {"learnt", learnt.names()}});
    return exit_code_of(record.verdict);
  }

  int write(const BenchDescription& bench, const BoardKnowledge& board, const std::filesystem::path& path) {
    Calibration calibration;
    calibration.chip = bench.board.chip.facts.name;
    calibration.at = utc_text(system_wall_time());
    calibration.board = board.uid ? board.uid->text() : "unknown";
    calibration.security_firmware = board.security_firmware;
    calibration.lab = bench.is_virtual();
    calibration.facts = board.learnt;
    if (const auto written = write_durably(path, calibration_text(calibration), 0644); !written)
      return output_.failure(written.error());
    ChipFacts after = bench.board.chip.facts;
    calibration.facts.apply_to(after);
    return print(calibration, unsettled_facts(after), path, output_);
  }

  const CalibrateCommand& command_;
  const Output& output_;
};

}  // namespace

int calibrate(const CalibrateCommand& command, const Output& output) {
  block_interrupting_signals();
  return Calibrator(command, output).run();
}

}  // namespace rigor::cli
