#include "framework/suite/arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cstdlib>

#include "framework/base/suggest.hpp"
#include "framework/bench/units.hpp"

namespace rigor {

std::string_view kind_name(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::text:
      return "a word";
    case ParameterKind::flag:
      return "on or off";
    case ParameterKind::integer:
      return "a number";
    case ParameterKind::size:
      return "a size such as 64KiB";
    case ParameterKind::duration:
      return "a duration such as 20ms";
    case ParameterKind::words:
      return "a list of words";
    case ParameterKind::table:
      return "a map";
  }
  std::unreachable();
}

template <typename T>
const T* Arguments::get(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  if (found == values_.end()) return nullptr;
  const T* value = std::get_if<T>(&found->second);
  if (value == nullptr) std::abort();  // the verb asks for its own parameter as another kind than it describes
  return value;
}

std::string Arguments::text(std::string_view name, std::string_view otherwise) const {
  const auto* value = get<std::string>(name);
  return value != nullptr ? *value : std::string(otherwise);
}
bool Arguments::flag(std::string_view name, bool otherwise) const {
  const auto* value = get<bool>(name);
  return value != nullptr ? *value : otherwise;
}
std::int64_t Arguments::integer(std::string_view name, std::int64_t otherwise) const {
  const auto* value = get<std::int64_t>(name);
  return value != nullptr ? *value : otherwise;
}
Duration Arguments::duration(std::string_view name, Duration otherwise) const {
  const auto* value = get<Duration>(name);
  return value != nullptr ? *value : otherwise;
}
const std::vector<std::string>& Arguments::words(std::string_view name) const {
  static const std::vector<std::string> kNone;
  const auto* value = get<std::vector<std::string>>(name);
  return value != nullptr ? *value : kNone;
}
const Table& Arguments::table(std::string_view name) const {
  static const Table kNone;
  const auto* value = get<Table>(name);
  return value != nullptr ? *value : kNone;
}

std::string Arguments::describe() const {
  struct Printer {
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(bool value) const { return value ? "on" : "off"; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(Duration value) const { return format_duration(value); }
    std::string operator()(const std::vector<std::string>& value) const {
      return fmt::format("[{}]", fmt::join(value, ", "));
    }
    std::string operator()(const Table& value) const {
      std::vector<std::string> parts;
      for (const auto& [key, text] : value) parts.push_back(key + ": " + text);
      return fmt::format("{{{}}}", fmt::join(parts, ", "));
    }
  };
  std::vector<std::string> parts;
  for (const auto& [name, value] : values_) parts.push_back(name + "=" + std::visit(Printer{}, value));
  return fmt::format("{}", fmt::join(parts, ", "));
}

class ArgumentBinder {
 public:
  ArgumentBinder(const std::vector<Parameter>& parameters, Faults& faults) : parameters_(parameters), faults_(faults) {}

  Arguments bind(const RawArguments& raw, const Place& where) {
    for (const auto& [name, value] : raw) take(name, value);
    for (const Parameter& parameter : parameters_) {
      const bool given = std::ranges::any_of(raw, [&](const auto& entry) { return entry.first == parameter.name; });
      if (parameter.required && !given)
        faults_.add(where, fmt::format("'{}' is missing", parameter.name),
                    fmt::format("expected {}", kind_name(parameter.kind)));
    }
    return std::move(arguments_);
  }

 private:
  void take(const std::string& name, const RawValue& raw) {
    const auto parameter = std::ranges::find(parameters_, name, &Parameter::name);
    if (parameter == parameters_.end()) {
      std::vector<std::string> known;
      for (const Parameter& each : parameters_) known.push_back(each.name);
      faults_.add(raw.place, fmt::format("unknown parameter '{}'", name),
                  known.empty() ? "this verb takes none" : suggestion(name, known));
      return;
    }
    if (arguments_.values_.contains(name)) return faults_.add(raw.place, fmt::format("'{}' is given twice", name));
    convert(*parameter, raw);
  }

  void convert(const Parameter& parameter, const RawValue& raw) {
    if (parameter.kind == ParameterKind::table) return convert_table(parameter, raw);
    if (parameter.kind == ParameterKind::words) return convert_words(parameter, raw);
    const auto* text = std::get_if<std::string>(&raw.value);
    if (text == nullptr) return wrong(parameter, raw, "not a single value");
    switch (parameter.kind) {
      case ParameterKind::text:
        if (allowed(parameter, raw, *text)) store(parameter, *text);
        return;
      case ParameterKind::flag:
        return store_parsed(parameter, raw, *text, parse_bool(*text));
      case ParameterKind::integer:
        return store_parsed(parameter, raw, *text, parse_integer(*text));
      case ParameterKind::duration:
        return store_parsed(parameter, raw, *text, parse_duration(*text));
      case ParameterKind::size:
        return store_parsed(parameter, raw, *text, parse_size(*text));
      case ParameterKind::words:
      case ParameterKind::table:
        break;
    }
    std::unreachable();
  }

  void convert_words(const Parameter& parameter, const RawValue& raw) {
    std::vector<std::string> words;
    if (const auto* text = std::get_if<std::string>(&raw.value)) {
      words.push_back(*text);
    } else if (const auto* list = std::get_if<std::vector<std::string>>(&raw.value)) {
      words = *list;
    } else {
      return wrong(parameter, raw, "a map");
    }
    for (const std::string& word : words)
      if (!allowed(parameter, raw, word)) return;
    store(parameter, std::move(words));
  }

  void convert_table(const Parameter& parameter, const RawValue& raw) {
    const auto* table = std::get_if<Table>(&raw.value);
    if (table == nullptr) return wrong(parameter, raw, "not a map");
    for (const auto& entry : *table)
      if (!allowed(parameter, raw, entry.first)) return;
    store(parameter, *table);
  }

  bool allowed(const Parameter& parameter, const RawValue& raw, const std::string& word) {
    if (parameter.choices.empty() || std::ranges::find(parameter.choices, word) != parameter.choices.end()) return true;
    faults_.add(raw.place, fmt::format("'{}' does not know '{}'", parameter.name, word),
                suggestion(word, parameter.choices));
    return false;
  }

  template <typename T>
  void store_parsed(const Parameter& parameter, const RawValue& raw, const std::string& text, const Parsed<T>& parsed) {
    if constexpr (std::is_same_v<T, std::uint64_t>) {
      if (parsed) return store(parameter, static_cast<std::int64_t>(*parsed));
    } else {
      if (parsed) return store(parameter, *parsed);
    }
    faults_.add(raw.place, fmt::format("'{}' is '{}', which {}", parameter.name, text, parsed.error().message),
                parsed.error().hint);
  }

  template <typename T>
  void store(const Parameter& parameter, T value) {
    arguments_.values_.emplace(parameter.name, std::move(value));
  }

  void wrong(const Parameter& parameter, const RawValue& raw, std::string_view what) {
    faults_.add(raw.place, fmt::format("'{}' is {}", parameter.name, what),
                fmt::format("expected {}", kind_name(parameter.kind)));
  }

  const std::vector<Parameter>& parameters_;
  Faults& faults_;
  Arguments arguments_;
};

Arguments bind_arguments(const std::vector<Parameter>& parameters, const RawArguments& raw, const Place& where,
                         Faults& faults) {
  return ArgumentBinder(parameters, faults).bind(raw, where);
}

}  // namespace rigor
