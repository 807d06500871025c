// The area of a window of any shape in two dimensions: a Gaussian process over points of a box, asked where it is least
// decided (straddle). Timing-search practice and figures: docs/search.md.
//
// Distances are measured in the window's own proportions, so that a thin slanted bar is as easy as a square.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "framework/search/problem.hpp"

namespace rigor::search {

// r^2 of a difference: its length in units of the window's own spread.
struct Metric {
  std::array<double, 3> inverse{1, 0, 1};  // of the covariance: xx, xy, yy
  [[nodiscard]] double squared(double dx, double dy) const {
    return inverse[0] * dx * dx + 2 * inverse[1] * dx * dy + inverse[2] * dy * dy;
  }
};

class LevelSet {
 public:
  struct Settings {
    Metric metric;
    double length = 1.7;  // of the kernel, in the metric
    double flake = 0.1;
  };
  LevelSet(std::vector<Point> candidates, const Settings& settings);

  void tell(const Point& x, bool passed);

  // Log of the chance of what was told, without what does not depend on the length.
  [[nodiscard]] double log_evidence() const;
  // Index of the candidate where a trial decides most, and by how much it is undecided; below zero: all are decided.
  struct Query {
    std::size_t candidate = 0;
    double straddle = -1;
  };
  [[nodiscard]] Query best_query() const;
  [[nodiscard]] const std::vector<Point>& candidates() const { return candidates_; }
  [[nodiscard]] bool inside(std::size_t candidate) const { return mean_[candidate] > threshold_; }
  [[nodiscard]] double ambiguity(std::size_t candidate) const;
  // For points that are no candidates.
  [[nodiscard]] bool inside(const Point& x) const;

 private:
  [[nodiscard]] double kernel(const Point& a, const Point& b) const;

  Settings settings_;
  double threshold_;
  std::vector<Point> candidates_;
  std::vector<double> mean_;
  std::vector<double> variance_;
  std::vector<Point> points_;
  std::vector<std::vector<double>> rows_;     // of the Cholesky factor
  std::vector<std::vector<double>> against_;  // per point: its part of every candidate's kernel
  std::vector<double> weights_;               // per point, forward-solved
  mutable std::vector<double> solved_;        // back-solved, for points that are no candidates
  double log_diagonal_ = 0;
};

}  // namespace rigor::search
