// Rules that the readers of rigs, boards and chips share.
#pragma once

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "framework/base/suggest.hpp"
#include "framework/bench/search_path.hpp"
#include "framework/bench/yaml.hpp"

namespace rigor {

// Names turn into file names, folders of results and words on the command line.
[[nodiscard]] inline bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 64 && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text, fits);
}

// A required name; one that would not do as a file name is a fault.
[[nodiscard]] inline std::string read_name(MapReader& reader, std::string_view key) {
  std::string name = reader.text(key);
  if (const YamlNode node = reader.find(key); node.is_text() && !is_name(name)) {
    reader.faults().add(node.place(), fmt::format("{} is {}", node.label(), node.kind()),
                        "expected a name of a-z, 0-9, '-', '_' and '.'");
  }
  return name;
}

// The file that a name refers to, or a fault at the name that says what there is.
[[nodiscard]] inline std::optional<std::filesystem::path> find_named(const YamlNode& node, std::string_view kind,
                                                                     std::string_view folder, const SearchPath& search,
                                                                     Faults& faults) {
  if (!node.is_text()) return std::nullopt;
  auto path = search.find(folder, node.scalar());
  if (!path) {
    const std::vector<std::string> known = search.names(folder);
    faults.add(node.place(), fmt::format("there is no {} '{}'", kind, node.scalar()),
               known.empty() ? fmt::format("no {}/*.yaml was found at all", folder) : suggestion(node.scalar(), known));
  }
  return path;
}

}  // namespace rigor
