// Reads steps: a verb with its arguments, for one set of variables.
#pragma once

#include <optional>
#include <string>

#include "framework/suite/scenario.hpp"

namespace rigor {

class StepReader {
 public:
  // All of them outlive the reader.
  StepReader(const VerbTable& verbs, const Variables& variables, Faults& faults)
      : verbs_(verbs), variables_(variables), faults_(faults) {}

  // Nothing when the step has no verb that is known; then, and for other mistakes, a fault was added.
  [[nodiscard]] std::optional<ScenarioStep> read(const YamlNode& node);
  [[nodiscard]] std::vector<ScenarioStep> read_all(const std::vector<YamlNode>& nodes);

 private:
  [[nodiscard]] std::optional<ScenarioStep> read_verb(const std::string& name, const YamlNode& value,
                                                      const Place& place);
  [[nodiscard]] RawArguments read_arguments(const VerbDescription& description, const YamlNode& value,
                                            ScenarioStep& step);
  [[nodiscard]] std::string read_code(const YamlNode& node);
  [[nodiscard]] RawValue read_value(const YamlNode& node);
  // Replaces each $name by its value.
  [[nodiscard]] std::string substitute(const YamlNode& node);
  [[nodiscard]] std::string lookup(const std::string& name, const YamlNode& node);

  const VerbTable& verbs_;
  const Variables& variables_;
  Faults& faults_;
};

}  // namespace rigor
