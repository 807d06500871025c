// Reading YAML that people wrote: every node knows its place, every mistake becomes a Fault with that place.
//
//   Faults faults;
//   const YamlNode file = load_yaml("rigs/rack.yaml", faults);
//   MapReader rig(file, faults);
//   const std::string name = rig.text("rig");                       // required: its absence is a fault
//   const Duration settle = rig.duration("settle", 15ms);           // optional, with its default
//   const Drive drive = rig.word("drive", kDriveWords, Drive::push_pull);
//   rig.finish();                                                   // unknown keys are faults: "did you mean
//   'settle'?" if (!faults.empty()) return fail(faults.to_error());
//
// A getter that found a mistake has recorded it and returns a harmless value (the default, zero or empty), so the
// reading goes on and finds the next one. Nothing here throws. Nodes are values: cheap to copy, and they keep their
// document alive.
//
// Limits that a file in good faith never meets: 1 MiB, 32 levels, 100,000 nodes with aliases written out; one document
// per file, UTF-8, no tags, no duplicate keys, keys are plain text.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/clock.hpp"
#include "framework/bench/fault.hpp"

namespace rigor {

struct YamlValue;  // the tree, known to yaml.cpp and yaml_parse.cpp only

class YamlNode {
 public:
  YamlNode() = default;  // "not there"
  explicit YamlNode(std::shared_ptr<const YamlValue> value) : value_(std::move(value)) {}

  // False when the node is not in the file. An empty value ("key:") is there, and is_empty().
  [[nodiscard]] explicit operator bool() const { return value_ != nullptr; }
  [[nodiscard]] bool is_empty() const;
  [[nodiscard]] bool is_text() const;  // any scalar: 12, yes, "a b"
  [[nodiscard]] bool is_list() const;
  [[nodiscard]] bool is_map() const;
  // True when the scalar was written in quotes or as a block, so that it is meant as text.
  [[nodiscard]] bool is_quoted() const;

  // The scalar as written; empty for anything else.
  [[nodiscard]] const std::string& scalar() const;
  // Items of a list or values of a map, in the order of the file; empty for anything else.
  [[nodiscard]] std::vector<YamlNode> items() const;
  // Keys of a map in the order of the file.
  [[nodiscard]] std::vector<std::string> keys() const;
  // A value of a map; "not there" when it has none of that name, or when this is not a map.
  [[nodiscard]] YamlNode at(std::string_view key) const;

  [[nodiscard]] Place place() const;
  // Where a map's key itself stands; place() when it has no such key.
  [[nodiscard]] Place key_place(std::string_view key) const;
  // For messages: "'flash'", "item 2 of 'suites'", "the file".
  [[nodiscard]] std::string label() const;
  // What it is, for messages: "a list", "a map", "empty", "'text'".
  [[nodiscard]] std::string kind() const;

 private:
  std::shared_ptr<const YamlValue> value_;
};

// `file` is the name that faults carry. Returns "not there" when there is no tree to read; the fault says why.
[[nodiscard]] YamlNode parse_yaml(std::string_view text, std::string file, Faults& faults);
[[nodiscard]] YamlNode load_yaml(const std::filesystem::path& path, Faults& faults);

// Typed reads of one node. Nothing is returned exactly when a fault was added.
[[nodiscard]] std::optional<std::string> read_text(const YamlNode& node, Faults& faults);
[[nodiscard]] std::optional<bool> read_bool(const YamlNode& node, Faults& faults);
[[nodiscard]] std::optional<std::int64_t> read_integer(const YamlNode& node, Faults& faults,
                                                       std::int64_t low = std::numeric_limits<std::int64_t>::min(),
                                                       std::int64_t high = std::numeric_limits<std::int64_t>::max());
// Negative durations only where `low` allows them.
[[nodiscard]] std::optional<Duration> read_duration(const YamlNode& node, Faults& faults,
                                                    Duration low = Duration::zero(), Duration high = Duration::max());
[[nodiscard]] std::optional<std::uint64_t> read_size(const YamlNode& node, Faults& faults);
// "0011 22ff" or "001122ff".
[[nodiscard]] std::optional<Bytes> read_hex_bytes(const YamlNode& node, Faults& faults);
// "0032001A 3333510A 30363532" or [0x0032001A, 0x3333510A, 0x30363532].
[[nodiscard]] std::optional<std::vector<std::uint32_t>> read_hex_words(const YamlNode& node, Faults& faults);
// Index into `words`.
[[nodiscard]] std::optional<std::size_t> read_word(const YamlNode& node, std::span<const std::string> words,
                                                   Faults& faults);
// A list, or one scalar standing for a list of one. An empty value is an empty list.
[[nodiscard]] std::optional<std::vector<YamlNode>> read_list(const YamlNode& node, Faults& faults);
[[nodiscard]] std::optional<std::vector<std::string>> read_texts(const YamlNode& node, Faults& faults);

// A word of a file and what it means.
template <typename E>
struct Word {
  using Meaning = E;
  std::string_view text;
  E meaning;
};

// Reads a map key by key and remembers which keys were asked for. A missing key is reported at the map itself, by
// finish() or at the latest when the reader dies.
class MapReader {
 public:
  // `faults` must outlive the reader. A node that is not a map is one fault; then every getter is silent. A node that
  // is not there is no fault, whoever looked for it has said so.
  MapReader(YamlNode node, Faults& faults);
  MapReader(const MapReader&) = delete;
  MapReader& operator=(const MapReader&) = delete;
  ~MapReader();

  [[nodiscard]] const YamlNode& node() const { return node_; }
  [[nodiscard]] Faults& faults() { return faults_; }
  // True when the map has the key. Counts as asked for.
  [[nodiscard]] bool has(std::string_view key);

  // Any value: required(), or find() which may be "not there".
  [[nodiscard]] YamlNode required(std::string_view key);
  [[nodiscard]] YamlNode find(std::string_view key);

  // Without a default the key is required.
  [[nodiscard]] std::string text(std::string_view key, std::optional<std::string> otherwise = {});
  [[nodiscard]] bool boolean(std::string_view key, std::optional<bool> otherwise = {});
  [[nodiscard]] Duration duration(std::string_view key, std::optional<Duration> otherwise = {});
  [[nodiscard]] std::uint64_t size(std::string_view key, std::optional<std::uint64_t> otherwise = {});
  [[nodiscard]] Bytes hex_bytes(std::string_view key, std::optional<Bytes> otherwise = {});
  [[nodiscard]] std::vector<std::uint32_t> hex_words(std::string_view key,
                                                     std::optional<std::vector<std::uint32_t>> otherwise = {});
  [[nodiscard]] std::vector<std::string> texts(std::string_view key,
                                               std::optional<std::vector<std::string>> otherwise = {});
  // Items of a list, to be read by the caller.
  [[nodiscard]] std::vector<YamlNode> list(std::string_view key, std::optional<std::vector<YamlNode>> otherwise = {});

  // Within the range of T, or the narrower one given.
  template <std::integral T>
  [[nodiscard]] T integer(std::string_view key, std::optional<T> otherwise = {}, T low = lowest<T>(),
                          T high = highest<T>()) {
    const auto value =
        number(key, otherwise.has_value(), static_cast<std::int64_t>(low), static_cast<std::int64_t>(high));
    return value ? static_cast<T>(*value) : otherwise.value_or(T{});
  }

  // `words` is an array of Word<E>, so that a file's word and its meaning stand in one table.
  template <std::ranges::contiguous_range Words, typename E = typename std::ranges::range_value_t<Words>::Meaning>
  [[nodiscard]] E word(std::string_view key, const Words& words,
                       std::optional<std::type_identity_t<E>> otherwise = {}) {
    std::vector<std::string> texts;
    texts.reserve(std::ranges::size(words));
    for (const Word<E>& word : words) texts.emplace_back(word.text);
    const auto index = one_of(key, otherwise.has_value(), texts);
    const E& first = std::ranges::begin(words)->meaning;
    return index ? std::ranges::data(words)[*index].meaning : otherwise.value_or(first);
  }

  // A fault at the key (or at the map, when the key is absent).
  void fault(std::string_view key, std::string message, std::string hint = {});

  // Reports every key that was not asked for, and what is missing. Call it once, after the last getter.
  void finish();

 private:
  template <std::integral T>
  static constexpr T lowest() {
    return std::numeric_limits<T>::min();
  }
  template <std::integral T>
  static constexpr T highest() {
    if constexpr (std::same_as<T, std::uint64_t>) return std::numeric_limits<std::int64_t>::max();
    return std::numeric_limits<T>::max();
  }
  [[nodiscard]] YamlNode take(std::string_view key, bool optional);
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key, bool optional, std::int64_t low,
                                                   std::int64_t high);
  [[nodiscard]] std::optional<std::size_t> one_of(std::string_view key, bool optional,
                                                  std::span<const std::string> words);
  void report_missing();

  YamlNode node_;
  Faults& faults_;
  std::vector<std::string> asked_;
  std::vector<std::string> missing_;
};

}  // namespace rigor
