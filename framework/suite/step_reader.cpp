#include "framework/suite/step_reader.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

#include "framework/base/error.hpp"
#include "framework/base/suggest.hpp"

namespace rigor {
namespace {

constexpr std::string_view kFails = "fails";

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; }

}  // namespace

std::optional<ScenarioStep> StepReader::read(const YamlNode& node) {
  if (node.is_text()) return read_verb(node.scalar(), YamlNode(), node.place());
  const auto keys = node.keys();
  if (keys.size() != 1) {
    faults_.add(node.place(), fmt::format("a step is {}", node.kind()), "expected one verb, such as `- power: cycle`");
    return std::nullopt;
  }
  return read_verb(keys.front(), node.at(keys.front()), node.key_place(keys.front()));
}

std::optional<ScenarioStep> StepReader::read_verb(const std::string& name, const YamlNode& value, const Place& place) {
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

RawArguments StepReader::read_arguments(const VerbDescription& description, const YamlNode& value, ScenarioStep& step) {
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

std::string StepReader::read_code(const YamlNode& node) {
  std::string word = substitute(node);
  std::vector<std::string> known;
  for (int i = 0; i <= static_cast<int>(Code::aborted); ++i) known.emplace_back(code_name(static_cast<Code>(i)));
  if (std::ranges::find(known, word) == known.end())
    faults_.add(node.place(), fmt::format("'{}' is not an error code", word),
                nearest(word, known) ? suggestion(word, known) : "docs/verdicts.md lists them");
  return word;
}

RawValue StepReader::read_value(const YamlNode& node) {
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

std::string StepReader::substitute(const YamlNode& node) {
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

std::string StepReader::lookup(const std::string& name, const YamlNode& node) {
  if (const auto found = variables_.find(name); found != variables_.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& entry : variables_) known.push_back(entry.first);
  faults_.add(node.place(), fmt::format("unknown variable '${}'", name),
              known.empty() ? "the suite has neither `vars` nor `matrix`" : suggestion(name, known));
  return {};
}

std::vector<ScenarioStep> StepReader::read_all(const std::vector<YamlNode>& nodes) {
  std::vector<ScenarioStep> steps;
  for (const YamlNode& node : nodes)
    if (auto step = read(node)) steps.push_back(std::move(*step));
  return steps;
}

}  // namespace rigor
