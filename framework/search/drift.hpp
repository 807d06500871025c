// Whether a window moves while it is searched.
//
// The same trials are explained twice: by a window that stands, and by windows that move at each of many speeds. What
// counts is how much better the best of the second kind do, all of them together (Bayes factor).
#pragma once

#include <span>
#include <vector>

#include "framework/search/trial_desk.hpp"
#include "framework/search/window_edges.hpp"

namespace rigor::search {

struct DriftFinding {
  double probability = 0;     // that the window moves, from one in ten
  std::vector<double> speed;  // per dimension, units per trial; of the likeliest explanation
};

// `edges` as they were found taking the window to stand still; trials far from it are left out.
[[nodiscard]] DriftFinding look_for_drift(const Problem& problem, std::span<const Trial> trials,
                                          const WindowEdges& edges, bool expected);

}  // namespace rigor::search
