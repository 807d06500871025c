#include "framework/search/level_set.hpp"

#include <algorithm>
#include <cmath>

namespace rigor::search {
namespace {

constexpr double kOutside = -0.6;  // mean before any trial: most points are outside
constexpr double kNoise = 0.25;    // variance of a label
constexpr double kBand = 1.96;
constexpr double kRoot3 = 1.7320508075688772;

}  // namespace

// Labels are +1 and -1: outside their mean is -1, inside 1 - 2 flake; the level lies half way.
LevelSet::LevelSet(std::vector<Point> candidates, const Settings& settings)
    : settings_(settings),
      threshold_(-settings.flake),
      candidates_(std::move(candidates)),
      mean_(candidates_.size(), kOutside),
      variance_(candidates_.size(), 1.0) {}

double LevelSet::kernel(const Point& a, const Point& b) const {
  const double r =
      kRoot3 * std::sqrt(std::max(0.0, settings_.metric.squared(a[0] - b[0], a[1] - b[1]))) / settings_.length;
  return (1 + r) * std::exp(-r);
}

// Appends a row to the Cholesky factor and moves every candidate by it: no trial is weighed twice.
void LevelSet::tell(const Point& x, bool passed) {
  const std::size_t count = points_.size();
  std::vector<double> row(count + 1);
  double left = 1 + kNoise;
  double residual = (passed ? 1.0 : -1.0) - kOutside;
  for (std::size_t i = 0; i < count; ++i) {
    double sum = kernel(x, points_[i]);
    for (std::size_t j = 0; j < i; ++j) sum -= row[j] * rows_[i][j];
    row[i] = sum / rows_[i][i];
    left -= row[i] * row[i];
    residual -= row[i] * weights_[i];
  }
  const double diagonal = std::sqrt(std::max(left, 1e-9));
  row[count] = diagonal;
  const double weight = residual / diagonal;
  std::vector<double> column(candidates_.size());
  for (std::size_t c = 0; c < column.size(); ++c) column[c] = kernel(x, candidates_[c]);
  for (std::size_t j = 0; j < count; ++j) {
    const std::vector<double>& other = against_[j];
    const double factor = row[j];
    for (std::size_t c = 0; c < column.size(); ++c) column[c] -= factor * other[c];
  }
  for (std::size_t c = 0; c < column.size(); ++c) {
    column[c] /= diagonal;
    mean_[c] += column[c] * weight;
    variance_[c] = std::max(0.0, variance_[c] - column[c] * column[c]);
  }
  log_diagonal_ += std::log(diagonal);
  rows_.push_back(std::move(row));
  against_.push_back(std::move(column));
  weights_.push_back(weight);
  points_.push_back(x);
  solved_.clear();
}

double LevelSet::log_evidence() const {
  double squares = 0;
  for (const double weight : weights_) squares += weight * weight;
  return -squares / 2 - log_diagonal_;
}

double LevelSet::ambiguity(std::size_t candidate) const {
  return kBand * std::sqrt(variance_[candidate]) - std::abs(mean_[candidate] - threshold_);
}

LevelSet::Query LevelSet::best_query() const {
  Query best;
  for (std::size_t c = 0; c < candidates_.size(); ++c)
    if (const double straddle = ambiguity(c); c == 0 || straddle > best.straddle) best = {c, straddle};
  return best;
}

bool LevelSet::inside(const Point& x) const {
  if (solved_.empty()) {
    solved_ = weights_;
    for (std::size_t i = solved_.size(); i-- > 0;) {
      for (std::size_t j = i + 1; j < solved_.size(); ++j) solved_[i] -= rows_[j][i] * solved_[j];
      solved_[i] /= rows_[i][i];
    }
  }
  double mean = kOutside;
  for (std::size_t i = 0; i < points_.size(); ++i) mean += solved_[i] * kernel(x, points_[i]);
  return mean > threshold_;
}

}  // namespace rigor::search
