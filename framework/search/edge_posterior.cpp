#include "framework/search/edge_posterior.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rigor::search {
namespace {

constexpr std::size_t kMostCells = 4096;
// Only so that sums never end in nothing. A higher one would forget passes: failures that follow would bring back cells
// that a dozen passes have ruled out.
constexpr double kFloor = 1e-250;

double entropy(double p) { return p <= 0 || p >= 1 ? 0 : -p * std::log2(p) - (1 - p) * std::log2(1 - p); }

double normal_below(double z) { return 0.5 * std::erfc(-z * M_SQRT1_2); }

}  // namespace

FlakeWeights flake_prior(double expected) {
  FlakeWeights weights{};
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = std::exp(-0.7 * std::abs(std::log(kFlakeRates[i] / expected)));
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

double mean_rate(const FlakeWeights& weights) {
  return std::inner_product(weights.begin(), weights.end(), kFlakeRates.begin(), 0.0);
}

EdgePosterior::EdgePosterior(const Settings& settings) : settings_(settings) {
  const double wanted = std::ceil(2 * settings_.length / settings_.eps);
  cells_ = static_cast<std::size_t>(std::clamp(wanted, 1.0, static_cast<double>(kMostCells)));
  cell_ = settings_.length / static_cast<double>(cells_);
  std::vector<double> prior(cells_ + 1);
  for (std::size_t i = 0; i < cells_; ++i)  // log-uniform: windows are usually near the hit
    prior[i] = 1 / ((static_cast<double>(i) + 0.5) * cell_ + 4 * settings_.eps);
  const double sum = std::accumulate(prior.begin(), prior.end(), 0.0);
  for (double& mass : prior) mass *= (1 - settings_.beyond) / sum;
  prior[cells_] = settings_.beyond;
  mass_.fill(prior);
}

void EdgePosterior::tell(double distance, const EdgeEvidence& evidence) {
  const double sigma = std::max(settings_.blur * settings_.eps, 1e-12);
  const auto from = static_cast<std::ptrdiff_t>(std::floor((distance - 4 * sigma) / cell_ - 0.5));
  const auto to = static_cast<std::ptrdiff_t>(std::ceil((distance + 4 * sigma) / cell_));
  std::vector<double> step(cells_ + 1);  // P(inside) for an edge in each cell
  for (std::size_t i = 0; i <= cells_; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    step[i] = at < from ? 0 : at > to ? 1 : normal_below(((static_cast<double>(i) + 0.5) * cell_ - distance) / sigma);
  }
  step[cells_] = 1;  // beyond the domain: wherever the trial was
  for (std::size_t p = 0; p < mass_.size(); ++p) {
    double sum = 0;
    for (std::size_t i = 0; i <= cells_; ++i) {
      double& mass = mass_[p][i];
      mass = mass * (step[i] * evidence.inside[p] + (1 - step[i]) * evidence.outside) + kFloor;
      sum += mass;
    }
    for (double& mass : mass_[p]) mass /= sum;
    log_evidence_[p] += std::log(sum);
  }
}

std::vector<double> EdgePosterior::marginal(const FlakeWeights& weights) const {
  std::vector<double> all(cells_ + 1, 0.0);
  for (std::size_t p = 0; p < mass_.size(); ++p)
    for (std::size_t i = 0; i <= cells_; ++i) all[i] += weights[p] * mass_[p][i];
  return all;
}

double EdgePosterior::inside(double distance, const FlakeWeights& weights) const {
  if (distance <= 0) return 1;
  double before = 0;
  const auto whole = static_cast<std::size_t>(std::min(distance / cell_, static_cast<double>(cells_)));
  const double part = distance / cell_ - static_cast<double>(whole);
  for (std::size_t p = 0; p < mass_.size(); ++p) {
    before +=
        weights[p] * std::accumulate(mass_[p].begin(), mass_[p].begin() + static_cast<std::ptrdiff_t>(whole), 0.0);
    if (whole < cells_) before += weights[p] * part * mass_[p][whole];
  }
  return std::clamp(1 - before, 0.0, 1.0);
}

EdgePosterior::Estimate EdgePosterior::estimate(const FlakeWeights& weights) const {
  const std::vector<double> mass = marginal(weights);
  Estimate best;
  const auto span = std::max<std::size_t>(1, static_cast<std::size_t>(2 * settings_.eps / cell_));
  double sum = 0;
  for (std::size_t i = 0; i < cells_; ++i) {
    sum += mass[i];
    if (i >= span) sum -= mass[i - span];
    if (sum <= best.certainty) continue;
    best.certainty = sum;
    best.at = static_cast<double>(i);
  }
  // Centre of mass of the best window.
  const auto last = static_cast<std::size_t>(best.at);
  const std::size_t first = last + 1 >= span ? last + 1 - span : 0;
  double weighted = 0;
  double total = 0;
  for (std::size_t i = first; i <= last; ++i) {
    weighted += mass[i] * (static_cast<double>(i) + 0.5) * cell_;
    total += mass[i];
  }
  best.at = total > 0 ? weighted / total : 0;
  // Within eps of the end, the end is as good a name for it; whatever mass lies there counts together.
  double near_end = mass[cells_];
  for (std::size_t i = cells_; i > 0 && settings_.length - (static_cast<double>(i) - 0.5) * cell_ <= settings_.eps; --i)
    near_end += mass[i - 1];
  if (near_end > best.certainty) best = {settings_.length, 0, 0, near_end, true};
  double below = 0;
  bool low_known = false;
  best.low = best.high = settings_.length;
  for (std::size_t i = 0; i < cells_; ++i) {
    below += mass[i];
    if (!low_known && below >= 0.025) {
      best.low = static_cast<double>(i) * cell_;
      low_known = true;
    }
    if (below >= 0.975) {
      best.high = (static_cast<double>(i) + 1) * cell_;
      break;
    }
  }
  return best;
}

EdgePosterior::Query EdgePosterior::best_query(double reach, const FlakeWeights& weights, double false_pass) const {
  const std::vector<double> mass = marginal(weights);
  const double flake = mean_rate(weights);
  const double of_inside = entropy(flake);
  const double of_outside = entropy(false_pass);
  // Around the edge itself outcomes are a matter of actuation and tell little; so the step is taken as blurred as it
  // is.
  const double sigma = std::max(settings_.blur * settings_.eps, 1e-12);
  const auto band = static_cast<std::size_t>(std::min(std::ceil(3 * sigma / cell_), 40.0));
  std::vector<double> pass(2 * band);
  std::vector<double> bits(2 * band);
  for (std::size_t k = 0; k < pass.size(); ++k) {
    const double step = normal_below((static_cast<double>(k) - static_cast<double>(band) + 0.5) * cell_ / sigma);
    pass[k] = step * (1 - flake) + (1 - step) * false_pass;
    bits[k] = entropy(pass[k]);
  }
  Query best;
  double before = 0;  // mass of the cells before the band
  double within = 0;  // in the band
  for (std::size_t j = 0; j < std::min(band, cells_); ++j) within += mass[j];
  const auto last = static_cast<std::size_t>(std::min(std::floor(reach / cell_ + 1e-9), static_cast<double>(cells_)));
  for (std::size_t i = 1; i <= last; ++i) {
    if (i + band <= cells_) within += mass[i + band - 1];
    if (i > band) {
      within -= mass[i - band - 1];
      before += mass[i - band - 1];
    }
    const double beyond = std::clamp(1 - before - within, 0.0, 1.0);
    double passes = before * false_pass + beyond * (1 - flake);
    double explained = before * of_outside + beyond * of_inside;
    for (std::size_t k = 0; k < pass.size(); ++k) {
      const std::size_t j = i + k;  // cell j - band
      if (j < band || j - band >= cells_) continue;
      passes += mass[j - band] * pass[k];
      explained += mass[j - band] * bits[k];
    }
    if (before > 1 - 1e-6) break;
    const double gain = entropy(passes) - explained;
    if (gain > best.gain) best = {std::min(static_cast<double>(i) * cell_, reach), gain};
  }
  return best;
}

}  // namespace rigor::search
