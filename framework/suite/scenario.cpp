#include "framework/suite/scenario.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cctype>

#include "framework/base/error.hpp"
#include "framework/base/suggest.hpp"
#include "framework/bench/rig_description.hpp"

namespace rigor {
namespace {

constexpr std::string_view kFails = "fails";

struct MatrixRow {
  Variables variables;
  std::string label;
};

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; }

// Reads the steps of one test for one row of the matrix.
class StepReader {
 public:
  StepReader(const VerbTable& verbs, const Variables& variables, Faults& faults)
      : verbs_(verbs), variables_(variables), faults_(faults) {}

  std::optional<ScenarioStep> read(const YamlNode& node) {
    if (node.is_text()) return read_verb(node.scalar(), YamlNode(), node.place());
    const auto keys = node.keys();
    if (keys.size() != 1) {
      faults_.add(node.place(), fmt::format("a step is {}", node.kind()),
                  "expected one verb, such as `- power: cycle`");
      return std::nullopt;
    }
    return read_verb(keys.front(), node.at(keys.front()), node.key_place(keys.front()));
  }

 private:
  std::optional<ScenarioStep> read_verb(const std::string& name, const YamlNode& value, const Place& place) {
    const Verb* verb = verbs_.find(name);
    if (verb == nullptr) {
      const auto names = verbs_.names();
      faults_.add(place, fmt::format("unknown verb '{}'", name), suggestion(name, names));
      return std::nullopt;
    }
    ScenarioStep step{verb, {}, {}, place};
    RawArguments raw = read_arguments(verb->description(), value, step);
    step.arguments = bind_arguments(verb->description().parameters, raw, place, faults_);
    return step;
  }

  RawArguments read_arguments(const VerbDescription& description, const YamlNode& value, ScenarioStep& step) {
    RawArguments raw;
    if (!value || value.is_empty()) return raw;
    if (!value.is_map()) {
      if (description.primary.empty())
        faults_.add(value.place(), fmt::format("'{}' takes no bare value", description.name),
                    "expected a map of parameters");
      else
        raw.emplace_back(description.primary, read_value(value));
      return raw;
    }
    for (const std::string& key : value.keys()) {
      if (key == kFails)
        step.fails = read_code(value.at(key));
      else
        raw.emplace_back(key, RawValue{read_value(value.at(key)).value, value.key_place(key)});
    }
    return raw;
  }

  std::string read_code(const YamlNode& node) {
    std::string word = substitute(node);
    std::vector<std::string> known;
    for (int i = 0; i <= static_cast<int>(Code::aborted); ++i) known.emplace_back(code_name(static_cast<Code>(i)));
    if (std::ranges::find(known, word) == known.end())
      faults_.add(node.place(), fmt::format("'{}' is not an error code", word),
                  nearest(word, known) ? suggestion(word, known) : "docs/verdicts.md lists them");
    return word;
  }

  RawValue read_value(const YamlNode& node) {
    if (node.is_list()) {
      std::vector<std::string> words;
      for (const YamlNode& item : node.items()) words.push_back(substitute(item));
      return {std::move(words), node.place()};
    }
    if (node.is_map()) {
      Table table;
      for (const std::string& key : node.keys()) table.emplace_back(key, substitute(node.at(key)));
      return {std::move(table), node.place()};
    }
    return {substitute(node), node.place()};
  }

  // Replaces each $name by its value.
  std::string substitute(const YamlNode& node) {
    if (!node.is_text() && !node.is_empty()) {
      faults_.add(node.place(), fmt::format("{} is {}", node.label(), node.kind()), "expected a plain value");
      return {};
    }
    const std::string& text = node.scalar();
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] != '$') {
        result += text[at++];
        continue;
      }
      std::size_t end = at + 1;
      while (end < text.size() && is_name_character(text[end])) ++end;
      result += lookup(text.substr(at + 1, end - at - 1), node);
      at = end;
    }
    return result;
  }

  std::string lookup(const std::string& name, const YamlNode& node) {
    if (const auto found = variables_.find(name); found != variables_.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& entry : variables_) known.push_back(entry.first);
    faults_.add(node.place(), fmt::format("unknown variable '${}'", name),
                known.empty() ? "the suite has neither `vars` nor `matrix`" : suggestion(name, known));
    return {};
  }

  const VerbTable& verbs_;
  const Variables& variables_;
  Faults& faults_;
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
    suite.needs = map.texts("needs", std::vector<std::string>{});
    check_needs(suite.needs, map);
    read_variables(map.find("vars"));
    for (const auto& variable : variables_) suite.variables.push_back(variable.first);
    const std::vector<MatrixRow> rows = read_matrix(map.find("matrix"));
    for (const YamlNode& node : map.list("tests")) read_test(node, rows, suite);
    if (suite.tests.empty() && faults_.empty())
      map.fault("tests", "the suite has no tests", "an empty result is never a pass");
    map.finish();
    return suite;
  }

 private:
  void check_needs(const std::vector<std::string>& needs, MapReader& map) {
    const std::vector<std::string> known = capability_words();
    for (const std::string& need : needs)
      if (std::ranges::find(known, need) == known.end())
        map.fault("needs", fmt::format("no bench can have '{}'", need), suggestion(need, known));
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
      StepReader reader(verbs_, row.variables, faults_);
      for (const YamlNode& step : steps)
        if (auto read = reader.read(step)) test.steps.push_back(std::move(*read));
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
