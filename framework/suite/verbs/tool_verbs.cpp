#include <fmt/format.h>

#include "framework/base/program_outlet.hpp"
#include "framework/suite/outside_program.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

double microseconds(Duration duration) { return std::chrono::duration<double, std::micro>(duration).count(); }

class ToolVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "tool",
        "Runs another program with the bench's probe, behind a pseudo terminal; every line that it prints is in the "
        "timeline and can be an event of a schedule.",
        "command",
        {{"command", ParameterKind::words, true, "the program and its arguments; {serial} and {usb} are the probe's"},
         {"does",
          ParameterKind::text,
          false,
          "what it may do to the board; irreversible unless said otherwise, which needs both consents",
          {"read-only", "reversible", "wears", "irreversible"}},
         {"within", ParameterKind::duration, false, "how long it may take; 60 s by default"},
         {"status", ParameterKind::integer, false, "the exit status that is expected; 0 by default"},
         {"expect", ParameterKind::text, false, "a text that it must have printed, too"}}};
    return kDescription;
  }

  Effect effect(const Arguments& arguments, const ChipFacts&) const override {
    for (const Effect effect : {Effect::read_only, Effect::reversible, Effect::wears})
      if (arguments.text("does", "irreversible") == effect_name(effect)) return effect;
    return Effect::irreversible;
  }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const OutsideProgram program{
        .command = arguments.words("command"), .limit = arguments.duration("within", 60s), .lines_are_events = true};
    if (program.command.empty()) return fail(Code::usage, "no program: expected `command: [PROGRAM, ARGUMENT, ...]`");
    if (effect(arguments, step.bench().chip()) != Effect::read_only) step.board().forget();
    if (step.bench().plays_schedule() && !step.bench().description().is_virtual()) RIGOR_CHECK(note_skew(step));
    RIGOR_TRY(const ProgramOutcome outcome, run_outside(step, program));
    if (outcome.together > 0)
      step.evidence(fmt::format("{} of its {} lines came together with the line before: as events they say little",
                                outcome.together, outcome.lines));
    return judge(program, outcome, arguments);
  }

 private:
  // How late a line is seen; stored with the test, since edges that hang on lines are that late.
  static Result<void> note_skew(Step& step) {
    RIGOR_TRY(const TerminalSkew skew, measure_terminal_skew(step.bench().clock()));
    step.bench().note_measured("log-skew-us", microseconds(skew.median));
    step.evidence(fmt::format("a line is read {:.0f} us after it is written, {:.0f} us at most",
                              microseconds(skew.median), microseconds(skew.longest)));
    return {};
  }

  static Result<void> judge(const OutsideProgram& program, const ProgramOutcome& outcome, const Arguments& arguments) {
    if (outcome.status != static_cast<int>(arguments.integer("status", 0)))
      return fail(Code::tool_failed, describe_end(program, outcome));
    const std::string text = arguments.text("expect", "");
    if (outcome.output.contains(text)) return {};
    return fail(Code::expectation_failed, fmt::format("'{}' did not print '{}'", program.command.front(), text));
  }
};

}  // namespace

void add_tool_verbs(std::vector<std::unique_ptr<Verb>>& verbs) { verbs.push_back(std::make_unique<ToolVerb>()); }

}  // namespace rigor
