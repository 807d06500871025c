#include "framework/search/exclusion.hpp"

#include <algorithm>
#include <cmath>

#include "framework/search/low_discrepancy.hpp"

namespace rigor::search {
namespace {

constexpr int kHalvings = 12;  // of the share of the domain that a box may take
constexpr std::size_t kMostBoxes = 60'000;
constexpr double kSlack = 1e-9;

Stretch widest_between(double lo, double hi, const std::vector<double>& failures, std::size_t needed) {
  std::vector<double> marks;
  for (const double x : failures)
    if (x >= lo && x <= hi) marks.push_back(x);
  Stretch widest{lo, lo};
  for (std::size_t i = 0; i <= marks.size(); ++i) {
    const double from = i == 0 ? lo : marks[i - 1];
    const double to = i + needed - 1 < marks.size() ? marks[i + needed - 1] : hi;
    if (to - from > widest.width()) widest = {from, to};
  }
  return widest;
}

bool apart(const Box& box, std::span<const Box> windows) {
  return std::ranges::all_of(windows, [&](const Box& window) {
    for (std::size_t i = 0; i < box.lo.size(); ++i)
      if (box.hi[i] <= window.lo[i] || box.lo[i] >= window.hi[i]) return true;
    return false;
  });
}

// Boxes are open below and closed above, so that of a grid's points those of one period lie in a box as wide.
std::size_t failures_in(const Box& box, std::span<const Point> failures, std::size_t enough) {
  std::size_t count = 0;
  for (const Point& x : failures) {
    bool in = true;
    for (std::size_t i = 0; in && i < x.size(); ++i) {
      const double slack = kSlack * (std::abs(box.lo[i]) + std::abs(box.hi[i]));
      in = x[i] > box.lo[i] + slack && x[i] <= box.hi[i] + slack;
    }
    if (in && ++count >= enough) break;
  }
  return count;
}

// Where a box may be that nobody has seen: its lower faces meet a failure each or the domain's end, for it could be
// pushed down until they do.
bool has_unproven_box(const Problem& problem, std::span<const Point> failures, std::span<const Box> windows,
                      std::size_t needed, std::span<const double> widths) {
  Random random(failures.size());
  const std::size_t dims = problem.dims.size();
  Box box{Point(dims), Point(dims)};
  for (std::size_t n = 0; n < kMostBoxes; ++n) {
    for (std::size_t i = 0; i < dims; ++i) {
      const Dimension& dim = problem.dims[i];
      const std::size_t pick = random.below(failures.size() + 2);
      const double top = std::max(dim.lo, dim.hi - widths[i]);
      box.lo[i] =
          pick >= failures.size() ? (pick == failures.size() ? dim.lo - 1e-6 * dim.range() : top) : failures[pick][i];
      if (box.lo[i] > top) box.lo[i] = dim.lo + random.uniform() * (top - dim.lo);
      box.hi[i] = box.lo[i] + widths[i];
    }
    if (apart(box, windows) && failures_in(box, failures, needed) < needed) return true;
  }
  return false;
}

std::vector<double> scaled(const Problem& problem, std::span<const double> widths, double share) {
  std::vector<double> list;
  for (std::size_t i = 0; i < widths.size(); ++i) list.push_back(std::min(share * widths[i], problem.dims[i].range()));
  return list;
}

}  // namespace

std::size_t failures_needed(double confidence, double flake) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil(std::log(1 - confidence) / std::log(flake) - 1e-9)));
}

Stretch widest_unproven(const Problem& problem, std::span<const Point> failures, std::span<const Box> windows,
                        std::size_t needed) {
  std::vector<double> marks;
  for (const Point& x : failures) marks.push_back(x.front());
  std::ranges::sort(marks);
  std::vector<Box> sorted(windows.begin(), windows.end());
  std::ranges::sort(sorted, {}, [](const Box& box) { return box.lo.front(); });
  Stretch widest;
  double from = problem.dims.front().lo;
  for (std::size_t i = 0; i <= sorted.size(); ++i) {
    const double to = i < sorted.size() ? sorted[i].lo.front() : problem.dims.front().hi;
    if (to > from)
      if (const Stretch here = widest_between(from, to, marks, needed); here.width() > widest.width()) widest = here;
    if (i < sorted.size()) from = std::max(from, sorted[i].hi.front());
  }
  return widest;
}

std::vector<double> exclusion_width(const Problem& problem, std::span<const Point> failures,
                                    std::span<const Box> windows, std::size_t needed) {
  if (problem.dims.size() == 1) return {widest_unproven(problem, failures, windows, needed).width()};
  std::vector<double> shape = problem.task.must_exclude_width;
  if (shape.empty())
    for (const Dimension& dim : problem.dims) shape.push_back(dim.range());
  const auto excluded = [&](double share) {
    return !has_unproven_box(problem, failures, windows, needed, scaled(problem, shape, share));
  };
  // What was asked for first, exactly: whether it is met must not depend on how finely the rest is looked for.
  double proven = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) proven = std::max(proven, problem.dims[i].range() / shape[i]);
  double unproven = 0;
  if (proven > 1) (excluded(1) ? proven : unproven) = 1;
  for (int i = 0; i < kHalvings; ++i) {
    const double share = (proven + unproven) / 2;
    (excluded(share) ? proven : unproven) = share;
  }
  return scaled(problem, shape, proven);
}

bool all_excluded(const Problem& problem, std::span<const Point> failures, std::span<const Box> windows,
                  std::size_t needed, std::span<const double> widths) {
  return !has_unproven_box(problem, failures, windows, needed, widths);
}

}  // namespace rigor::search
