#include "framework/suite/verb.hpp"

#include <algorithm>

#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {

std::string_view effect_name(Effect effect) {
  switch (effect) {
    case Effect::read_only:
      return "read-only";
    case Effect::reversible:
      return "reversible";
    case Effect::wears:
      return "wears";
    case Effect::uncalibrated:
      return "uncalibrated";
    case Effect::irreversible:
      return "irreversible";
  }
  std::unreachable();
}

Result<Deed> Verb::effect_now(Step& step, const Arguments& arguments) const {
  return Deed{effect(arguments, step.bench().chip())};
}

VerbTable::VerbTable(std::vector<std::unique_ptr<Verb>> verbs) : verbs_(std::move(verbs)) {
  std::ranges::sort(verbs_, {}, [](const auto& verb) { return verb->description().name; });
}

const Verb* VerbTable::find(std::string_view name) const {
  const auto found =
      std::ranges::find(verbs_, name, [](const auto& verb) { return std::string_view(verb->description().name); });
  return found == verbs_.end() ? nullptr : found->get();
}

std::vector<std::string> VerbTable::names() const {
  std::vector<std::string> names;
  for (const auto& verb : verbs_) names.push_back(verb->description().name);
  return names;
}

VerbTable make_verb_table() {
  std::vector<std::unique_ptr<Verb>> verbs;
  add_power_verbs(verbs);
  add_identity_verbs(verbs);
  add_flash_verbs(verbs);
  add_memory_verbs(verbs);
  add_diagnosis_verbs(verbs);
  add_one_time_verbs(verbs);
  add_schedule_verbs(verbs);
  add_console_verbs(verbs);
  add_tool_verbs(verbs);
  add_option_verbs(verbs);
  add_life_cycle_verbs(verbs);
  add_authentication_verbs(verbs);
  return VerbTable(std::move(verbs));
}

}  // namespace rigor
