#include "framework/search/strategy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/search/drift.hpp"
#include "framework/search/label_change.hpp"
#include "framework/search/soft_edge.hpp"

namespace rigor::search {
namespace {

constexpr std::size_t kCapPerLine = 1200;  // trials, where the task sets no budget
constexpr std::size_t kCapPerSpace = 2500;
constexpr double kFalseHit = 0.3;    // prior of a hit whose neighbours all fail
constexpr double kFalseAgain = 0.6;  // once false passes are known to happen
constexpr double kRejected = 0.04;
constexpr int kPatience = 4;  // failures around a hit before it is tried again
constexpr double kSoftFinding = 0.75;
constexpr double kDriftFinding = 0.9;
constexpr double kSoftConfidence = 0.95;
constexpr std::size_t kMostSoftTrials = 250;  // per edge
constexpr std::size_t kMostStrayTrials = 60;

double expected_power(const FlakeWeights& weights, int power) {
  double sum = 0;
  for (std::size_t p = 0; p < weights.size(); ++p) sum += weights[p] * std::pow(kFlakeRates[p], power);
  return sum;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames = {"window", "none", "unsettled"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Strategy::Strategy(Problem problem, std::uint64_t seed)
    : problem_(std::move(problem)), desk_(problem_.symptoms), random_(seed), routine_(run()) {
  if (problem_.dims.size() == 1)
    line_.emplace(problem_, desk_, random_);
  else
    space_.emplace(problem_, desk_, random_);
  routine_.start();
}

std::size_t Strategy::cap() const {
  const std::size_t own = problem_.dims.size() == 1 ? kCapPerLine : kCapPerSpace;
  return problem_.task.budget ? *problem_.task.budget : own;
}

std::optional<Point> Strategy::next() const {
  if (routine_.done() || desk_.trials().size() >= cap()) return std::nullopt;
  return desk_.question();
}

Routine<> Strategy::run() {
  for (;;) {
    auto finding = find_hit();
    const std::optional<Trial> hit = co_await finding;
    if (!hit) break;
    auto measuring = measure(*hit);
    const bool real = co_await measuring;
    if (real && problem_.task.kind != TaskKind::edges_multi) break;
  }
  auto examining = examine_stray_passes();
  co_await examining;
  doing_ = "done";
}

// A window's surroundings are searched no more: its edges are known to eps.
std::vector<Box> Strategy::boxes(double margin) const {
  std::vector<Box> list;
  for (const Found& found : found_) {
    Box box;
    for (std::size_t i = 0; i < problem_.dims.size(); ++i) {
      box.lo.push_back(found.window.lo[i].at - margin * problem_.task.eps[i]);
      box.hi.push_back(found.window.hi[i].at + margin * problem_.task.eps[i]);
    }
    list.push_back(std::move(box));
  }
  return list;
}

Routine<std::optional<Trial>> Strategy::find_hit() {
  doing_ = found_.empty() ? "first hit" : "another window";
  for (;;) {
    const std::vector<Box> windows = boxes(2);
    std::optional<Point> point = line_ ? line_->next(windows) : std::optional(space_->next(windows));
    if (!point) break;
    const Trial trial = co_await desk_.play(*point);
    if (trial.passed) co_return trial;
  }
  excluded_ = true;
  co_return std::nullopt;
}

WindowEdges Strategy::begin_edges(const Trial& hit) const {
  WindowEdges::Settings settings{.flake = problem_.task.assumed_flake};
  const bool relevance = problem_.task.kind == TaskKind::relevance;
  settings.beyond = relevance ? 0.35 : problem_.dims.size() > 1 ? 0.2 : 0.1;
  if (false_passes_ > 0) settings.false_pass = 0.03;
  if (line_ && !found_.empty()) {
    settings.lo = {problem_.dims[0].lo};
    settings.hi = {problem_.dims[0].hi};
    for (const Box& box : boxes(1)) {
      if (box.hi[0] <= hit.x[0]) settings.lo[0] = std::max(settings.lo[0], box.hi[0]);
      if (box.lo[0] >= hit.x[0]) settings.hi[0] = std::min(settings.hi[0], box.lo[0]);
    }
  }
  WindowEdges edges(problem_, hit.x, settings);
  edges.tell(hit);
  const std::vector<Box> windows = boxes(1);
  for (const Trial& trial : desk_.trials()) {
    if (trial.number == hit.number || trial.disowned) continue;
    bool other = false;
    for (const Box& box : windows) {
      bool in = true;
      for (std::size_t i = 0; i < trial.x.size(); ++i) in = in && trial.x[i] >= box.lo[i] && trial.x[i] <= box.hi[i];
      other = other || in;
    }
    if (line_ && !found_.empty() && (trial.x[0] < settings.lo[0] || trial.x[0] > settings.hi[0])) other = true;
    if (!other && !(trial.passed && !found_.empty())) edges.tell(trial);
  }
  return edges;
}

// Asks at the hit again until it passes, or a window there is no longer believed in.
Routine<bool> Strategy::stands(Trial hit, WindowEdges& edges) {
  const FlakeWeights prior = flake_prior(problem_.task.assumed_flake);
  const double false_prior = false_passes_ > 0 ? kFalseAgain : kFalseHit;
  for (int failures = 1;; ++failures) {
    const Trial again = co_await desk_.play(hit.x);
    if (again.passed) {
      edges.tell(again);
      co_return true;
    }
    const double real = (1 - false_prior) * expected_power(prior, failures);
    if (real / (real + false_prior) < kRejected) break;
  }
  desk_.disown(hit.number);
  ++false_passes_;
  co_return false;
}

Routine<bool> Strategy::close_in(Trial hit, WindowEdges& edges) {
  bool confirmed = false;
  int failures = 0;
  for (;;) {
    const std::optional<Point> point = edges.next();
    if (point) {
      const Trial trial = co_await desk_.play(*point);
      edges.tell(trial);
      if (trial.passed) confirmed = true;
      if (!trial.passed) ++failures;
    }
    if (!confirmed && (failures >= kPatience || !point)) {
      auto standing = stands(hit, edges);
      if (!co_await standing) co_return false;
      confirmed = true;
    }
    if (!point) co_return true;
  }
}

Routine<bool> Strategy::measure(Trial hit) {
  doing_ = "edges";
  current_.emplace(begin_edges(hit));
  auto closing = close_in(hit, *current_);
  const bool real = co_await closing;
  if (!real) {
    current_.reset();
    co_return false;
  }
  FoundWindow window = describe(*current_);
  auto softening = soften(*current_, window);
  co_await softening;
  if (!window.soft) {
    auto watching = watch(*current_, window);
    co_await watching;
  }
  found_.push_back({*current_, hit.number, std::move(window)});
  current_.reset();
  co_return true;
}

FoundWindow Strategy::describe(const WindowEdges& edges) const {
  FoundWindow window;
  window.best = edges.centre();
  window.certain = true;
  for (std::size_t i = 0; i < problem_.dims.size(); ++i) {
    window.lo.push_back(edges.edge(i, false));
    window.hi.push_back(edges.edge(i, true));
    window.certain = window.certain && std::min(window.lo[i].certainty, window.hi[i].certainty) > 0.9;
  }
  return window;
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

// Whether the window stands still: its edges are visited once more, and all trials weighed against moving windows.
Routine<> Strategy::watch(WindowEdges& edges, FoundWindow& window) {
  doing_ = "whether it stands still";
  const bool expected = problem_.task.kind == TaskKind::drift;
  const std::size_t rounds = expected ? 12 : 1;
  DriftFinding finding;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < problem_.dims.size(); ++i)
      for (const bool up : {false, true}) {
        const EdgeEstimate edge = edges.edge(i, up);
        if (edge.bound) continue;
        Point point = edges.centre();
        const double inwards = 1.3 * problem_.task.eps[i] * (up ? -1 : 1);
        point[i] = std::clamp(edge.at + inwards, problem_.dims[i].lo, problem_.dims[i].hi);
        if (!problem_.feasible(point)) continue;
        for (int tries = 0; tries < 3; ++tries) {
          const Trial trial = co_await desk_.play(point);
          edges.tell(trial);
          if (trial.passed) break;
        }
      }
    finding = look_for_drift(problem_, desk_.trials(), edges, expected);
    if (finding.probability > kDriftFinding) break;
  }
  drift_ = drift_ || finding.probability > kDriftFinding;
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

}  // namespace rigor::search
