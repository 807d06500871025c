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
// In more: the widest box of the domain's proportions with fewer than `needed` failures in it, apart from `windows`.
[[nodiscard]] std::vector<double> exclusion_width(const Problem& problem, std::span<const Point> failures,
                                                  std::span<const Box> windows, std::size_t needed);

struct Stretch {
  double from = 0;
  double to = 0;
  [[nodiscard]] double width() const { return to - from; }
};
// One dimension: that widest stretch itself.
[[nodiscard]] Stretch widest_unproven(const Problem& problem, std::span<const Point> failures,
                                      std::span<const Box> windows, std::size_t needed);

}  // namespace rigor::search
