#include "framework/search/directed_posterior.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace rigor::search {
namespace {

constexpr std::size_t kCentres = 1000;
constexpr std::array<double, 6> kWidths = {0.001, 0.004, 0.015, 0.04, 0.12, 0.3};  // of the range
constexpr std::array<double, 2> kErrors = {0.08, 0.4};
constexpr double kNothing = 0.3;       // prior of symptoms that mean nothing
constexpr double kListedOrder = 0.65;  // symptoms are mostly listed in the order of time
constexpr double kStir = 1e-4;         // mixed back in, so that a lie cannot kill the truth
constexpr std::size_t kMostLabels = 4;

double plogp(double p) { return p <= 0 ? 0 : -p * std::log2(p); }

}  // namespace

DirectedPosterior::DirectedPosterior(double lo, double hi, std::size_t labels, double flake)
    : lo_(lo), hi_(hi), labels_(std::max<std::size_t>(labels, 1)), flake_(flake), label_counts_(labels_, 0.0) {
  const std::size_t used = std::min(labels_, kMostLabels);
  for (std::size_t a = 0; a < used; ++a)
    for (std::size_t b = 0; b < used; ++b)
      for (const double error : kErrors)
        if (a != b)
          meanings_.push_back(
              {a, b, error, false,
               std::vector<double>(kCentres * kWidths.size(), a < b ? kListedOrder : 1 - kListedOrder)});
  meanings_.push_back({0, 0, 1, true, std::vector<double>(kCentres * kWidths.size(), 1.0)});
  double informed = 0;
  for (const Meaning& each : meanings_)
    if (!each.nothing) informed += each.mass.front();
  const double cells = static_cast<double>(kCentres * kWidths.size());
  for (Meaning& each : meanings_)
    for (double& mass : each.mass)
      mass = (each.nothing ? (informed > 0 ? kNothing : 1) : mass * (1 - kNothing) / informed) / cells;
}

double DirectedPosterior::centre(std::size_t i) const {
  return lo_ + (hi_ - lo_) * (static_cast<double>(i) + 0.5) / kCentres;
}

double DirectedPosterior::label_chance(const Meaning& meaning, bool before, std::size_t label) const {
  const auto count = static_cast<double>(labels_);
  if (meaning.nothing) {
    const double seen = std::accumulate(label_counts_.begin(), label_counts_.end(), 0.0);
    return (label_counts_[label] + 0.5) / (seen + 0.5 * count);
  }
  return meaning.error / count + (label == (before ? meaning.below : meaning.above) ? 1 - meaning.error : 0);
}

void DirectedPosterior::tell(const Trial& trial) {
  const double x = trial.x.front();
  const std::size_t label = std::min(trial.label, labels_ - 1);
  double sum = 0;
  for (Meaning& each : meanings_) {
    const double early = trial.passed ? 1e-3 : label_chance(each, true, label);
    const double late = trial.passed ? 1e-3 : label_chance(each, false, label);
    const double within = trial.passed ? 1 - flake_ : flake_ / static_cast<double>(labels_);
    for (std::size_t w = 0; w < kWidths.size(); ++w) {
      const double half = kWidths[w] * (hi_ - lo_) / 2;
      for (std::size_t c = 0; c < kCentres; ++c) {
        const double away = x - centre(c);
        double& mass = each.mass[w * kCentres + c];
        mass *= away < -half ? early : away > half ? late : within;
        sum += mass;
      }
    }
  }
  if (!trial.passed) label_counts_[label] += 1;
  for (Meaning& each : meanings_) {
    const double share = std::accumulate(each.mass.begin(), each.mass.end(), 0.0) / sum;
    for (double& mass : each.mass)
      mass = mass / sum * (1 - kStir) + kStir * share / static_cast<double>(each.mass.size());
  }
}

double DirectedPosterior::uninformative() const {
  return std::accumulate(meanings_.back().mass.begin(), meanings_.back().mass.end(), 0.0);
}

// `sums`: running sums over centres, for every width one after the other.
DirectedPosterior::Zones DirectedPosterior::zones(const std::vector<double>& sums, double x) const {
  Zones zones;
  constexpr std::size_t kRow = kCentres + 1;
  const double at = (x - lo_) / (hi_ - lo_) * kCentres - 0.5;
  for (std::size_t w = 0; w < kWidths.size(); ++w) {
    const double half = kWidths[w] * kCentres / 2;
    // Windows whose centre is below `first` are over when x comes; from `last` on they are still to come.
    const auto first = static_cast<std::size_t>(std::clamp(std::ceil(at - half), 0.0, double{kCentres}));
    const auto last =
        std::max(first, static_cast<std::size_t>(std::clamp(std::floor(at + half) + 1, 0.0, double{kCentres})));
    const double* row = sums.data() + w * kRow;
    zones.after += row[first];
    zones.within += row[last] - row[first];
    zones.before += row[kCentres] - row[last];
  }
  return zones;
}

double DirectedPosterior::gain(std::size_t candidate, const std::vector<std::vector<double>>& sums) const {
  const double x = centre(candidate);
  std::vector<double> seen(labels_, 0.0);
  double passes = 0;
  double explained = 0;
  const double spread = static_cast<double>(labels_);
  for (std::size_t m = 0; m < meanings_.size(); ++m) {
    const Meaning& each = meanings_[m];
    const Zones zone = zones(sums[m], x);
    double of_before = 0;
    double of_after = 0;
    for (std::size_t label = 0; label < labels_; ++label) {
      const double early = label_chance(each, true, label);
      const double late = label_chance(each, false, label);
      seen[label] += zone.before * early + zone.after * late + zone.within * flake_ / spread;
      of_before += plogp(early);
      of_after += plogp(late);
    }
    passes += zone.within * (1 - flake_);
    explained += zone.before * of_before + zone.after * of_after +
                 zone.within * (plogp(flake_) + plogp(1 - flake_) + flake_ * std::log2(spread));
  }
  double all = plogp(passes);
  for (const double each : seen) all += plogp(each);
  return all - explained;
}

double DirectedPosterior::best_query() const {
  std::vector<std::vector<double>> sums;
  for (const Meaning& each : meanings_) {
    std::vector<double>& row = sums.emplace_back();
    row.reserve((kCentres + 1) * kWidths.size());
    for (std::size_t w = 0; w < kWidths.size(); ++w) {
      row.push_back(0);
      for (std::size_t c = 0; c < kCentres; ++c) row.push_back(row.back() + each.mass[w * kCentres + c]);
    }
  }
  std::size_t best = kCentres / 2;
  double most = -1;
  for (std::size_t c = 0; c < kCentres; ++c)
    if (const double bits = gain(c, sums); bits > most) {
      most = bits;
      best = c;
    }
  return centre(best);
}

}  // namespace rigor::search
