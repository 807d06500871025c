#include <fmt/format.h>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "framework/base/suggest.hpp"
#include "framework/cli/bench_session.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/interruption.hpp"
#include "framework/cli/one_verb.hpp"
#include "framework/suite/argument_text.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

// The step itself found that what it was asked for makes no sense: an address, a size, a name.
bool is_request(std::string_view reason) {
  for (int code = 0; code <= std::to_underlying(Code::aborted); ++code)
    if (code_name(static_cast<Code>(code)) == reason) return blame_of(static_cast<Code>(code)) == Blame::request;
  return false;
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
  return record.verdict == Verdict::error && is_request(record.reason) ? kWrongRequest : exit_code_of(record.verdict);
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
  const Suite suite = suite_of_one(*verb, std::move(arguments), verbs, *benches->front());
  const TestRecord record = runner.run(suite, suite.tests.front(), *benches->front(), 1);
  return print(record, output);
}

}  // namespace rigor::cli
