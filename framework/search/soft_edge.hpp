// An edge that is not sharp: where half of the trials get through, and how steep it is.
//
// P(pass) = (1 - flake) * Phi((position - x) / slope). Position, slope and flake rate are unknown together; the
// distribution is computed anew from all trials, on a grid that closes in on what they leave possible.
#pragma once

#include <optional>
#include <vector>

#include "framework/search/edge_posterior.hpp"

namespace rigor::search {

class SoftEdge {
 public:
  struct Settings {
    double length = 1;  // distances run from 0, inside, to here
    double eps = 0.01;
    FlakeWeights flake{};   // what is known of the flake rate
    bool expected = false;  // softness is expected, not only possible
    double false_pass = 0.01;
  };
  explicit SoftEdge(const Settings& settings) : settings_(settings) {}

  void tell(double distance, bool passed) { trials_.push_back({distance, passed}); }

  struct Estimate {
    double at = 0;
    double low = 0;  // 95 % interval
    double high = 0;
    double certainty = 0;  // probability of at +- eps
    double slope = 0;      // standard deviation
    double soft = 0;       // P(slope of eps or more)
    double query = 0;      // where a trial tells most
  };
  [[nodiscard]] Estimate estimate() const;

 private:
  struct Seen {
    double distance;
    bool passed;
  };
  struct Grid;
  [[nodiscard]] Grid weigh(double from, double to) const;
  [[nodiscard]] double best_query(const Grid& grid, double middle, double spread) const;

  Settings settings_;
  std::vector<Seen> trials_;
};

}  // namespace rigor::search
