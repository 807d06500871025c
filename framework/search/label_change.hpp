// Where along one dimension the symptoms change, if they do.
//
// A symptom tells which bound of a window was broken, so symptoms change at bounds: a window lies beside a change.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "framework/search/low_discrepancy.hpp"

namespace rigor::search {

struct LabelledPoint {
  double x = 0;
  std::size_t label = 0;
};

class LabelChange {
 public:
  // The failures of one stage, in any order.
  LabelChange(std::vector<LabelledPoint> points, double lo, double hi, std::size_t labels);

  // P(there is a change), from "as likely as not".
  [[nodiscard]] double probability() const { return probability_; }
  // Bayes factor of a change against none, log.
  [[nodiscard]] double log_factor() const { return log_factor_; }
  // Where it is, drawn from what is believed.
  [[nodiscard]] double draw(Random& random) const;

 private:
  struct Gap {
    double from;
    double to;
    double share;
  };
  std::vector<Gap> gaps_;
  double probability_ = 0;
  double log_factor_ = 0;
};

}  // namespace rigor::search
