#include "framework/search/space_scan.hpp"

#include <algorithm>
#include <cmath>

#include "framework/search/label_change.hpp"

namespace rigor::search {
namespace {

constexpr int kMostDraws = 400;
constexpr double kEvenShare = 0.25;  // of points that no symptom moves, whatever the symptoms say
constexpr double kNearest = 0.002;   // of a range: as near to a change as it is worth looking
constexpr double kFarthest = 0.5;
constexpr double kOtherBase = 0.2;     // of points that start from another one that reached the stage
constexpr double kAround = 0.08;       // of a range, around a point that reached the stage
constexpr double kMostLattice = 2000;  // points; more than that is not played
constexpr std::size_t kFewest = 4;     // failures before symptoms are looked at

bool in_any(std::span<const Box> windows, const Point& x) {
  return std::ranges::any_of(windows, [&](const Box& box) {
    for (std::size_t i = 0; i < x.size(); ++i)
      if (x[i] < box.lo[i] || x[i] > box.hi[i]) return false;
    return true;
  });
}

}  // namespace

SpaceScan::SpaceScan(const Problem& problem, const TrialDesk& desk, Random& random)
    : problem_(problem), desk_(desk), random_(random) {
  enter_stage(1);
  const auto& wanted = problem_.task.must_exclude_width;
  std::vector<double> width;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    width.push_back(std::clamp(wanted[i] / problem_.dims[i].range(), 1e-4, 1.0));
  const std::size_t inside = failures_needed(problem_.task.confidence, problem_.task.assumed_flake);
  if (!width.empty() && SpreadLattice::size_of(width, inside) <= kMostLattice) lattice_.emplace(width, inside, random_);
}

void SpaceScan::enter_stage(int stage) {
  if (stage == stage_) return;
  stage_ = stage;
  tried_ = 0;
  free_.clear();
  const auto anchored = [this](const Dimension& dim) { return dim.anchor_stage == stage_; };
  all_free_ = stage > 1 && std::ranges::none_of(problem_.dims, anchored);
  for (std::size_t i = 0; i < problem_.dims.size(); ++i)
    if (all_free_ || problem_.dims[i].anchor_stage >= stage) free_.push_back(i);
  points_.emplace(free_.size(), random_);
}

// Trials that came to this stage.
std::vector<const Trial*> SpaceScan::reached() const {
  std::vector<const Trial*> list;
  for (const Trial& trial : desk_.trials())
    if (!trial.disowned && !trial.passed && trial.stage >= stage_) list.push_back(&trial);
  return list;
}

Point SpaceScan::next(std::span<const Box> windows) {
  int highest = 1;
  for (const Trial& trial : desk_.trials())
    if (!trial.passed) highest = std::max(highest, trial.stage);
  enter_stage(std::min(highest, 64));
  Point best = candidate(windows);
  for (int i = 0; i < kMostDraws && (!problem_.feasible(best) || in_any(windows, best)); ++i) best = candidate(windows);
  ++tried_;
  ++asked_;
  return best;
}

Point SpaceScan::candidate(std::span<const Box> windows) {
  Point point(problem_.dims.size());
  for (std::size_t i = 0; i < point.size(); ++i)
    point[i] = problem_.dims[i].lo + random_.uniform() * problem_.dims[i].range();
  if (stage_ == 1 && lattice_ && !lattice_->done()) {
    const Point even = lattice_->take();
    for (std::size_t i = 0; i < point.size(); ++i) point[i] = problem_.dims[i].lo + even[i] * problem_.dims[i].range();
    if (windows.empty() && problem_.task.kind != TaskKind::none && follow_symptoms(point)) lattice_->put_back();
    return point;
  }
  // Halton and R points can stand in bad rows; every other uniform draw bounds the loss by two in many dimensions.
  if (free_.size() < 4 || tried_ % 2 == 0) {
    const Point even = points_->take();
    for (std::size_t k = 0; k < free_.size(); ++k)
      point[free_[k]] = problem_.dims[free_[k]].lo + even[k] * problem_.dims[free_[k]].range();
  }
  if (stage_ > 1 && windows.empty()) keep_reached(point);
  if (windows.empty()) follow_symptoms(point);
  return point;
}

void SpaceScan::keep_reached(Point& point) {
  const auto list = reached();
  if (list.empty()) return;
  const Trial& base = random_.uniform() < kOtherBase ? *list[random_.below(list.size())] : *list.front();
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Dimension& dim = problem_.dims[i];
    if (!all_free_ && dim.anchor_stage < stage_) point[i] = base.x[i];
  }
  if (!all_free_ || random_.uniform() < kEvenShare) return;
  // What decides the earlier stages is not known. Where several points passed them, their spread tells: little where a
  // dimension decides, much where it does not.
  if (list.size() > 1) {
    for (std::size_t i = 0; i < point.size(); ++i) {
      const Dimension& dim = problem_.dims[i];
      const auto [least, most] = std::ranges::minmax(list, {}, [i](const Trial* trial) { return trial->x[i]; });
      const double beyond = (most->x[i] - least->x[i]) / static_cast<double>(list.size() - 1) + kNearest * dim.range();
      const double from = std::max(dim.lo, least->x[i] - beyond);
      const double to = std::min(dim.hi, most->x[i] + beyond);
      point[i] = from + (point[i] - dim.lo) / dim.range() * (to - from);
    }
    return;
  }
  // Near the only one, some of its coordinates kept.
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Dimension& dim = problem_.dims[i];
    if (random_.uniform() < 0.5)
      point[i] = std::clamp(list.front()->x[i] + (random_.uniform() - 0.5) * kAround * dim.range(), dim.lo, dim.hi);
  }
}

bool SpaceScan::follow_symptoms(Point& point) {
  if (desk_.label_count() < 2 || random_.uniform() < kEvenShare) return false;
  const auto list = reached();
  if (list.size() < kFewest) return false;
  bool moved = false;
  for (const std::size_t i : free_) {
    const Dimension& dim = problem_.dims[i];
    std::vector<LabelledPoint> points;
    for (const Trial* trial : list)
      if (trial->stage == stage_) points.push_back({trial->x[i], trial->label});
    const LabelChange change(std::move(points), dim.lo, dim.hi, desk_.label_count());
    if (random_.uniform() > change.probability()) continue;
    const double distance = dim.range() * kNearest * std::pow(kFarthest / kNearest, random_.uniform());
    const double from = change.draw(random_);
    const double x = random_.uniform() < 0.5 ? from - distance : from + distance;
    if (x < dim.lo || x > dim.hi) continue;
    point[i] = x;
    moved = true;
  }
  return moved;
}

}  // namespace rigor::search
