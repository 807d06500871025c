#include <fmt/format.h>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "framework/base/suggest.hpp"
#include "framework/cli/bench_session.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/interruption.hpp"
#include "framework/suite/argument_text.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

// One verb is a suite of one step, so that power, attaching and the safe end are those of a run.
Suite suite_of(const Verb& verb, Arguments arguments, const VerbTable& verbs, const BenchDescription& bench) {
  Suite suite;
  suite.name = "do";
  ScenarioTest test{verb.description().name, {}};
  Faults none;
  if (verb.description().name != "power") {
    const bool relay = bench.wiring.power == WiringDescription::Power::relay;
    const Verb* prelude = verbs.find(relay ? "power" : "attach");
    const RawArguments on = {{"state", {std::string("on"), {}}}};
    test.steps.push_back(
        {prelude, bind_arguments(prelude->description().parameters, relay ? on : RawArguments{}, {}, none), {}, {}});
  }
  // Verbs that move a board's state need to know which board it is.
  for (const char* needy : {"set-state", "provision", "discover", "regress"})
    if (verb.description().name == needy) test.steps.push_back({verbs.find("identify"), {}, {}, {}});
  test.steps.push_back({&verb, std::move(arguments), {}, {}});
  suite.tests.push_back(std::move(test));
  return suite;
}

int print(const TestRecord& record, const Output& output) {
  // None when the bench could not even be opened; later ones brought the board back.
  const auto known = std::ranges::find(record.steps, record.test, &StepRecord::verb);
  const StepRecord step = known == record.steps.end() ? StepRecord() : *known;
  json result = {{"evidence", step.evidence}, {"reason", record.reason}, {"message", record.message}};
  output.document(
      {{"verb", record.test}, {"effect", step.effect}, {"verdict", verdict_name(record.verdict)}, {"result", result}});
  for (const std::string& sentence : step.evidence) output.line(sentence);
  if (record.verdict != Verdict::pass) std::cerr << "error: " << record.message << '\n';
  return exit_code_of(record.verdict);
}

}  // namespace

int do_verb(const DoCommand& command, const Output& output) {
  block_interrupting_signals();
  const VerbTable verbs = make_verb_table();
  const Verb* verb = verbs.find(command.verb);
  if (verb == nullptr)
    return output.failure(Error(Code::name_unknown, fmt::format("there is no verb '{}'", command.verb))
                              .hint(suggestion(command.verb, verbs.names())));
  Faults faults;
  const auto raw = parse_argument_texts(command.arguments, verb->description());
  if (!raw) return output.failure(raw.error());
  Arguments arguments = bind_arguments(verb->description().parameters, *raw, {"command line", 0, 0, {}}, faults);
  if (!faults.empty()) return output.failure(faults);
  const auto rig = load_named_rig(command.rig, faults);
  if (!rig) return faults.empty() ? output.failure(rig.error()) : output.failure(faults);
  const auto benches = choose_benches(*rig, {command.bench});
  if (!benches) return output.failure(benches.error());

  const std::uint64_t seed = command.seed.value_or(random_seed());
  auto session = BenchSession::open({*rig, make_run_id(random_seed()), {}, seed, command.allow, {}, command.lab});
  if (!session) return output.failure(session.error());
  SilentObserver observer;
  const Interruption interruption((*session)->clock());
  TestRunner runner((*session)->runner_parts(observer));
  const Suite suite = suite_of(*verb, std::move(arguments), verbs, *benches->front());
  const TestRecord record = runner.run(suite, suite.tests.front(), *benches->front(), 1);
  return print(record, output);
}

}  // namespace rigor::cli
