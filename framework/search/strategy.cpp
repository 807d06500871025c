#include "framework/search/strategy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rigor::search {
namespace {

constexpr std::size_t kCapPerLine = 1200;  // trials, where the task sets no budget
constexpr std::size_t kCapPerSpace = 2500;
constexpr double kFalseHit = 0.3;    // prior of a hit whose neighbours all fail
constexpr double kFalseAgain = 0.6;  // once false passes are known to happen
constexpr double kRejected = 0.04;
constexpr int kMostRefinings = 3;
constexpr double kDoubtPerWindow = 0.04;  // that an edge is further off than eps
constexpr int kPatience = 4;              // failures around a hit before it is tried again
constexpr std::size_t kLongSearch = 30;  // trials per dimension around one hit after which a moving window is suspected
constexpr std::size_t kMoreOfMap = 60;   // trials outside an area, for another one
constexpr std::size_t kEvery = 100;      // trials between looks at what is excluded in several dimensions
constexpr double kTrialsPerShare = 3;    // trials that find a window, times its share of the domain
constexpr double kSmallestShare = 0.003;
constexpr double kLargestShare = 0.02;
constexpr double kSizeOfOthers = 0.5;

// Seeds in a row start evenly apart: what is measured over many of them depends little on which.
double start_of(std::uint64_t seed) {
  constexpr double kSteps = 0.41421356237309515;
  return std::fmod(static_cast<double>(seed % 1'000'003) * kSteps, 1.0);
}

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
    line_.emplace(problem_, desk_, start_of(seed));
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
    auto measuring = wants_map() ? measure_area(*hit) : measure(*hit);
    const bool real = co_await measuring;
    if (real && problem_.task.kind != TaskKind::edges_multi && !wants_map()) break;
    if (!found_.empty() && !found_.back().window.box) break;  // what else is seen may belong to it
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
  for (std::size_t tried = 0;; ++tried) {
    const std::vector<Box> windows = boxes(2);
    if (wants_map() && !found_.empty() && tried >= kMoreOfMap) break;
    if (const auto known = known_hit()) co_return known;
    if (space_ && space_excluded()) {
      excluded_ = true;
      co_return std::nullopt;
    }
    std::optional<Point> point = line_ ? line_->next(windows) : std::optional(space_->next(windows));
    if (!point) break;
    const Trial trial = co_await desk_.play(*point);
    if (trial.passed) co_return trial;
  }
  excluded_ = line_.has_value();
  co_return std::nullopt;
}

// Whether absence outside of what was found counts as shown, in several dimensions.
bool Strategy::space_excluded() {
  const std::vector<double>& wanted = problem_.task.must_exclude_width;
  if (desk_.trials().empty() || (found_.empty() && space_->later_stage_seen())) return false;
  if (wanted.empty()) return space_->asked() >= enough_of_space();
  const std::size_t trials = desk_.trials().size();
  if (trials % kEvery != 0 && (!space_->lattice_done() || tried_at_lattice_end_)) return false;
  tried_at_lattice_end_ = space_->lattice_done();
  std::vector<Point> failures;
  for (const Trial& trial : desk_.trials())
    if (!trial.passed) failures.push_back(trial.x);
  const std::size_t needed = failures_needed(problem_.task.confidence, problem_.task.assumed_flake);
  return all_excluded(problem_, failures, boxes(2), needed, wanted);
}

// Where nobody says how wide a window must be excluded: none seen yet, what a window of 0.3 % of the domain needs;
// otherwise, what another one of half the size of the smallest needs.
std::size_t Strategy::enough_of_space() const {
  double share = kSmallestShare;
  for (const Found& found : found_) {
    double size = kSizeOfOthers;
    for (std::size_t i = 0; i < problem_.dims.size(); ++i)
      size *= (found.window.hi[i].at - found.window.lo[i].at) / problem_.dims[i].range();
    share = &found == &found_.front() ? size : std::min(share, size);
  }
  return static_cast<std::size_t>(kTrialsPerShare / std::clamp(share, kSmallestShare, kLargestShare));
}

// A pass that belongs to no window yet, seen while another one was measured.
std::optional<Trial> Strategy::known_hit() const {
  if (wants_map() || (!found_.empty() && problem_.task.kind != TaskKind::edges_multi)) return std::nullopt;
  const std::vector<Box> windows = boxes(3);
  for (const Trial& trial : desk_.trials()) {
    if (!trial.passed || trial.disowned) continue;
    const bool belongs = std::ranges::any_of(windows, [&](const Box& box) {
      for (std::size_t i = 0; i < trial.x.size(); ++i)
        if (trial.x[i] < box.lo[i] || trial.x[i] > box.hi[i]) return false;
      return true;
    });
    if (!belongs) return trial;
  }
  return std::nullopt;
}

WindowEdges Strategy::begin_edges(const Trial& hit) const {
  WindowEdges::Settings settings{.flake = problem_.task.assumed_flake};
  const bool relevance = problem_.task.kind == TaskKind::relevance;
  settings.beyond = relevance ? 0.35 : problem_.dims.size() > 1 ? 0.2 : 0.1;
  if (false_passes_ > 0) settings.false_pass = 0.03;
  // Windows that are known end the search for this one's edges, where its cross meets them.
  const std::size_t dims = problem_.dims.size();
  for (const Box& box : boxes(1))
    for (std::size_t i = 0; i < dims; ++i) {
      bool meets = true;
      for (std::size_t j = 0; j < dims; ++j)
        meets = meets && (j == i || (hit.x[j] >= box.lo[j] && hit.x[j] <= box.hi[j]));
      if (!meets) continue;
      if (settings.lo.empty())
        for (const Dimension& dim : problem_.dims) {
          settings.lo.push_back(dim.lo);
          settings.hi.push_back(dim.hi);
        }
      if (box.hi[i] <= hit.x[i]) settings.lo[i] = std::max(settings.lo[i], box.hi[i]);
      if (box.lo[i] >= hit.x[i]) settings.hi[i] = std::min(settings.hi[i], box.lo[i]);
    }
  // All edges together are to be as certain in any number of dimensions.
  settings.confidence = 1 - kDoubtPerWindow / (2 * static_cast<double>(dims));
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
    for (std::size_t i = 0; i < settings.lo.size(); ++i)
      other = other || trial.x[i] < settings.lo[i] || trial.x[i] > settings.hi[i];
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

// Passes within the window as it is now believed to be.
std::size_t Strategy::passes_in(const WindowEdges& edges) const {
  std::size_t count = 0;
  for (const Trial& trial : desk_.trials()) {
    bool in = trial.passed && !trial.disowned;
    for (std::size_t i = 0; in && i < trial.x.size(); ++i)
      in = trial.x[i] >= edges.edge(i, false).at - problem_.task.eps[i] &&
           trial.x[i] <= edges.edge(i, true).at + problem_.task.eps[i];
    count += in;
  }
  return count;
}

Routine<bool> Strategy::close_in(Trial hit, WindowEdges& edges) {
  bool confirmed = false;
  int failures = 0;
  const std::size_t long_search = kLongSearch * problem_.dims.size();
  for (std::size_t tried = 1;; ++tried) {
    const std::optional<Point> point = edges.next();
    if (point) {
      const Trial trial = co_await desk_.play(*point);
      edges.tell(trial);
      if (trial.passed) confirmed = true;
      if (!trial.passed) ++failures;
    }
    if (!point && confirmed && passes_in(edges) < 2) confirmed = false;
    if (!confirmed && (failures >= kPatience || !point)) {
      auto standing = stands(hit, edges);
      if (!co_await standing) co_return false;
      confirmed = true;
    }
    if (!point) co_return true;
    if (tried % long_search == 0) {
      auto moving = moves(edges);
      if (co_await moving) co_return true;
    }
    if (tried >= 8 * long_search) co_return true;
  }
}

// What early trials said was weighed by what little was known of the other dimensions then.
Routine<> Strategy::refine() {
  for (int round = 0; space_ && !drift_ && round < kMostRefinings; ++round) {
    const WindowEdges before = *current_;
    current_.emplace(before.refined());
    bool asked = false;
    while (const std::optional<Point> point = current_->next()) {
      const Trial trial = co_await desk_.play(*point);
      current_->tell(trial);
      asked = true;
    }
    if (!asked) break;
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
  auto refining = refine();
  co_await refining;
  FoundWindow window = describe(*current_);
  if (!drift_) {
    auto softening = soften(*current_, window);
    co_await softening;
  }
  if (!window.soft && !drift_) {
    auto watching = watch(*current_, window);
    co_await watching;
    // What was seen may have made an edge doubtful again.
    doing_ = "edges";
    while (!drift_) {
      const std::optional<Point> point = current_->next();
      if (!point) break;
      const Trial trial = co_await desk_.play(*point);
      current_->tell(trial);
    }
    window = describe(*current_);
  }
  if (space_ && !drift_) {
    auto squaring = square(*current_, window);
    if (!co_await squaring) {
      auto shaping = shape(hit, std::move(window));
      co_await shaping;
      co_return true;
    }
  }
  found_.push_back({*current_, hit.number, std::move(window), {}});
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

}  // namespace rigor::search
