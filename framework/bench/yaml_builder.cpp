#include "framework/bench/yaml_builder.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <ranges>
#include <string_view>
#include <utility>

namespace rigor {

namespace {

using Kind = YamlValue::Kind;

constexpr std::size_t kMostLevels = 32;
constexpr std::size_t kMostNodes = 100'000;
constexpr std::size_t kMostKeyBytes = 100;

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// yaml-cpp's own marks for "no tag" (plain and quoted scalars).
bool is_plain_tag(const std::string& tag) { return tag.empty() || tag == "?" || tag == "!"; }

// yaml-cpp 0.7 takes the end of the file for the closing quote in some places, so it is looked for here.
bool quote_is_closed(const YAML::Mark& mark, const YamlText& text) {
  auto row = static_cast<std::size_t>(std::max(mark.line, 0));
  auto at = static_cast<std::size_t>(std::max(mark.column, 0));
  if (row >= text.lines.size() || at >= text.lines[row].size()) return true;
  const char quote = text.lines[row][at];
  if (quote != '\'' && quote != '"') return true;  // a block scalar
  for (++at; row < text.lines.size(); ++row, at = 0) {
    const std::string& line = text.lines[row];
    for (; at < line.size(); ++at) {
      const bool escapes = quote == '"' ? line[at] == '\\' : line.compare(at, 2, "''") == 0;
      if (escapes) {
        ++at;
      } else if (line[at] == quote) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

YamlSpot YamlSpots::of(const YAML::Mark& mark) {
  if (mark.line < 0 || text_.lines.empty()) return {};
  const std::size_t lines = text_.lines.size();
  const auto row = static_cast<std::size_t>(mark.line);
  if (row >= lines) return {lines, characters(text_.lines.back()) + 1};  // the end of the file
  const std::string_view line = text_.lines[row];
  const std::size_t bytes = std::min(static_cast<std::size_t>(std::max(mark.column, 0)), line.size());
  if (row != row_ || bytes < bytes_) {
    row_ = row;
    bytes_ = characters_ = 0;
  }
  characters_ += characters(line.substr(bytes_, bytes - bytes_));
  bytes_ = bytes;
  return {row + 1, characters_ + 1};
}

const YamlSpot* YamlBuilder::open_bracket() const {
  for (const Frame& frame : frames_ | std::views::reverse) {
    if (frame.bracket) return &frame.value->spot;
  }
  return nullptr;
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (given_up_) return;
  if (wants_key()) return give_up(spots_.of(mark), "a key is empty", "expected a word before the ':'");
  // yaml-cpp puts the mark of an empty value on whatever follows, which may be lines below.
  const bool in_map = !frames_.empty() && frames_.back().has_key;
  const auto value = make(Kind::empty, in_map ? frames_.back().key_spot : spots_.of(mark), {});
  keep_anchor(anchor, value);
  attach(value);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (given_up_) return;
  const YamlSpot spot = spots_.of(mark);
  if (wants_key()) return give_up(spot, "a key is an alias", "expected plain text");
  const auto known = anchors_.find(anchor);
  if (known == anchors_.end()) {
    return give_up(spot, "an alias stands inside the value that it repeats", "write the value out");
  }
  attach(known->second);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  if (given_up_) return;
  const YamlSpot spot = spots_.of(mark);
  if (tag == "!" && !quote_is_closed(mark, *text_)) {
    return give_up(spot, "a quote is not closed", "add the quote that is missing");
  }
  if (wants_key()) return take_key(spot, value);
  const auto scalar = make(Kind::scalar, spot, tag);
  scalar->quoted = tag == "!";
  scalar->scalar = value;
  keep_anchor(anchor, scalar);
  attach(scalar);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value style) {
  open(Kind::list, mark, tag, anchor, style);
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  open(Kind::map, mark, tag, anchor, style);
}

bool YamlBuilder::wants_key() const {
  return !frames_.empty() && frames_.back().value->kind == Kind::map && !frames_.back().has_key;
}

std::shared_ptr<YamlValue> YamlBuilder::make(Kind kind, YamlSpot spot, const std::string& tag) {
  if (!is_plain_tag(tag)) {
    faults_.add(text_->place(spot), fmt::format("the tag '{}' is not used here", tag), "remove it");
  }
  auto value = std::make_shared<YamlValue>();
  value->kind = kind;
  value->spot = spot;
  value->text = text_;
  if (frames_.empty()) {
    value->label = "the file";
  } else if (const Frame& parent = frames_.back(); parent.has_key) {
    value->label = fmt::format("'{}'", parent.key);
  } else {
    value->label = fmt::format("item {} of {}", parent.value->entries.size() + 1, parent.value->label);
  }
  return value;
}

void YamlBuilder::open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) {
  if (given_up_) return;
  const YamlSpot spot = spots_.of(mark);
  if (wants_key()) {
    return give_up(spot, fmt::format("a key is a {}", kind == Kind::map ? "map" : "list"), "expected plain text");
  }
  if (frames_.size() == kMostLevels) {
    return give_up(spot, fmt::format("more than {} levels of maps and lists", kMostLevels), "nest less deeply");
  }
  frames_.push_back({make(kind, spot, tag), anchor, style == YAML::EmitterStyle::Flow, false, {}, {}});
}

void YamlBuilder::close() {
  if (given_up_ || frames_.empty()) return;
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  keep_anchor(frame.anchor, frame.value);
  attach(frame.value);
}

void YamlBuilder::take_key(YamlSpot spot, const std::string& key) {
  if (key.size() > kMostKeyBytes) {
    return give_up(spot, fmt::format("a key has {} bytes", key.size()),
                   fmt::format("expected at most {}", kMostKeyBytes));
  }
  Frame& frame = frames_.back();
  frame.has_key = true;
  frame.key = key;
  frame.key_spot = spot;
  const auto known = frame.value->index.find(key);
  if (known == frame.value->index.end()) return;
  faults_.add(text_->place(spot), fmt::format("key '{}' is given twice", key),
              fmt::format("it stands in line {} already", frame.value->entries[known->second].key_spot.line));
}

void YamlBuilder::attach(const std::shared_ptr<const YamlValue>& value) {
  if (frames_.empty()) {
    root_ = value;
    return;
  }
  Frame& frame = frames_.back();
  YamlValue& parent = *frame.value;
  parent.height = std::max(parent.height, value->height + 1);
  parent.weight += value->weight;
  if (parent.height + frames_.size() > kMostLevels + 2 || parent.weight > kMostNodes) {
    return give_up(parent.spot, "the aliases in here grow beyond all use", "write the values out");
  }
  if (frame.has_key && !parent.index.contains(frame.key)) {
    parent.index.emplace(frame.key, parent.entries.size());
    parent.entries.push_back({frame.key, frame.key_spot, value});
  } else if (!frame.has_key) {
    parent.entries.push_back({{}, value->spot, value});
  }
  frame.has_key = false;
}

void YamlBuilder::keep_anchor(YAML::anchor_t anchor, const std::shared_ptr<const YamlValue>& value) {
  if (anchor != 0) anchors_[anchor] = value;
}

void YamlBuilder::give_up(YamlSpot spot, std::string message, std::string hint) {
  faults_.add(text_->place(spot), std::move(message), std::move(hint));
  given_up_ = true;
}

}  // namespace rigor
