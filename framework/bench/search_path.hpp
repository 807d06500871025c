// Where names of files are looked up: `board: weact-h523` is boards/weact-h523.yaml below one of these directories.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigor {

struct SearchPath {
  std::vector<std::filesystem::path> roots;  // first match wins

  // The same path with the directory of `file` and its parent in front: a rig brings its own boards along.
  [[nodiscard]] SearchPath near(const std::filesystem::path& file) const;

  // ROOT/folder/name.yaml, for the first root that has it. A name with a slash in it is never found.
  [[nodiscard]] std::optional<std::filesystem::path> find(const std::filesystem::path& folder,
                                                          std::string_view name) const;
  // Every name that find() would find in `folder`, sorted.
  [[nodiscard]] std::vector<std::string> names(const std::filesystem::path& folder) const;
};

inline constexpr std::string_view kBoardFolder = "boards";
inline constexpr std::string_view kChipFolder = "boards/chips";
inline constexpr std::string_view kRigFolder = "rigs";
inline constexpr std::string_view kSuiteFolder = "suites";

}  // namespace rigor
