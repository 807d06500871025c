#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "framework/base/suggest.hpp"
#include "framework/bench/yaml.hpp"

namespace rigor {

namespace {

// A read value, or what stands for it.
template <typename T>
T value_or(std::optional<T> value, std::optional<T> otherwise) {
  if (value) return *std::move(value);
  return otherwise ? *std::move(otherwise) : T{};
}

}  // namespace

MapReader::MapReader(YamlNode node, Faults& faults) : node_(std::move(node)), faults_(faults) {
  if (node_ && !node_.is_map()) {
    faults_.add(node_.place(), fmt::format("{} is {}", node_.label(), node_.kind()),
                "expected a map such as {key: value}");
  }
}

MapReader::~MapReader() { report_missing(); }

YamlNode MapReader::find(std::string_view key) {
  if (std::ranges::find(asked_, key) == asked_.end()) asked_.emplace_back(key);
  return node_.at(key);
}

bool MapReader::has(std::string_view key) { return static_cast<bool>(find(key)); }

YamlNode MapReader::required(std::string_view key) { return take(key, false); }

YamlNode MapReader::take(std::string_view key, bool optional) {
  YamlNode value = find(key);
  if (!value && !optional && node_.is_map()) missing_.emplace_back(key);
  return value;
}

std::string MapReader::text(std::string_view key, std::optional<std::string> otherwise) {
  const YamlNode value = take(key, otherwise.has_value());
  return value_or(value ? read_text(value, faults_) : std::nullopt, std::move(otherwise));
}

bool MapReader::boolean(std::string_view key, std::optional<bool> otherwise) {
  const YamlNode value = take(key, otherwise.has_value());
  return value_or(value ? read_bool(value, faults_) : std::nullopt, otherwise);
}

Duration MapReader::duration(std::string_view key, std::optional<Duration> otherwise) {
  const YamlNode value = take(key, otherwise.has_value());
  return value_or(value ? read_duration(value, faults_) : std::nullopt, otherwise);
}

std::uint64_t MapReader::size(std::string_view key, std::optional<std::uint64_t> otherwise) {
  const YamlNode value = take(key, otherwise.has_value());
  return value_or(value ? read_size(value, faults_) : std::nullopt, otherwise);
}

Bytes MapReader::hex_bytes(std::string_view key, std::optional<Bytes> otherwise) {
  const YamlNode value = take(key, otherwise.has_value());
  return value_or(value ? read_hex_bytes(value, faults_) : std::nullopt, std::move(otherwise));
}

std::vector<std::uint32_t> MapReader::hex_words(std::string_view key,
                                                std::optional<std::vector<std::uint32_t>> otherwise) {
  const YamlNode value = take(key, otherwise.has_value());
  return value_or(value ? read_hex_words(value, faults_) : std::nullopt, std::move(otherwise));
}

std::vector<std::string> MapReader::texts(std::string_view key, std::optional<std::vector<std::string>> otherwise) {
  const YamlNode value = take(key, otherwise.has_value());
  return value_or(value ? read_texts(value, faults_) : std::nullopt, std::move(otherwise));
}

std::vector<YamlNode> MapReader::list(std::string_view key, std::optional<std::vector<YamlNode>> otherwise) {
  const YamlNode value = take(key, otherwise.has_value());
  return value_or(value ? read_list(value, faults_) : std::nullopt, std::move(otherwise));
}

std::optional<std::int64_t> MapReader::number(std::string_view key, bool optional, std::int64_t low,
                                              std::int64_t high) {
  const YamlNode value = take(key, optional);
  return value ? read_integer(value, faults_, low, high) : std::nullopt;
}

std::optional<std::size_t> MapReader::one_of(std::string_view key, bool optional, std::span<const std::string> words) {
  const YamlNode value = take(key, optional);
  return value ? read_word(value, words, faults_) : std::nullopt;
}

void MapReader::fault(std::string_view key, std::string message, std::string hint) {
  faults_.add(node_.key_place(key), std::move(message), std::move(hint));
}

void MapReader::finish() {
  for (const std::string& key : node_.keys()) {
    if (std::ranges::find(asked_, key) != asked_.end()) continue;
    // A misspelt required key is one mistake, not two.
    if (const auto meant = nearest(key, missing_)) {
      std::erase(missing_, *meant);
      fault(key, fmt::format("unknown key '{}'", key), fmt::format("did you mean '{}'?", *meant));
    } else {
      fault(key, fmt::format("unknown key '{}'", key), suggestion(key, asked_));
    }
  }
  report_missing();
}

void MapReader::report_missing() {
  for (const std::string& key : missing_) {
    faults_.add(node_.place(), fmt::format("{} has no '{}'", node_.label(), key), fmt::format("add '{}: ...'", key));
  }
  missing_.clear();
}

}  // namespace rigor
