// Where the window of one dimension lies, from failures that may say "too early" or "too late".
//
// Which symptom means which side, or whether symptoms mean anything, is not told: it is learnt with the window. Centre
// and width are cells of a grid; for every way the symptoms could be meant there is one such grid, and one for "they
// mean nothing".
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "framework/search/trial_desk.hpp"

namespace rigor::search {

class DirectedPosterior {
 public:
  DirectedPosterior(double lo, double hi, std::size_t labels, double flake);

  void tell(const Trial& trial);
  // P(symptoms mean nothing).
  [[nodiscard]] double uninformative() const;
  // Where a trial tells most.
  [[nodiscard]] double best_query() const;

 private:
  struct Meaning {
    std::size_t below = 0;
    std::size_t above = 0;
    double error = 0.1;  // share of symptoms that are drawn at random
    bool nothing = false;
    std::vector<double> mass;  // width by centre
  };
  struct Zones {  // shares of one meaning: the point is before, in, after the window
    double before = 0;
    double within = 0;
    double after = 0;
  };
  [[nodiscard]] double centre(std::size_t i) const;
  [[nodiscard]] double label_chance(const Meaning& meaning, bool before, std::size_t label) const;
  [[nodiscard]] double gain(std::size_t candidate, const std::vector<std::vector<double>>& sums) const;
  [[nodiscard]] Zones zones(const std::vector<double>& sums, double x) const;

  double lo_;
  double hi_;
  std::size_t labels_;
  double flake_;
  std::vector<Meaning> meanings_;
  std::vector<double> label_counts_;
};

}  // namespace rigor::search
