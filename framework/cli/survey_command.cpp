// `rigor survey`: what a board answers, read-only.
#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

#include "framework/cli/bench_session.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/interruption.hpp"
#include "framework/cli/one_verb.hpp"
#include "framework/suite/survey.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

// Carries the rows out of the runner.
class SurveyVerb final : public Verb {
 public:
  explicit SurveyVerb(std::vector<SurveyRow>& rows) : rows_(rows) {}
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{"survey", "Reads everything that a board answers.", "", {}};
    return kDescription;
  }
  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }
  Result<void> run(Step& step, const Arguments&) const override {
    RIGOR_TRY(rows_, rigor::survey(step));
    return {};
  }

 private:
  std::vector<SurveyRow>& rows_;
};

void print(const std::vector<SurveyRow>& rows, const std::string& bench, const Output& output) {
  json listed = json::array();
  std::size_t differing = 0;
  for (const SurveyRow& row : rows) {
    const bool differs = row.agrees == false;
    differing += differs;
    listed.push_back({{"subject", row.subject},
                      {"seen", row.seen},
                      {"expected", row.expected.empty() ? json() : json(row.expected)},
                      {"agrees", row.agrees ? json(*row.agrees) : json()}});
    output.line(fmt::format("{:<32} {}{}", row.subject, row.seen,
                            differs ? fmt::format("   DIFFERS, described as {}", row.expected) : ""));
  }
  output.document({{"bench", bench}, {"rows", listed}, {"differing", differing}});
  if (differing > 0) std::cerr << "error: " << differing << " answers are not what the bench describes\n";
}

}  // namespace

int survey(const SurveyCommand& command, const Output& output) {
  block_interrupting_signals();
  Faults faults;
  const auto rig = load_named_rig(command.rig, faults);
  if (!rig) return faults.empty() ? output.failure(rig.error()) : output.failure(faults);
  const auto benches = choose_benches(*rig, {command.bench});
  if (!benches) return output.failure(benches.error());
  const BenchDescription& bench = *benches->front();

  auto session = BenchSession::open({*rig, make_run_id(random_seed()), {}, 0, {}, command.lab});
  if (!session) return output.failure(session.error());
  SilentObserver observer;
  const Interruption interruption((*session)->clock());
  TestRunner runner((*session)->runner_parts(observer));
  std::vector<SurveyRow> rows;
  const SurveyVerb verb(rows);
  const Suite suite = suite_of_one(verb, {}, (*session)->verbs(), bench);
  const TestRecord record = runner.run(suite, suite.tests.front(), bench, 1);
  if (record.verdict != Verdict::pass) {
    std::cerr << "error: " << record.message << '\n';
    output.document({{"bench", bench.name}, {"reason", record.reason}, {"message", record.message}});
    return exit_code_of(record.verdict);
  }
  print(rows, bench.name, output);
  const bool as_described = std::ranges::none_of(rows, [](const SurveyRow& row) { return row.agrees == false; });
  return as_described ? kDone : kFailed;
}

}  // namespace rigor::cli
