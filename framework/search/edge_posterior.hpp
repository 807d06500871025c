// Where one edge of a window lies, as a distribution over cells from a point inside towards the end of the domain.
//
// One-sided noise: inside, a trial fails at a flake rate that is not known either; outside, it all but never passes.
// The distribution is kept for every flake rate of a small grid, so that edges of one window can share what they learn
// of it. Distances count from the inside point; unit that of the dimension. Method: docs/search.md.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace rigor::search {

inline constexpr std::array<double, 7> kFlakeRates = {0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6};
using FlakeWeights = std::array<double, kFlakeRates.size()>;  // of the rates above; sum to one

// What is believed of the rate before any trial: around `expected`, but never sure.
[[nodiscard]] FlakeWeights flake_prior(double expected);
[[nodiscard]] double mean_rate(const FlakeWeights& weights);

// What a trial says for an edge beyond it (the trial was inside) and before it, per flake rate.
struct EdgeEvidence {
  FlakeWeights inside{};
  double outside = 1;
};

class EdgePosterior {
 public:
  struct Settings {
    double length = 1;    // from the inside point to the end of the domain
    double eps = 0.01;    // half width that is wanted
    double blur = 0.3;    // of a sharp edge, in eps: actuation is never exact
    double beyond = 0.1;  // prior share of "the window reaches the end"
  };
  explicit EdgePosterior(const Settings& settings);

  void tell(double distance, const EdgeEvidence& evidence);

  // How much the trials so far favour each flake rate; log, without the prior.
  [[nodiscard]] const FlakeWeights& log_evidence() const { return log_evidence_; }
  // P(edge beyond distance).
  [[nodiscard]] double inside(double distance, const FlakeWeights& weights) const;

  struct Estimate {
    double at = 0;   // distance; `length` when it is the end of the domain
    double low = 0;  // 95 % interval
    double high = 0;
    double certainty = 0;  // probability of at +- eps
    bool end = false;      // the window reaches the end of the domain
  };
  [[nodiscard]] Estimate estimate(const FlakeWeights& weights) const;

  struct Query {
    double distance = 0;
    double gain = 0;  // bits
  };
  // The distance up to `reach` where a trial tells most.
  [[nodiscard]] Query best_query(double reach, const FlakeWeights& weights, double false_pass) const;
  // Share of each cell, the last being "at the end".
  [[nodiscard]] std::vector<double> marginal(const FlakeWeights& weights) const;
  [[nodiscard]] double cell() const { return cell_; }

 private:
  Settings settings_;
  std::size_t cells_;
  double cell_;
  std::array<std::vector<double>, kFlakeRates.size()> mass_;  // cells_ + 1 each, sums to one
  FlakeWeights log_evidence_{};
};

}  // namespace rigor::search
