#include "framework/search/soft_edge.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rigor::search {
namespace {

constexpr std::size_t kPositions = 120;
constexpr std::array<double, 7> kSlopes = {0.15, 0.4, 1, 2, 4, 8, 16};  // in eps
constexpr std::array<double, 7> kSharpPrior = {0.62, 0.28, 0.04, 0.025, 0.02, 0.01, 0.005};
constexpr std::array<double, 7> kSoftPrior = {0.08, 0.14, 0.2, 0.2, 0.18, 0.13, 0.07};
constexpr std::size_t kSoftFrom = 2;  // index of the first slope that is not sharp
constexpr std::size_t kCandidates = 48;

// Phi and the binary entropy from tables: a decision looks them up some 100,000 times.
class Table {
 public:
  template <typename Function>
  Table(double from, double to, Function function) : from_(from), scale_(kSteps / (to - from)) {
    for (std::size_t i = 0; i <= kSteps; ++i) values_[i] = function(from + static_cast<double>(i) / scale_);
  }
  [[nodiscard]] double operator()(double x) const {
    return values_[static_cast<std::size_t>(std::clamp((x - from_) * scale_, 0.0, double{kSteps}))];
  }

 private:
  static constexpr std::size_t kSteps = 2000;
  double from_;
  double scale_;
  std::array<double, kSteps + 1> values_{};
};

double phi(double z) {
  static const Table table(-5, 5, [](double x) { return 0.5 * std::erfc(-x * M_SQRT1_2); });
  return table(z);
}

double bits(double p) {
  static const Table table(
      0, 1, [](double x) { return x <= 0 || x >= 1 ? 0 : -x * std::log2(x) - (1 - x) * std::log2(1 - x); });
  return table(p);
}

}  // namespace

struct SoftEdge::Grid {
  double from = 0;
  double step = 0;
  std::vector<double> mass;  // position by slope, flake rates summed up; sums to one
  double flake = 0;          // mean
  [[nodiscard]] double position(std::size_t i) const { return from + (static_cast<double>(i) + 0.5) * step; }
  [[nodiscard]] double of_position(std::size_t i) const {
    return std::accumulate(mass.begin() + static_cast<std::ptrdiff_t>(i * kSlopes.size()),
                           mass.begin() + static_cast<std::ptrdiff_t>((i + 1) * kSlopes.size()), 0.0);
  }
};

SoftEdge::Grid SoftEdge::weigh(double from, double to) const {
  Grid grid{from, (to - from) / kPositions, std::vector<double>(kPositions * kSlopes.size()), 0};
  const auto& prior = settings_.expected ? kSoftPrior : kSharpPrior;
  double sum = 0;
  for (std::size_t i = 0; i < kPositions; ++i)
    for (std::size_t s = 0; s < kSlopes.size(); ++s) {
      FlakeWeights chance = settings_.flake;
      for (double& each : chance) each *= prior[s];
      for (const Seen& seen : trials_) {
        const double through = phi((grid.position(i) - seen.distance) / (kSlopes[s] * settings_.eps));
        for (std::size_t p = 0; p < chance.size(); ++p) {
          const double pass = (1 - kFlakeRates[p]) * through + settings_.false_pass * (1 - through);
          chance[p] *= 2 * (seen.passed ? pass : 1 - pass);  // twice: so that long products stay in range
        }
      }
      for (std::size_t p = 0; p < chance.size(); ++p) {
        grid.mass[i * kSlopes.size() + s] += chance[p];
        grid.flake += chance[p] * kFlakeRates[p];
        sum += chance[p];
      }
    }
  if (!(sum > 0) || !std::isfinite(sum)) {  // nothing fits: as before the first trial
    std::ranges::fill(grid.mass, 1.0 / static_cast<double>(grid.mass.size()));
    grid.flake = mean_rate(settings_.flake);
    return grid;
  }
  for (double& mass : grid.mass) mass /= sum;
  grid.flake /= sum;
  return grid;
}

double SoftEdge::best_query(const Grid& grid, double middle, double spread) const {
  double best = middle;
  double most = -1;
  for (std::size_t k = 0; k < kCandidates; ++k) {
    const double x = middle + spread * (6 * (static_cast<double>(k) + 0.5) / kCandidates - 3);
    if (x < 0 || x > settings_.length) continue;
    double pass = 0;
    double explained = 0;
    for (std::size_t i = 0; i < kPositions; ++i)
      for (std::size_t s = 0; s < kSlopes.size(); ++s) {
        const double mass = grid.mass[i * kSlopes.size() + s];
        if (mass < 1e-7) continue;
        const double chance = (1 - grid.flake) * phi((grid.position(i) - x) / (kSlopes[s] * settings_.eps));
        pass += mass * chance;
        explained += mass * bits(chance);
      }
    if (const double gain = bits(pass) - explained; gain > most) {
      most = gain;
      best = x;
    }
  }
  return best;
}

SoftEdge::Estimate SoftEdge::estimate() const {
  double from = 0;
  double to = settings_.length;
  Grid grid;
  double mean = 0;
  double deviation = 0;
  for (int zoom = 0; zoom < 3; ++zoom) {
    grid = weigh(from, to);
    mean = deviation = 0;
    for (std::size_t i = 0; i < kPositions; ++i) mean += grid.of_position(i) * grid.position(i);
    for (std::size_t i = 0; i < kPositions; ++i)
      deviation += grid.of_position(i) * (grid.position(i) - mean) * (grid.position(i) - mean);
    deviation = std::sqrt(deviation);
    const double around = std::max(6 * deviation + 2 * grid.step, 5 * settings_.eps);
    from = std::max(0.0, mean - around);
    to = std::min(settings_.length, mean + around);
    if (to - from > 0.8 * grid.step * kPositions) break;
  }
  Estimate result;
  double below = 0;
  result.at = mean;
  result.low = result.high = mean;
  for (std::size_t i = 0; i < kPositions; ++i) {
    const double mass = grid.of_position(i);
    if (below < 0.025 && below + mass >= 0.025) result.low = grid.position(i);
    if (below < 0.5 && below + mass >= 0.5) result.at = grid.position(i);
    if (below < 0.975 && below + mass >= 0.975) result.high = grid.position(i);
    below += mass;
  }
  for (std::size_t i = 0; i < kPositions; ++i) {
    if (std::abs(grid.position(i) - result.at) <= settings_.eps) result.certainty += grid.of_position(i);
    for (std::size_t s = 0; s < kSlopes.size(); ++s) {
      const double mass = grid.mass[i * kSlopes.size() + s];
      result.slope += mass * kSlopes[s] * settings_.eps;
      if (s >= kSoftFrom) result.soft += mass;
    }
  }
  result.query = best_query(grid, mean, std::max(deviation + result.slope, 0.5 * settings_.eps));
  return result;
}

}  // namespace rigor::search
