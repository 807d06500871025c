// The tree behind YamlNode, shared by the parser and the accessors; nobody else includes this.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "framework/bench/fault.hpp"

namespace rigor {

// A spot as people count: lines and characters from 1.
struct YamlSpot {
  std::size_t line = 1;
  std::size_t column = 1;
};

struct YamlText {
  std::string file;
  std::vector<std::string> lines;

  [[nodiscard]] Place place(YamlSpot spot) const {
    return {file, spot.line, spot.column, spot.line <= lines.size() ? lines[spot.line - 1] : std::string()};
  }
};

struct YamlValue;

struct YamlEntry {
  std::string key;    // empty for items of a list
  YamlSpot key_spot;  // for items, that of the item
  std::shared_ptr<const YamlValue> value;
};

struct YamlValue {
  enum class Kind : unsigned char { empty, scalar, list, map };
  Kind kind = Kind::empty;
  bool quoted = false;
  YamlSpot spot;
  std::size_t height = 1;  // levels from here down
  std::size_t weight = 1;  // nodes from here down, aliases written out
  std::string scalar;
  std::string label;
  std::vector<YamlEntry> entries;
  std::map<std::string, std::size_t, std::less<>> index;  // key to position in `entries`
  std::shared_ptr<const YamlText> text;
};

}  // namespace rigor
