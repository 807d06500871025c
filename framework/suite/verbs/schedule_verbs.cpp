#include <fmt/format.h>

#include "framework/bench/units.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

Result<Offsets> offsets_of(const Arguments& arguments) {
  Offsets offsets;
  for (const auto& [name, text] : arguments.table("set")) {
    const auto offset = parse_duration(text);
    if (!offset)
      return fail(
          Error(Code::usage, fmt::format("offset '{}' {}", name, offset.error().message)).hint(offset.error().hint));
    offsets[name] = *offset;
  }
  return offsets;
}

class StartScheduleVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "start-schedule",
        "Plays edges of the bench's lines beside the steps that follow, each hung on an event: a probe command, a log "
        "or console line, another edge.",
        "schedule",
        {{"schedule", ParameterKind::text, true, "of the suite's `schedules:`, or suites/schedules/NAME.yaml"},
         {"set", ParameterKind::table, false, "offsets by name, instead of the schedule's own"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const ScheduleDescription description, step.schedule(arguments.text("schedule")));
    RIGOR_TRY(const Offsets offsets, offsets_of(arguments));
    RIGOR_TRY(const Schedule schedule, with_offsets(description, offsets));
    return step.bench().start_schedule(schedule);
  }
};

class EndScheduleVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "end-schedule",
        "Waits for edges that are still due and ends the schedule. An edge that never came or missed its tolerance "
        "makes the trial invalid, which is no judgement about the board.",
        "",
        {{"grace", ParameterKind::duration, false, "how long due edges are waited for; 10 s by default"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const auto played = step.bench().end_schedule(arguments.duration("grace", 10s));
    if (!played) return fail(Error(Code::usage, "no schedule plays").hint("`start-schedule` comes first"));
    for (const std::string& sentence : played->sentences()) step.evidence(sentence);
    step.evidence("played with " + played->quality.describe());
    if (played->valid()) return {};
    return fail(Error(Code::schedule_missed, "the schedule was not played as asked; the trial says nothing")
                    .hint("see the evidence of this step; on a busy machine, give edges more `tolerance`"));
  }
};

}  // namespace

void add_schedule_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<StartScheduleVerb>());
  verbs.push_back(std::make_unique<EndScheduleVerb>());
}

}  // namespace rigor
