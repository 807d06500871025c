#include "framework/bench/search_path.hpp"

#include <algorithm>
#include <set>
#include <system_error>

namespace rigor {

SearchPath SearchPath::near(const std::filesystem::path& file) const {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  SearchPath path{{folder, folder / ".."}};
  path.roots.insert(path.roots.end(), roots.begin(), roots.end());
  return path;
}

std::optional<std::filesystem::path> SearchPath::find(const std::filesystem::path& folder,
                                                      std::string_view name) const {
  if (name.empty() || name.contains('/') || name.contains('\0')) return std::nullopt;
  for (const std::filesystem::path& root : roots) {
    std::filesystem::path file = (root / folder / name).lexically_normal();
    file += ".yaml";
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error)) return file;
  }
  return std::nullopt;
}

std::vector<std::string> SearchPath::names(const std::filesystem::path& folder) const {
  std::set<std::string> names;
  for (const std::filesystem::path& root : roots) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(root / folder, error)) {
      if (entry.is_regular_file(error) && entry.path().extension() == ".yaml") names.insert(entry.path().stem());
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace rigor
