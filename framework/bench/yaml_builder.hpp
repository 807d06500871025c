// Turns yaml-cpp's events into a YamlValue tree, within limits, and finds what yaml-cpp lets pass: duplicate keys,
// tags, keys that are no text, aliases that would grow the tree without bound. Only yaml_parse.cpp includes this.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "framework/bench/fault.hpp"
#include "framework/bench/yaml_value.hpp"

namespace rigor {

// Turns yaml-cpp's marks (lines and bytes from 0) into spots. Marks mostly come in order, so the characters of a long
// line are counted once and not once per node.
class YamlSpots {
 public:
  explicit YamlSpots(const YamlText& text) : text_(text) {}
  [[nodiscard]] YamlSpot of(const YAML::Mark& mark);

 private:
  const YamlText& text_;
  std::size_t row_ = 0;
  std::size_t bytes_ = 0;
  std::size_t characters_ = 0;
};

class YamlBuilder final : public YAML::EventHandler {
 public:
  YamlBuilder(std::shared_ptr<const YamlText> text, Faults& faults)
      : text_(std::move(text)), spots_(*text_), faults_(faults) {}

  // Null when the document has no content or was given up.
  [[nodiscard]] std::shared_ptr<const YamlValue> root() const { return given_up_ ? nullptr : root_; }
  [[nodiscard]] bool given_up() const { return given_up_; }
  // Where the innermost bracket opened that is not closed yet; nothing to report when none is.
  [[nodiscard]] const YamlSpot* open_bracket() const;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    std::shared_ptr<YamlValue> value;
    YAML::anchor_t anchor = 0;
    bool bracket = false;
    bool has_key = false;
    std::string key;
    YamlSpot key_spot;
  };

  [[nodiscard]] bool wants_key() const;
  [[nodiscard]] std::shared_ptr<YamlValue> make(YamlValue::Kind kind, YamlSpot spot, const std::string& tag);
  void open(YamlValue::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style);
  void close();
  void take_key(YamlSpot spot, const std::string& key);
  void attach(const std::shared_ptr<const YamlValue>& value);
  void keep_anchor(YAML::anchor_t anchor, const std::shared_ptr<const YamlValue>& value);
  void give_up(YamlSpot spot, std::string message, std::string hint);

  std::shared_ptr<const YamlText> text_;
  YamlSpots spots_;
  Faults& faults_;
  bool given_up_ = false;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, std::shared_ptr<const YamlValue>> anchors_;
  std::shared_ptr<const YamlValue> root_;
};

}  // namespace rigor
