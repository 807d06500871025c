#include "framework/suite/scenario.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

#include "framework/base/suggest.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/suite/step_reader.hpp"

namespace rigor {
namespace {

struct MatrixRow {
  Variables variables;
  std::string label;
};

class SuiteReader {
 public:
  SuiteReader(const VerbTable& verbs, const Variables& set, Faults& faults)
      : verbs_(verbs), set_(set), faults_(faults) {}

  Suite read(const YamlNode& file) {
    Suite suite;
    MapReader map(file, faults_);
    suite.name = map.text("suite");
    suite.about = map.text("about", "");
    suite.needs = read_needs(map);
    read_variables(map.find("vars"));
    for (const auto& variable : variables_) suite.variables.push_back(variable.first);
    read_schedules(map.find("schedules"), suite);
    const std::vector<MatrixRow> rows = read_matrix(map.find("matrix"));
    for (const YamlNode& node : map.list("tests")) read_test(node, rows, suite);
    if (suite.tests.empty() && faults_.empty())
      map.fault("tests", "the suite has no tests", "an empty result is never a pass");
    map.finish();
    return suite;
  }

 private:
  void read_schedules(const YamlNode& node, Suite& suite) {
    const MapReader map(node, faults_);  // a fault when it is no map
    for (const std::string& name : node.keys())
      if (auto schedule = read_schedule(node.at(name), name, faults_)) suite.schedules[name] = std::move(*schedule);
  }

  void read_variables(const YamlNode& node) {
    for (const std::string& name : node.keys())
      if (const auto value = read_text(node.at(name), faults_)) variables_[name] = *value;
    for (const auto& [name, value] : set_)
      if (variables_.contains(name)) variables_[name] = value;
  }

  std::vector<MatrixRow> read_matrix(const YamlNode& node) {
    if (!node) return {MatrixRow{variables_, {}}};
    std::vector<Variables> combinations = node.is_map() ? combine(node) : read_rows(node);
    std::vector<MatrixRow> rows;
    for (Variables& combination : combinations) {
      std::vector<std::string> parts;
      for (const auto& [name, value] : combination) parts.push_back(name + "=" + value);
      combination.insert(variables_.begin(), variables_.end());
      rows.push_back({std::move(combination), fmt::format(" [{}]", fmt::join(parts, ", "))});
    }
    if (rows.empty()) faults_.add(node.place(), "'matrix' has no rows", "expected a list of maps or a map of lists");
    return rows;
  }

  std::vector<Variables> read_rows(const YamlNode& node) {
    std::vector<Variables> rows;
    for (const YamlNode& item : read_list(node, faults_).value_or(std::vector<YamlNode>{})) {
      Variables row;
      for (const std::string& name : item.keys())
        if (const auto value = read_text(item.at(name), faults_)) row[name] = *value;
      if (row.empty()) faults_.add(item.place(), fmt::format("a row of 'matrix' is {}", item.kind()), "expected a map");
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::vector<Variables> combine(const YamlNode& node) {
    std::vector<Variables> rows{{}};
    for (const std::string& name : node.keys()) {
      std::vector<Variables> longer;
      for (const std::string& value : read_texts(node.at(name), faults_).value_or(std::vector<std::string>{}))
        for (Variables row : rows) {
          row[name] = value;
          longer.push_back(std::move(row));
        }
      rows = std::move(longer);
    }
    return rows;
  }

  void read_test(const YamlNode& node, const std::vector<MatrixRow>& rows, Suite& suite) {
    MapReader map(node, faults_);
    const std::string name = map.text("test");
    const std::vector<YamlNode> steps = map.list("steps");
    map.finish();
    if (steps.empty() && node.is_map() && map.has("steps"))
      map.fault("steps", "the test has no steps", "an empty result is never a pass");
    if (std::ranges::find(names_, name) != names_.end())
      map.fault("test", fmt::format("a second test '{}'", name), "expected another name");
    names_.push_back(name);
    for (const MatrixRow& row : rows) {
      ScenarioTest test{name + row.label, {}};
      test.steps = StepReader(verbs_, row.variables, faults_).read_all(steps);
      suite.tests.push_back(std::move(test));
    }
  }

  const VerbTable& verbs_;
  const Variables& set_;
  Faults& faults_;
  Variables variables_;
  std::vector<std::string> names_;
};

}  // namespace

std::vector<std::string> read_needs(MapReader& map) {
  std::vector<std::string> needs = map.texts("needs", std::vector<std::string>{});
  const std::vector<std::string> known = capability_words();
  for (const std::string& need : needs)
    if (std::ranges::find(known, need) == known.end())
      map.fault("needs", fmt::format("no bench can have '{}'", need), suggestion(need, known));
  return needs;
}

std::optional<Suite> load_suite(const std::filesystem::path& path, const VerbTable& verbs, const Variables& set,
                                Faults& faults) {
  const std::size_t before = faults.size();
  const YamlNode file = load_yaml(path, faults);
  if (!file) return std::nullopt;
  Suite suite = SuiteReader(verbs, set, faults).read(file);
  suite.path = path;
  if (faults.size() != before) return std::nullopt;
  return suite;
}

}  // namespace rigor
