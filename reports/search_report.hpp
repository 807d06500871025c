// A timing search as one HTML file that needs nothing else: the window map, the edges with their intervals, every
// trial, and the command that plays one of them again.
#pragma once

#include <string>

#include "framework/suite/window_search.hpp"

namespace rigor {

// `command` is the search's own command line; a trial's is that and `--at NAME=MILLISECONDS ...`.
[[nodiscard]] std::string search_html(const SearchRecord& found, const std::string& command);

}  // namespace rigor
