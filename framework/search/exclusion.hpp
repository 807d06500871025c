// What failures exclude: how wide a window can be that nobody has seen.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "framework/search/problem.hpp"

namespace rigor::search {

// Failures inside a window needed to exclude it: at least 1 - confidence of windows that fail at `flake` are missed.
[[nodiscard]] std::size_t failures_needed(double confidence, double flake);

struct Box {
  Point lo;
  Point hi;
};

// Per dimension. In one dimension exact: the widest stretch outside `windows` that holds fewer than `needed` failures.
// In more: the widest box with fewer than `needed` failures in it, apart from `windows`; its proportions are those of
// the task's must_exclude_width, or else of the domain. Sampled: 60,000 boxes.
[[nodiscard]] std::vector<double> exclusion_width(const Problem& problem, std::span<const Point> failures,
                                                  std::span<const Box> windows, std::size_t needed);

// Several dimensions: whether no box as wide as `widths` is such a box.
[[nodiscard]] bool all_excluded(const Problem& problem, std::span<const Point> failures, std::span<const Box> windows,
                                std::size_t needed, std::span<const double> widths);

struct Stretch {
  double from = 0;
  double to = 0;
  [[nodiscard]] double width() const { return to - from; }
};
// One dimension: that widest stretch itself.
[[nodiscard]] Stretch widest_unproven(const Problem& problem, std::span<const Point> failures,
                                      std::span<const Box> windows, std::size_t needed);

}  // namespace rigor::search
