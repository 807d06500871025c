#include "framework/search/area_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rigor::search {
namespace {

constexpr std::size_t kSide = 24;     // candidates per side of the frame
constexpr std::size_t kReframe = 15;  // trials between looks at the frame
constexpr std::size_t kMostTrials = 220;
constexpr std::size_t kFewestTrials = 100;
constexpr double kFrameMargin = 0.35;                        // of the area's extent, around it
constexpr double kUndecided = 0.12;                          // of the area, may stay undecided
constexpr std::array<double, 3> kLengths = {1.0, 1.8, 3.2};  // in standard deviations of the area

}  // namespace

AreaSearch::AreaSearch(const Problem& problem, const Point& hit, const Point& chord, double flake)
    : problem_(problem), flake_(flake) {
  for (std::size_t i = 0; i < 2; ++i) {
    const Dimension& dim = problem.dims[i];
    const double half = std::max(2 * chord[i], 0.02 * dim.range());
    frame_.lo.push_back(std::max(dim.lo, hit[i] - half));
    frame_.hi.push_back(std::min(dim.hi, hit[i] + half));
  }
  const double sx = std::max(chord[0], 0.01 * problem.dims[0].range()) / std::sqrt(12.0);
  const double sy = std::max(chord[1], 0.01 * problem.dims[1].range()) / std::sqrt(12.0);
  metric_.inverse = {1 / (sx * sx), 0, 1 / (sy * sy)};
  extent_ = {hit, hit};
}

void AreaSearch::tell(const Trial& trial) {
  if (trial.disowned) return;
  trials_.push_back(trial);
  ++since_frame_;
  if (level_) level_->tell(trial.x, trial.passed);
}

LevelSet AreaSearch::make(double length, bool with_candidates) const {
  std::vector<Point> candidates;
  for (std::size_t row = 0; with_candidates && row < kSide; ++row)
    for (std::size_t cell = 0; cell < kSide; ++cell) {
      Point x = {frame_.lo[0] + (static_cast<double>(cell) + 0.5) / kSide * (frame_.hi[0] - frame_.lo[0]),
                 frame_.lo[1] + (static_cast<double>(row) + 0.5) / kSide * (frame_.hi[1] - frame_.lo[1])};
      if (problem_.feasible(x)) candidates.push_back(std::move(x));
    }
  LevelSet level(std::move(candidates), {metric_, length, flake_});
  for (const Trial& trial : trials_) {
    bool near = true;
    for (std::size_t i = 0; i < 2; ++i) {
      const double side = (frame_.hi[i] - frame_.lo[i]) / 2;
      near = near && trial.x[i] >= frame_.lo[i] - side && trial.x[i] <= frame_.hi[i] + side;
    }
    if (near) level.tell(trial.x, trial.passed);
  }
  return level;
}

// The box and the proportions of the points that are taken for inside.
void AreaSearch::take_frame(const std::vector<Point>& inside) {
  std::array<double, 2> mean{};
  Box box{inside.front(), inside.front()};
  for (const Point& x : inside)
    for (std::size_t i = 0; i < 2; ++i) {
      mean[i] += x[i] / static_cast<double>(inside.size());
      box.lo[i] = std::min(box.lo[i], x[i]);
      box.hi[i] = std::max(box.hi[i], x[i]);
    }
  extent_ = box;
  std::array<double, 2> cell{};
  for (std::size_t i = 0; i < 2; ++i) {
    cell[i] = (frame_.hi[i] - frame_.lo[i]) / kSide;
    const double margin = std::max(kFrameMargin * (box.hi[i] - box.lo[i]), 3 * cell[i]);
    frame_.lo[i] = std::max(problem_.dims[i].lo, box.lo[i] - margin);
    frame_.hi[i] = std::min(problem_.dims[i].hi, box.hi[i] + margin);
  }
  double xx = cell[0] * cell[0] / 12;
  double yy = cell[1] * cell[1] / 12;
  double xy = 0;
  for (const Point& x : inside) {
    xx += (x[0] - mean[0]) * (x[0] - mean[0]) / static_cast<double>(inside.size());
    yy += (x[1] - mean[1]) * (x[1] - mean[1]) / static_cast<double>(inside.size());
    xy += (x[0] - mean[0]) * (x[1] - mean[1]) / static_cast<double>(inside.size());
  }
  xy = std::clamp(xy, -0.98 * std::sqrt(xx * yy), 0.98 * std::sqrt(xx * yy));
  const double determinant = xx * yy - xy * xy;
  if (inside.size() >= 4 && determinant > 0) metric_.inverse = {yy / determinant, -xy / determinant, xx / determinant};
}

void AreaSearch::reframe() {
  since_frame_ = 0;
  if (level_) {
    std::vector<Point> inside;
    for (std::size_t c = 0; c < level_->candidates().size(); ++c)
      if (level_->inside(c)) inside.push_back(level_->candidates()[c]);
    for (const Trial& trial : trials_)
      if (trial.passed && inside.size() < 4) inside.push_back(trial.x);
    if (!inside.empty()) take_frame(inside);
  }
  std::optional<double> best;
  for (const double length : kLengths)
    if (const double evidence = make(length, false).log_evidence(); !best || evidence > *best) {
      best = evidence;
      length_ = length;
    }
  level_.emplace(make(length_, true));
}

std::optional<Point> AreaSearch::next() {
  if (!level_ || since_frame_ >= kReframe) {
    reframe();
    if (asked_ >= kFewestTrials) {
      double area = 0;
      double undecided = 0;
      for (std::size_t c = 0; c < level_->candidates().size(); ++c) {
        area += level_->inside(c);
        undecided += level_->ambiguity(c) > 0;
      }
      settled_ = undecided <= kUndecided * area;
    }
  }
  if (settled_ || asked_ >= kMostTrials) {
    if (asked_ >= kMostTrials) settled_ = true;
    return std::nullopt;
  }
  ++asked_;
  const auto query = level_->best_query();
  return level_->candidates().empty() ? std::nullopt : std::optional(level_->candidates()[query.candidate]);
}

bool AreaSearch::inside(const Point& x) const {
  if (!level_) return false;
  for (std::size_t i = 0; i < 2; ++i)
    if (x[i] < frame_.lo[i] || x[i] > frame_.hi[i]) return false;
  return level_->inside(x);
}

}  // namespace rigor::search
