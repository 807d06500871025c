// The part of a strategy that doubts what it has found: do edges slope, does the window move, is it a box, were passes
// false?
#include <algorithm>
#include <bit>
#include <cmath>

#include "framework/search/drift.hpp"
#include "framework/search/soft_edge.hpp"
#include "framework/search/strategy.hpp"

namespace rigor::search {
namespace {

constexpr double kSoftFinding = 0.75;
constexpr double kDriftFinding = 0.95;
constexpr int kMostStandings = 2;  // after which motion is suspected no more
constexpr double kSuspicion = 0.1;
constexpr std::size_t kRoundsExpected = 20;
constexpr std::size_t kRoundsSuspected = 8;
constexpr double kInwards = 1.3;  // eps
constexpr double kSoftConfidence = 0.95;
constexpr std::size_t kMostSoftTrials = 250;  // per edge
constexpr std::size_t kMostStrayTrials = 60;
constexpr double kSurelyOutside = 0.004;  // chance that a point inside fails as often as it was tried
constexpr int kMostCornerTrials = 12;
constexpr double kCornerInwards = 2.5;  // eps, from either edge: there actuation and the edges' own doubt end
constexpr double kCornerShare = 0.3;    // of the width, at most
constexpr int kCornerRounds = 4;
constexpr std::size_t kMostFalseTogether = 2;

// A point that passed after some failures was inside all the time.
void learn(FlakeWeights& flake, std::size_t failures) {
  double sum = 0;
  for (std::size_t p = 0; p < flake.size(); ++p)
    sum += flake[p] *= std::pow(kFlakeRates[p], static_cast<double>(failures)) * (1 - kFlakeRates[p]);
  for (double& weight : flake) weight /= sum;
}

}  // namespace

double Strategy::chance_of_drift(const WindowEdges& edges) const {
  const bool expected = problem_.task.kind == TaskKind::drift;
  return look_for_drift(problem_, desk_.trials(), edges, expected).probability;
}

// A suspicion is looked into where it would show: at the edges as they were found. Bursts of flakes look like motion
// until then.
Routine<bool> Strategy::moves(WindowEdges& edges) {
  if (drift_ || chance_of_drift(edges) <= kDriftFinding) co_return drift_;
  if (problem_.task.kind == TaskKind::drift) co_return drift_ = true;
  auto visiting = visit_edges(edges, kInwards);
  co_await visiting;
  if (chance_of_drift(edges) <= kDriftFinding) co_return false;
  auto leaving = has_left(edges);
  co_return drift_ = co_await leaving;
}

// Whether something that was inside is so no more. In several dimensions an edge that leans looks like one that moves,
// for it is met at other places later; but what passed beside it still passes.
Routine<bool> Strategy::has_left(const WindowEdges& edges) {
  if (line_) co_return true;
  if (stood_ >= kMostStandings) co_return false;
  for (std::size_t i = 0; i < problem_.dims.size(); ++i)
    for (const bool up : {false, true}) {
      std::optional<Trial> outermost;
      for (const Trial& trial : desk_.trials())
        if (trial.passed && !trial.disowned && edges.inside(trial.x) > 0.5 &&
            (!outermost || (up ? trial.x[i] > outermost->x[i] : trial.x[i] < outermost->x[i])))
          outermost = trial;
      std::vector<Trial> failures;
      if (!outermost) continue;
      auto trying = passes_at(outermost->x, edges.flake_weights(), failures);
      if (!co_await trying) co_return true;
    }
  ++stood_;
  co_return false;
}

// Edges that are not sharp: position and slope instead of a step.
Routine<> Strategy::soften(WindowEdges& edges, FoundWindow& window) {
  doing_ = "slope of the edges";
  const bool expected = problem_.task.kind == TaskKind::edges50;
  for (std::size_t i = 0; i < problem_.dims.size(); ++i)
    for (const bool up : {false, true}) {
      EdgeEstimate& edge = up ? window.hi[i] : window.lo[i];
      if (edge.bound) continue;
      const Point from = edges.centre();
      const double end = up ? problem_.dims[i].hi : problem_.dims[i].lo;
      SoftEdge soft({.length = std::max(std::abs(end - from[i]), problem_.task.eps[i]),
                     .eps = problem_.task.eps[i],
                     .flake = edges.flake_weights(),
                     .expected = expected});
      const auto away = [&](double x) { return up ? x - from[i] : from[i] - x; };
      for (const Trial& trial : desk_.trials()) {
        bool others = !trial.disowned;
        for (std::size_t j = 0; j < from.size(); ++j) others = others && (j == i || edges.inside(j, trial.x[j]) > 0.9);
        if (others && away(trial.x[i]) >= 0) soft.tell(away(trial.x[i]), trial.passed);
      }
      SoftEdge::Estimate now = soft.estimate();
      if (!expected && now.soft < kSoftFinding) continue;
      std::size_t tried = 0;
      while (now.certainty < kSoftConfidence && tried++ < kMostSoftTrials && (expected || now.soft > 0.4)) {
        Point point = from;
        point[i] = up ? from[i] + now.query : from[i] - now.query;
        if (!problem_.feasible(point)) break;
        const Trial trial = co_await desk_.play(point);
        soft.tell(away(trial.x[i]), trial.passed);
        now = soft.estimate();
        const auto back = [&](double distance) { return up ? from[i] + distance : from[i] - distance; };
        edge.at = back(now.at);
        edge.low = std::min(back(now.low), back(now.high));
        edge.high = std::max(back(now.low), back(now.high));
        edge.certainty = now.certainty;
      }
      if (now.soft < 0.5) continue;
      edge.slope = now.slope;
      window.soft = true;
    }
}

// Every edge once more, a little inside of it until it passes there, or once outside of it; eps.
Routine<> Strategy::visit_edges(WindowEdges& edges, double inwards) {
  for (std::size_t i = 0; i < problem_.dims.size(); ++i)
    for (const bool up : {false, true}) {
      const EdgeEstimate edge = edges.edge(i, up);
      if (edge.bound) continue;
      Point point = edges.centre();
      const double away = inwards * problem_.task.eps[i] * (up ? -1 : 1);
      point[i] = std::clamp(edge.at + away, problem_.dims[i].lo, problem_.dims[i].hi);
      if (!problem_.feasible(point)) continue;
      for (int tries = 0; tries < 3; ++tries) {
        const Trial trial = co_await desk_.play(point);
        edges.tell(trial);
        if (trial.passed || inwards < 0) break;
      }
    }
}

// Whether the window stands still: its edges are visited once more, and all trials weighed against moving windows. What
// moves slowly shows late: where it is likelier than it was, visits go on, outside as well, where an edge would come.
Routine<> Strategy::watch(WindowEdges& edges, FoundWindow& window) {
  doing_ = "whether it stands still";
  const bool expected = problem_.task.kind == TaskKind::drift;
  const std::size_t rounds = expected ? kRoundsExpected : kRoundsSuspected;
  for (std::size_t round = 0; round < rounds && !drift_; ++round) {
    auto visiting = visit_edges(edges, round % 2 == 0 ? kInwards : -kInwards);
    co_await visiting;
    const double chance = chance_of_drift(edges);
    if (chance > kDriftFinding) {
      auto leaving = has_left(edges);
      const bool left = expected || co_await leaving;
      drift_ = left;
    }
    if (!drift_ && stood_ > 0) break;
    if (!expected && chance < kSuspicion) break;
  }
  window = describe(edges);
}

// Passes outside of every window: false ones, unless they pass again.
Routine<> Strategy::examine_stray_passes() {
  doing_ = "passes elsewhere";
  const std::vector<Box> windows = boxes(3);
  if (windows.empty() || drift_ || problem_.task.kind == TaskKind::map) co_return;
  std::vector<Trial> strays;
  for (const Trial& trial : desk_.trials())
    if (trial.passed && !trial.disowned && std::ranges::none_of(windows, [&](const Box& box) {
          for (std::size_t i = 0; i < trial.x.size(); ++i)
            if (trial.x[i] < box.lo[i] || trial.x[i] > box.hi[i]) return false;
          return true;
        }))
      strays.push_back(trial);
  std::size_t tried = 0;
  for (const Trial& stray : strays) {
    int failures = 0;
    while (failures < 3 && tried++ < kMostStrayTrials) {
      const Trial again = co_await desk_.play(stray.x);
      if (again.passed) break;
      ++failures;
    }
    if (failures < 3) continue;
    desk_.disown(stray.number);
    ++false_passes_;
  }
}

// Plays a point that should be inside until it passes; false: it is not inside.
Routine<bool> Strategy::passes_at(Point point, const FlakeWeights& flake, std::vector<Trial>& failures) {
  double chance = 1;
  for (int failed = 1; failed <= kMostCornerTrials && chance > kSurelyOutside; ++failed) {
    const Trial trial = co_await desk_.play(point);
    if (trial.passed) co_return true;
    failures.push_back(trial);
    chance = 0;
    for (std::size_t p = 0; p < flake.size(); ++p) chance += flake[p] * std::pow(kFlakeRates[p], failed);
  }
  co_return false;
}

// Passes further out than a face that fails: what rests on one or two of them may rest on false ones.
Routine<> Strategy::examine_passes_beyond(std::size_t dim, double face, bool up) {
  std::vector<Trial> beyond;
  for (const Trial& trial : desk_.trials())
    if (trial.passed && !trial.disowned && (up ? trial.x[dim] > face : trial.x[dim] < face)) beyond.push_back(trial);
  if (beyond.empty() || beyond.size() > kMostFalseTogether) co_return;
  const FlakeWeights flake = current_->flake_weights();
  const Point middle = current_->centre();
  bool disowned = false;
  for (const Trial& trial : beyond) {
    std::vector<Trial> failures;
    auto trying = passes_at(trial.x, flake, failures);
    if (co_await trying) continue;
    desk_.disown(trial.number);
    ++false_passes_;
    disowned = true;
  }
  if (!disowned) co_return;
  // All anew, from the pass that lies deepest.
  const Trial* deepest = nullptr;
  double least = 0;
  for (const Trial& trial : desk_.trials()) {
    if (!trial.passed || trial.disowned || current_->inside(trial.x) < 0.5) continue;
    double away = 0;
    for (std::size_t i = 0; i < middle.size(); ++i)
      away = std::max(away, std::abs(trial.x[i] - middle[i]) / problem_.dims[i].range());
    if (deepest != nullptr && away >= least) continue;
    deepest = &trial;
    least = away;
  }
  if (deepest != nullptr) current_.emplace(begin_edges(*deepest));
}

// The corners of a box that was measured along a cross. Were the region convex and all corners inside, it would be that
// box: its faces could bulge nowhere without a corner left out. So corners inside are tried, none outside; of three
// and more dimensions as many as show every pair of faces together. Where a corner fails, the same faces are tried at
// the cross: they fail too where it was an edge that is wrong.
Routine<Strategy::Corners> Strategy::visit_corners(const WindowEdges& edges, const FoundWindow& window) {
  doing_ = "corners";
  const std::size_t dims = problem_.dims.size();
  std::vector<std::size_t> deciding;
  for (std::size_t i = 0; i < dims; ++i)
    if (!window.lo[i].bound || !window.hi[i].bound) deciding.push_back(i);
  if (deciding.size() < 2) co_return Corners::inside;
  std::size_t bits = 1;
  while ((std::size_t{1} << bits) <= deciding.size()) ++bits;
  const Point middle = edges.centre();
  FlakeWeights flake = edges.flake_weights();
  for (std::size_t code = 0; code < (std::size_t{1} << bits); ++code) {
    Point corner = middle;
    for (std::size_t k = 0; k < deciding.size(); ++k) {
      const std::size_t i = deciding[k];
      const bool up = std::popcount(code & (k + 1)) % 2 == 1;
      const EdgeEstimate& edge = up ? window.hi[i] : window.lo[i];
      const double width = window.hi[i].at - window.lo[i].at;
      const double inwards = kCornerInwards * std::max(problem_.task.eps[i], edge.slope.value_or(0));
      corner[i] = edge.at + (up ? -1 : 1) * std::min(inwards, kCornerShare * width);
    }
    if (!problem_.feasible(corner)) continue;
    std::vector<Trial> failures;
    auto trying = passes_at(corner, flake, failures);
    if (co_await trying) {
      learn(flake, failures.size());
      continue;
    }
    for (const std::size_t i : deciding) {
      Point face = middle;
      face[i] = corner[i];
      if (!problem_.feasible(face)) continue;
      failures.clear();
      auto facing = passes_at(face, flake, failures);
      if (co_await facing) continue;
      for (const Trial& trial : failures) current_->tell(trial);
      auto examining = examine_passes_beyond(i, face[i], face[i] > middle[i]);
      co_await examining;
      co_return Corners::edge_wrong;
    }
    co_return Corners::outside;
  }
  co_return Corners::inside;
}

// False: the window is no box.
Routine<bool> Strategy::square(WindowEdges& edges, FoundWindow& window) {
  for (int round = 0; round < kCornerRounds; ++round) {
    auto visiting = visit_corners(edges, window);
    const Corners corners = co_await visiting;
    if (corners == Corners::inside) co_return true;
    if (corners == Corners::outside) co_return false;
    doing_ = "edges";
    while (const std::optional<Point> point = edges.next()) {
      const Trial trial = co_await desk_.play(*point);
      edges.tell(trial);
    }
    if (window.soft) co_return true;
    window = describe(edges);
  }
  co_return false;  // edges that are found anew after each look depend on where one looks
}

}  // namespace rigor::search
