#include "framework/search/line_scan.hpp"

#include <algorithm>
#include <cmath>

namespace rigor::search {
namespace {

constexpr double kDefaultWidth = 0.01;  // of the range: narrower windows are excluded only where somebody asks for it
constexpr double kMeaningless = 0.9;    // symptoms are not listened to any more
constexpr double kDoubtful = 0.5;       // every other trial goes to the grid
constexpr std::size_t kPatience = 24;   // trials after which the symptoms may well be misleading

double width_to_exclude(const Problem& problem) {
  const auto& wanted = problem.task.must_exclude_width;
  const double range = problem.dims.front().range();
  return wanted.empty() ? kDefaultWidth * range : std::clamp(wanted.front(), range * 1e-5, range);
}

std::size_t grid_points(const Problem& problem, double width, std::size_t needed) {
  const double spacing = width / static_cast<double>(needed);
  return static_cast<std::size_t>(std::max(1.0, std::ceil(problem.dims.front().range() / spacing - 1e-9) - 1));
}

bool in_any(std::span<const Box> windows, double x) {
  return std::ranges::any_of(windows, [x](const Box& box) { return x >= box.lo.front() && x <= box.hi.front(); });
}

}  // namespace

LineScan::LineScan(const Problem& problem, const TrialDesk& desk, Random& random)
    : problem_(problem),
      desk_(desk),
      width_(width_to_exclude(problem)),
      needed_(failures_needed(problem.task.confidence, problem.task.assumed_flake)),
      grid_(grid_points(problem, width_, needed_), random.uniform()) {
  const Dimension& dim = problem.dims.front();
  if (problem.symptoms.size() >= 2 && problem.task.kind != TaskKind::none)
    directed_.emplace(dim.lo, dim.hi, problem.symptoms.size(), std::clamp(problem.task.assumed_flake, 0.1, 0.5));
}

bool LineScan::ask_symptoms(std::span<const Box> windows) {
  if (!directed_ || !windows.empty()) return false;
  for (; told_ < desk_.trials().size(); ++told_)
    if (const Trial& trial = desk_.trials()[told_]; !trial.passed) directed_->tell(trial);
  const double meaningless = directed_->uninformative();
  if (meaningless > kMeaningless) return false;
  if (meaningless > kDoubtful) return asked_ % 2 == 0;
  return directed_trials_ < kPatience || asked_ % 2 == 0;
}

std::optional<Point> LineScan::next(std::span<const Box> windows) {
  if (ask_symptoms(windows)) {
    ++asked_;
    ++directed_trials_;
    return Point{directed_->best_query()};
  }
  ++asked_;
  return next_of_grid(windows);
}

std::optional<Point> LineScan::next_of_grid(std::span<const Box> windows) {
  const Dimension& dim = problem_.dims.front();
  while (!grid_.done())
    if (const double x = dim.lo + grid_.take() * dim.range(); !in_any(windows, x) && problem_.feasible(Point{x}))
      return Point{x};
  std::vector<Point> failures;
  for (const Trial& trial : desk_.trials())
    if (!trial.passed) failures.push_back(trial.x);
  const Stretch widest = widest_unproven(problem_, failures, windows, needed_);
  if (widest.width() <= width_ * (1 + 1e-9)) return std::nullopt;
  return Point{(widest.from + widest.to) / 2};
}

}  // namespace rigor::search
