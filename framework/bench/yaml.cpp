#include "framework/bench/yaml.hpp"

#include <fmt/format.h>
#include <utility>

#include "framework/base/suggest.hpp"
#include "framework/bench/units.hpp"
#include "framework/bench/yaml_value.hpp"

namespace rigor {

namespace {

using Kind = YamlValue::Kind;

const YamlValue kNotThere{};

const YamlValue& value_or_nothing(const std::shared_ptr<const YamlValue>& value) { return value ? *value : kNotThere; }

}  // namespace

bool YamlNode::is_empty() const { return value_ && value_->kind == Kind::empty; }
bool YamlNode::is_text() const { return value_ && value_->kind == Kind::scalar; }
bool YamlNode::is_list() const { return value_ && value_->kind == Kind::list; }
bool YamlNode::is_map() const { return value_ && value_->kind == Kind::map; }
bool YamlNode::is_quoted() const { return value_ && value_->quoted; }

const std::string& YamlNode::scalar() const { return value_or_nothing(value_).scalar; }

std::vector<YamlNode> YamlNode::items() const {
  std::vector<YamlNode> nodes;
  for (const YamlEntry& entry : value_or_nothing(value_).entries) nodes.emplace_back(entry.value);
  return nodes;
}

std::vector<std::string> YamlNode::keys() const {
  std::vector<std::string> keys;
  if (!is_map()) return keys;
  for (const YamlEntry& entry : value_->entries) keys.push_back(entry.key);
  return keys;
}

YamlNode YamlNode::at(std::string_view key) const {
  const YamlValue& value = value_or_nothing(value_);
  const auto known = value.index.find(key);
  return known == value.index.end() ? YamlNode() : YamlNode(value.entries[known->second].value);
}

Place YamlNode::place() const { return value_ ? value_->text->place(value_->spot) : Place{}; }

Place YamlNode::key_place(std::string_view key) const {
  const YamlValue& value = value_or_nothing(value_);
  const auto known = value.index.find(key);
  return known == value.index.end() ? place() : value.text->place(value.entries[known->second].key_spot);
}

std::string YamlNode::label() const { return value_or_nothing(value_).label; }

std::string YamlNode::kind() const {
  constexpr std::size_t kShown = 40;
  if (is_list()) return "a list";
  if (is_map()) return "a map";
  if (!is_text()) return "empty";
  const std::string& text = scalar();
  return text.size() <= kShown ? fmt::format("'{}'", text) : fmt::format("'{}...'", text.substr(0, kShown));
}

namespace {

// The scalar, or a fault that says what stands there instead. `expected` as in "a duration such as 20ms".
const std::string* scalar_of(const YamlNode& node, std::string_view expected, Faults& faults) {
  if (node.is_text()) return &node.scalar();
  faults.add(node.place(), fmt::format("{} is {}", node.label(), node.kind()), fmt::format("expected {}", expected));
  return nullptr;
}

template <typename T>
std::optional<T> parsed(const YamlNode& node, std::string_view expected, Parsed<T> (*parse)(std::string_view),
                        Faults& faults) {
  const std::string* text = scalar_of(node, expected, faults);
  if (text == nullptr) return std::nullopt;
  Parsed<T> value = parse(*text);
  if (value) return *std::move(value);
  faults.add(node.place(), fmt::format("{}: {}", node.label(), value.error().message), value.error().hint);
  return std::nullopt;
}

void out_of_range(const YamlNode& node, std::string_view low, std::string_view high, Faults& faults) {
  faults.add(node.place(), fmt::format("{}: {} is out of range", node.label(), node.scalar()),
             fmt::format("expected {} to {}", low, high));
}

}  // namespace

std::optional<std::string> read_text(const YamlNode& node, Faults& faults) {
  const std::string* text = scalar_of(node, "text", faults);
  return text ? std::optional(*text) : std::nullopt;
}

std::optional<bool> read_bool(const YamlNode& node, Faults& faults) {
  return parsed(node, "on or off", parse_bool, faults);
}

std::optional<std::int64_t> read_integer(const YamlNode& node, Faults& faults, std::int64_t low, std::int64_t high) {
  const auto value = parsed(node, "a whole number such as 12 or 0x1F", parse_integer, faults);
  if (!value || (*value >= low && *value <= high)) return value;
  out_of_range(node, fmt::to_string(low), fmt::to_string(high), faults);
  return std::nullopt;
}

std::optional<Duration> read_duration(const YamlNode& node, Faults& faults, Duration low, Duration high) {
  const auto value = parsed(node, "a duration such as 20ms", parse_duration, faults);
  if (!value || (*value >= low && *value <= high)) return value;
  if (high == Duration::max()) {
    faults.add(node.place(), fmt::format("{}: {} is too short", node.label(), node.scalar()),
               fmt::format("expected at least {}", format_duration(low)));
  } else {
    out_of_range(node, format_duration(low), format_duration(high), faults);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> read_size(const YamlNode& node, Faults& faults) {
  return parsed(node, "a size such as 512KiB", parse_size, faults);
}

std::optional<Bytes> read_hex_bytes(const YamlNode& node, Faults& faults) {
  return parsed(node, "bytes such as 0a1b", parse_hex_bytes, faults);
}

std::optional<std::vector<std::uint32_t>> read_hex_words(const YamlNode& node, Faults& faults) {
  if (!node.is_list()) return parsed(node, "hex words such as 0032001A", parse_hex_words, faults);
  std::vector<std::uint32_t> words;
  for (const YamlNode& item : node.items()) {
    const auto word = read_integer(item, faults, 0, std::numeric_limits<std::uint32_t>::max());
    if (!word) return std::nullopt;
    words.push_back(static_cast<std::uint32_t>(*word));
  }
  return words;
}

std::optional<std::size_t> read_word(const YamlNode& node, std::span<const std::string> words, Faults& faults) {
  const std::string* text = scalar_of(node, suggestion("", words), faults);
  if (text == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == *text) return i;
  }
  faults.add(node.place(), fmt::format("{} is {}", node.label(), node.kind()), suggestion(*text, words));
  return std::nullopt;
}

std::optional<std::vector<YamlNode>> read_list(const YamlNode& node, Faults& faults) {
  if (node.is_list()) return node.items();
  if (node.is_text()) return std::vector{node};
  if (node.is_empty()) return std::vector<YamlNode>{};
  faults.add(node.place(), fmt::format("{} is {}", node.label(), node.kind()), "expected a list such as [a, b]");
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_texts(const YamlNode& node, Faults& faults) {
  const auto items = read_list(node, faults);
  if (!items) return std::nullopt;
  std::vector<std::string> texts;
  for (const YamlNode& item : *items) {
    auto text = read_text(item, faults);
    if (!text) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return texts;
}

}  // namespace rigor
