// Where files are found: descriptions that come with rigor, descriptions of the user, and the state that outlives a
// run.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "framework/base/result.hpp"
#include "framework/bench/search_path.hpp"

namespace rigor::cli {

// The working directory, $RIGOR_DATA, the installed share directory beside this program, and the source tree it was
// built in.
[[nodiscard]] SearchPath search_path();

// A path as it is, or a name looked up in `folder` of the search path ("virtual" is rigs/virtual.yaml).
// Errors: name_unknown, with the names that there are.
[[nodiscard]] Result<std::filesystem::path> find_description(std::string_view folder, const std::string& what);

// $RIGOR_STATE, or $XDG_STATE_HOME/rigor, or ~/.local/state/rigor.
[[nodiscard]] Result<std::filesystem::path> state_directory();

}  // namespace rigor::cli
