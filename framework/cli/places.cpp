#include "framework/cli/places.hpp"

#include <fmt/format.h>
#include <cstdlib>

#include "framework/base/suggest.hpp"

namespace rigor::cli {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread starts
  return value != nullptr ? value : "";
}

void add_if_there(SearchPath& path, const fs::path& root) {
  std::error_code ignored;
  if (!root.empty() && fs::is_directory(root / kBoardFolder, ignored)) path.roots.push_back(root);
}

}  // namespace

SearchPath search_path() {
  SearchPath path;
  std::error_code ignored;
  path.roots.push_back(fs::current_path(ignored));
  add_if_there(path, environment("RIGOR_DATA"));
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  if (!program.empty()) add_if_there(path, program.parent_path().parent_path() / "share" / "rigor");
  add_if_there(path, RIGOR_SOURCE_TREE);
  return path;
}

Result<fs::path> find_description(std::string_view folder, const std::string& what) {
  std::error_code ignored;
  if (what.find('/') != std::string::npos || what.ends_with(".yaml") || what.ends_with(".yml")) {
    if (fs::exists(what, ignored)) return fs::path(what);
    return fail(Code::file_unreadable, fmt::format("there is no file {}", what));
  }
  const SearchPath path = search_path();
  if (const auto found = path.find(folder, what)) return *found;
  const auto names = path.names(folder);
  return fail(Error(Code::name_unknown, fmt::format("no {}/{}.yaml", folder, what))
                  .hint(names.empty() ? "give the path of a file" : suggestion(what, names)));
}

Result<fs::path> state_directory() {
  if (const std::string own = environment("RIGOR_STATE"); !own.empty()) return fs::path(own);
  if (const std::string xdg = environment("XDG_STATE_HOME"); !xdg.empty()) return fs::path(xdg) / "rigor";
  if (const std::string home = environment("HOME"); !home.empty()) return fs::path(home) / ".local" / "state" / "rigor";
  return fail(Error(Code::usage, "nowhere to keep the boards' ledger").hint("set RIGOR_STATE or HOME"));
}

}  // namespace rigor::cli
