// Verbs: everything a person can ask of a bench, in one table.
//
// A verb is one small class: a description (name, one sentence, parameters), its effect for given arguments on a given
// chip, and what it does. Suite files, `rigor do`, `rigor help VERB`, validation of YAML and shell completion are faces
// of this table.
//
//   const VerbTable verbs = make_verb_table();
//   const Verb* verb = verbs.find("power");
//   Step step(...);
//   Result<void> result = perform(*verb, step, arguments);  // guard.hpp: the only way to run one
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/suite/arguments.hpp"
#include "framework/target/chip_facts.hpp"

namespace rigor {

class Step;

// What a verb does to a board, worst first when several apply.
enum class Effect : std::uint8_t {
  read_only,
  reversible,    // another verb brings it back
  wears,         // spends erase cycles
  uncalibrated,  // goes through a fact that no source confirms for this part
  irreversible,
};
[[nodiscard]] std::string_view effect_name(Effect effect);

struct VerbDescription {
  std::string name;
  std::string about;    // one sentence
  std::string primary;  // the parameter that a bare value stands for: `- power: cycle`; empty when there is none
  std::vector<Parameter> parameters;
};

// What a verb would do to the very part that is there.
struct Deed {
  Effect effect = Effect::read_only;
  unsigned count = 1;  // how many things of that effect; each takes a consent of its own
};

class Verb {
 public:
  virtual ~Verb() = default;
  [[nodiscard]] virtual const VerbDescription& description() const = 0;
  // The worst it may do to any part of this kind.
  [[nodiscard]] virtual Effect effect(const Arguments& arguments, const ChipFacts& chip) const = 0;
  // What it would do to this very part, which may be less: what is there already need not be written again. Asked
  // before anything is touched; reads only.
  [[nodiscard]] virtual Result<Deed> effect_now(Step& step, const Arguments& arguments) const;
  [[nodiscard]] virtual Result<void> run(Step& step, const Arguments& arguments) const = 0;
};

class VerbTable {
 public:
  explicit VerbTable(std::vector<std::unique_ptr<Verb>> verbs);
  // Null when there is none of that name.
  [[nodiscard]] const Verb* find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::vector<std::unique_ptr<Verb>>& all() const { return verbs_; }

 private:
  std::vector<std::unique_ptr<Verb>> verbs_;  // ordered by name
};

[[nodiscard]] VerbTable make_verb_table();

}  // namespace rigor
