#include "framework/search/drift.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace rigor::search {
namespace {

constexpr double kPrior = 0.03;
constexpr double kExpectedPrior = 0.5;
constexpr double kMargin = 15;          // eps around the window within which trials count
constexpr double kOthersInside = 0.97;  // the other coordinates of a trial that counts, each
constexpr int kSpeeds = 12;             // of each sign
constexpr std::size_t kFewestNear = 6;  // trials before anything is said

// The problem and its trials as one dimension sees them; all else is inside.
Problem line_of(const Problem& problem, std::size_t dim) {
  Problem line;
  line.dims = {problem.dims[dim]};
  line.symptoms = problem.symptoms;
  line.task = problem.task;
  line.task.eps = {problem.task.eps[dim]};
  return line;
}

// The trials as they would be if the window stood still: each moved back by what it had moved.
std::optional<double> log_evidence(const Problem& line, std::span<const Trial> trials, double speed, double reach) {
  std::vector<Trial> still(trials.begin(), trials.end());
  std::vector<double> passes;
  for (Trial& trial : still) {
    trial.x[0] -= speed * static_cast<double>(trial.number);
    if (trial.passed) passes.push_back(trial.x[0]);
  }
  if (passes.empty()) return std::nullopt;
  std::ranges::nth_element(passes, passes.begin() + static_cast<std::ptrdiff_t>(passes.size() / 2));
  const double middle = passes[passes.size() / 2];
  WindowEdges moved(line, {middle}, {.flake = line.task.assumed_flake, .lo = {middle - reach}, .hi = {middle + reach}});
  // Passes first: they say where inside is, whatever the order was.
  for (const bool passed : {true, false})
    for (const Trial& trial : still)
      if (trial.passed == passed) moved.tell(trial);
  return moved.log_evidence();
}

}  // namespace

DriftFinding look_for_drift(const Problem& problem, std::span<const Trial> trials, const WindowEdges& edges,
                            bool expected) {
  DriftFinding finding;
  finding.speed.assign(problem.dims.size(), 0.0);
  double moving = 0;
  double best = 0;
  for (std::size_t dim = 0; dim < problem.dims.size(); ++dim) {
    const EdgeEstimate lo = edges.edge(dim, false);
    const EdgeEstimate hi = edges.edge(dim, true);
    if (lo.bound && hi.bound) continue;
    const double eps = problem.task.eps[dim];
    const double margin = kMargin * eps;
    std::vector<Trial> near;
    for (const Trial& trial : trials) {
      bool others = !trial.disowned && trial.x[dim] >= lo.at - margin && trial.x[dim] <= hi.at + margin;
      for (std::size_t i = 0; others && i < problem.dims.size(); ++i)
        others = i == dim || edges.inside(i, trial.x[i]) > kOthersInside;
      if (!others) continue;
      near.push_back(trial);
      near.back().x = {trial.x[dim]};
    }
    if (near.size() < kFewestNear) continue;
    const double span = static_cast<double>(near.back().number - near.front().number);
    if (span < 4) continue;
    const double reach = hi.at - lo.at + 2 * margin;
    const Problem line = line_of(problem, dim);
    const auto standing = log_evidence(line, near, 0, reach);
    if (!standing) continue;
    const double slowest = eps / span;
    const double fastest = std::max(4 * slowest, 1.5 * (hi.at - lo.at + margin) / span);
    for (int k = 0; k < kSpeeds; ++k)
      for (const double sign : {-1.0, 1.0}) {
        const double speed = sign * slowest * std::pow(fastest / slowest, static_cast<double>(k) / (kSpeeds - 1));
        const auto log = log_evidence(line, near, speed, reach);
        if (!log) continue;
        const double factor = std::exp(std::min(*log - *standing, 300.0)) / (2 * kSpeeds);
        moving += factor / static_cast<double>(problem.dims.size());
        if (factor <= best) continue;
        best = factor;
        finding.speed.assign(problem.dims.size(), 0.0);
        finding.speed[dim] = speed;
      }
  }
  const double prior = expected ? kExpectedPrior : kPrior;
  const double odds = moving * prior / (1 - prior);
  finding.probability = odds / (1 + odds);
  return finding;
}

}  // namespace rigor::search
