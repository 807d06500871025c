// The edges of one window around a point that passed: which point to try next, and where the edges are.
//
// The window is taken for a box in the search's coordinates (docs/search.md says what is done where it is none): each
// edge has its EdgePosterior, all share the flake rate, and a trial that may have failed for several reasons counts for
// each only as far as the others do not explain it.
//
//   WindowEdges edges(problem, hit, {.flake = 0.1});
//   while (const auto point = edges.next()) edges.tell(play(*point));
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "framework/search/edge_posterior.hpp"
#include "framework/search/problem.hpp"
#include "framework/search/trial_desk.hpp"

namespace rigor::search {

struct EdgeEstimate {
  double at = 0;
  double low = 0;  // 95 % interval
  double high = 0;
  double certainty = 0;
  bool bound = false;           // the window reaches the end of the domain
  std::optional<double> slope;  // standard deviation of an edge that is not sharp
};

class WindowEdges {
 public:
  struct Settings {
    double flake = 0.1;
    double false_pass = 0.01;
    double confidence = 0.98;     // per edge
    double beyond = 0.1;          // prior share of "reaches the end of the domain"
    double blur = 0.3;            // of a sharp edge, in eps
    double eps_scale = 1;         // coarser than asked
    std::vector<double> lo = {};  // nearest bounds to look within; empty: the domain
    std::vector<double> hi = {};
  };
  // `problem` must outlive this.
  WindowEdges(const Problem& problem, Point hit, Settings settings);

  void tell(const Trial& trial);
  // The same, all that was told weighed anew by what is known now of the other dimensions, the rate and symptoms.
  [[nodiscard]] WindowEdges refined() const;
  // Nothing when every edge is certain, or no point that may be played tells more.
  [[nodiscard]] std::optional<Point> next() const;
  [[nodiscard]] bool certain() const;

  [[nodiscard]] EdgeEstimate edge(std::size_t dim, bool up) const;
  // In the middle of what is known to be inside.
  [[nodiscard]] Point centre() const;
  // P(the coordinate is inside), P(the point is inside).
  [[nodiscard]] double inside(std::size_t dim, double at) const;
  [[nodiscard]] double inside(const Point& point) const;
  // A coordinate that is inside with this probability, as far out as there is.
  [[nodiscard]] double surely_inside(std::size_t dim, bool up, double probability) const;

  [[nodiscard]] double flake() const { return mean_rate(weights_); }
  [[nodiscard]] const FlakeWeights& flake_weights() const { return weights_; }
  // Log of the chance of all that was told; for comparing settings.
  [[nodiscard]] double log_evidence() const;
  [[nodiscard]] const Point& hit() const { return hit_; }

 private:
  using Label = std::pair<int, std::size_t>;  // stage and symptom
  struct Side {
    EdgePosterior posterior;
    std::map<Label, double> outside_labels;
    double outside_count = 0;
  };

  [[nodiscard]] const Side& side(std::size_t dim, bool up) const { return sides_[2 * dim + (up ? 1 : 0)]; }
  [[nodiscard]] Side& side(std::size_t dim, bool up) { return sides_[2 * dim + (up ? 1 : 0)]; }
  [[nodiscard]] double at(std::size_t dim, bool up, double distance) const {
    return up ? hit_[dim] + distance : hit_[dim] - distance;
  }
  // Among the points inside, the one from where an edge can be approached furthest.
  [[nodiscard]] Point approach(std::size_t dim, bool up) const;
  // `known`: what the trial's other coordinates, the rate and its symptom are judged by.
  void tell(const Trial& trial, const WindowEdges& known);
  void tell_pass(const Trial& trial, const WindowEdges& known);
  void tell_failure(const Trial& trial, const WindowEdges& known);
  void count_label(const Trial& trial, std::size_t dim, bool up, double inside_here, double others);
  [[nodiscard]] double label_factor(const Trial& trial, const Side& side) const;
  void reweigh();

  const Problem& problem_;
  Point hit_;
  Settings settings_;
  std::vector<Trial> told_;
  std::vector<Side> sides_;
  FlakeWeights prior_;
  FlakeWeights weights_;
  std::map<Label, double> inside_labels_;
  double inside_count_ = 0;
  std::map<Label, double> all_labels_;
  double all_count_ = 0;
};

}  // namespace rigor::search
