// A suite as written in YAML: tests made of steps, each step a verb with arguments.
//
//   suite: close-and-regress
//   needs: [power, nrst]
//   vars: {image-size: 32KiB}                       # $image-size below; `--set image-size=64KiB` overrides it
//   matrix: [{method: certificate, tzen: on}, {method: password, tzen: off}]
//   tests:
//     - test: a part can be closed and brought back
//       steps:
//         - power: cycle                            # a bare value is the verb's primary parameter
//         - provision: {method: $method}
//         - discover: {fails: DA_NO_RESPONSE}       # every verb takes `fails`: the step passes when it fails so
//
// `matrix` is a list of rows, or a map of lists whose combinations are the rows. Every test runs once per row.
// Reading resolves variables and binds arguments, so that a suite that loads has no typing mistake left in it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/bench/schedule_description.hpp"
#include "framework/bench/yaml.hpp"
#include "framework/suite/arguments.hpp"
#include "framework/suite/verb.hpp"

namespace rigor {

using Variables = std::map<std::string, std::string>;

struct ScenarioStep {
  const Verb* verb = nullptr;  // of the table that the suite was read with
  Arguments arguments;
  std::string fails;  // code word that this step must fail with; empty: it must succeed
  Place place;
};

struct ScenarioTest {
  std::string name;  // "a part can be closed [method=password, tzen=off]"
  std::vector<ScenarioStep> steps;
};

struct Suite {
  std::string name;
  std::string about;
  std::filesystem::path path;
  std::vector<std::string> needs;      // words of capability_words()
  std::vector<std::string> variables;  // names of its `vars`, sorted
  std::vector<ScenarioTest> tests;
  std::map<std::string, ScheduleDescription> schedules;  // written out in the suite; others are files
};

// The key `needs` of a description, none when it is absent; a word that no bench can have is a fault.
[[nodiscard]] std::vector<std::string> read_needs(MapReader& map);

// Nothing exactly when a fault was added. `set` overrides the suite's `vars`; names that the suite does not have are
// left to the others that it may be meant for.
[[nodiscard]] std::optional<Suite> load_suite(const std::filesystem::path& path, const VerbTable& verbs,
                                              const Variables& set, Faults& faults);

}  // namespace rigor
