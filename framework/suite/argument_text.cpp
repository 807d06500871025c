#include "framework/suite/argument_text.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace rigor {
namespace {

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    words.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return words;
}

Result<void> add_entry(RawArguments& raw, const std::string& name, std::string sub, const std::string& value,
                       const Place& place) {
  auto found = std::ranges::find(raw, name, &std::pair<std::string, RawValue>::first);
  if (found == raw.end()) found = raw.insert(raw.end(), {name, RawValue{Table{}, place}});
  auto* table = std::get_if<Table>(&found->second.value);
  if (table == nullptr) return fail(Code::usage, fmt::format("'{}' is given both as a value and as a map", name));
  table->emplace_back(std::move(sub), value);
  return {};
}

bool is_flag(const VerbDescription& verb, std::string_view name) {
  const auto parameter = std::ranges::find(verb.parameters, name, &Parameter::name);
  return parameter != verb.parameters.end() && parameter->kind == ParameterKind::flag;
}

}  // namespace

Result<RawArguments> parse_argument_texts(const std::vector<std::string>& texts, const VerbDescription& verb) {
  const Place place{"command line", 0, 0, {}};
  RawArguments raw;
  for (const std::string& text : texts) {
    if (is_flag(verb, text)) {
      raw.emplace_back(text, RawValue{"true", place});
      continue;
    }
    const std::size_t equals = text.find('=');
    const std::string key = equals == std::string::npos ? verb.primary : text.substr(0, equals);
    const std::string value = equals == std::string::npos ? text : text.substr(equals + 1);
    if (key.empty())
      return fail(
          Error(Code::usage, fmt::format("'{}' is not KEY=VALUE", text)).hint(fmt::format("rigor help {}", verb.name)));
    if (const std::size_t dot = key.find('.'); dot != std::string::npos) {
      RIGOR_CHECK(add_entry(raw, key.substr(0, dot), key.substr(dot + 1), value, place));
      continue;
    }
    const auto parameter = std::ranges::find(verb.parameters, key, &Parameter::name);
    const bool words = parameter != verb.parameters.end() && parameter->kind == ParameterKind::words;
    raw.emplace_back(key, words ? RawValue{split_words(value), place} : RawValue{value, place});
  }
  return raw;
}

}  // namespace rigor
