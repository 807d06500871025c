#include <fmt/format.h>

#include "framework/bench/line_jobs.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

class PowerVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "power",
        "Switches the board's supply with the bench's relay and attaches the probe when it is on.",
        "state",
        {{"state", ParameterKind::text, true, "on, off, or off and on again", {"on", "off", "cycle"}}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const std::string state = arguments.text("state");
    if (state != "on") RIGOR_CHECK(step.bench().switch_power(false));
    if (state == "off") return {};
    RIGOR_CHECK(step.bench().switch_power(true));
    return step.bench().connect();
  }
};

class AttachVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "attach", "Attaches the probe to a powered chip without resetting or halting it.", "", {}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments&) const override { return step.bench().connect(); }
};

// What debug authentication needs is enough for everything else; parts without it are reset well within 20 ms.
Duration default_hold(const ChipFacts& chip) {
  const Duration hold = chip.authentication.reset_hold;
  return hold > Duration::zero() ? hold : std::chrono::milliseconds(20);
}

class ResetVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "reset",
        "Resets the chip: through NRST, or with a system reset request through the debug port.",
        "by",
        {{"by", ParameterKind::text, false, "pin (the default) or system", {"pin", "system"}},
         {"hold", ParameterKind::duration, false,
          "how long NRST is held; the chip file's reset-hold by default, or 20 ms"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    if (arguments.text("by", "pin") == "system") return step.target().system_reset();
    return step.bench().pulse_reset(arguments.duration("hold", default_hold(step.bench().chip())));
  }
};

class LineVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "line",
        "Moves a line of the bench, such as boot0 or one of its own (aux-NAME). For power and nrst there are `power` "
        "and "
        "`reset`.",
        "",
        {{"name", ParameterKind::text, true, "the line's job: boot0, probe-power, probe-nrst, aux-NAME"},
         {"to", ParameterKind::text, true, "its state: on or off; of boot0 high or low"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const std::string name = arguments.text("name"), state = arguments.text("to");
    const auto words = state_words(name);
    if (!words || name == "power" || name == "nrst")
      return fail(Error(Code::usage, fmt::format("'{}' is no line that this verb moves", name))
                      .hint("expected boot0, probe-power, probe-nrst or aux-NAME"));
    if (state != words->active && state != words->inactive)
      return fail(Error(Code::usage, fmt::format("line '{}' is never '{}'", name, state))
                      .hint(fmt::format("expected {} or {}", words->active, words->inactive)));
    RIGOR_TRY(Relay* const line, step.bench().line(name));
    return without_value(line->set(state == words->active));
  }
};

class WaitVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "wait", "Lets time pass.", "for", {{"for", ParameterKind::duration, true, "how long"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    return step.bench().clock().sleep_for(arguments.duration("for", {}));
  }
};

}  // namespace

void add_power_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<PowerVerb>());
  verbs.push_back(std::make_unique<AttachVerb>());
  verbs.push_back(std::make_unique<ResetVerb>());
  verbs.push_back(std::make_unique<LineVerb>());
  verbs.push_back(std::make_unique<WaitVerb>());
}

}  // namespace rigor
