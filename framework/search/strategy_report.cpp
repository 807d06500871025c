// What a strategy tells of itself, at any moment.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/search/label_change.hpp"
#include "framework/search/strategy.hpp"

namespace rigor::search {
namespace {

constexpr double kInformative = 1.1;  // log of a Bayes factor of three
constexpr double kSurelyInside = 0.99;

}  // namespace

// Symptoms inform where they change along a dimension. Before a hit, all failures of a stage together.
bool Strategy::labels_informative() const {
  if (desk_.label_count() < 2) return false;
  int stages = 1;
  for (const Trial& trial : desk_.trials())
    if (!trial.passed) stages = std::max(stages, trial.stage);
  for (int stage = 1; stage <= std::min(stages, 16); ++stage)
    for (std::size_t i = 0; i < problem_.dims.size(); ++i) {
      std::vector<LabelledPoint> points;
      for (const Trial& trial : desk_.trials())
        if (!trial.passed && trial.stage == stage) points.push_back({trial.x[i], trial.label});
      const LabelChange change(std::move(points), problem_.dims[i].lo, problem_.dims[i].hi, desk_.label_count());
      if (change.log_factor() > kInformative + std::log(static_cast<double>(problem_.dims.size()))) return true;
    }
  return false;
}

void Strategy::count_flakes(Report& report) const {
  for (const Trial& trial : desk_.trials())
    for (const Found& found : found_)
      if (found.edges.inside(trial.x) > kSurelyInside) {
        ++report.flake_count.trials;
        if (!trial.passed) ++report.flake_count.hits;
      }
}

Report Strategy::report() const {
  Report report;
  report.trials = desk_.trials().size();
  report.labels_informative = labels_informative();
  report.drift = drift_;
  for (const Found& found : found_) {
    report.windows.push_back(found.window);
    if (desk_.trials()[found.hit].disowned) continue;  // a false pass that led to a window: its first true one counts
    report.first_hit = std::min(report.first_hit.value_or(found.hit + 1), found.hit + 1);
  }
  if (current_) {
    report.windows.push_back(describe(*current_));
    report.windows.back().certain = false;
  }
  std::vector<Point> failures;
  for (const Trial& trial : desk_.trials()) {
    report.false_passes = report.false_passes || trial.disowned;
    if (!trial.passed) failures.push_back(trial.x);
    if (trial.passed && !trial.disowned && !report.first_hit) report.first_hit = trial.number + 1;
  }
  const std::size_t needed = failures_needed(problem_.task.confidence, problem_.task.assumed_flake);
  report.exclusion_width = exclusion_width(problem_, failures, boxes(1), needed);
  count_flakes(report);
  for (std::size_t i = 0; i < problem_.dims.size() && !report.windows.empty(); ++i)
    if (std::ranges::all_of(report.windows, [i](const FoundWindow& w) { return w.lo[i].bound && w.hi[i].bound; }))
      report.irrelevant.push_back(i);
  const bool mapped = std::ranges::any_of(found_, [](const Found& found) { return found.area.has_value(); });
  if (wants_map() || mapped || area_) report.map = draw_map();
  const bool certain =
      !report.windows.empty() && std::ranges::all_of(report.windows, [](const FoundWindow& w) { return w.certain; });
  if (certain && !drift_) report.verdict = Verdict::window;
  if (report.windows.empty() && excluded_) report.verdict = Verdict::none;
  return report;
}

std::string Strategy::progress() const {
  std::string line = fmt::format("trial {}: {}", desk_.trials().size(), doing_);
  if (!current_) return line;
  for (std::size_t i = 0; i < problem_.dims.size(); ++i) {
    const EdgeEstimate lo = current_->edge(i, false);
    const EdgeEstimate hi = current_->edge(i, true);
    line +=
        fmt::format("  {} {:.4g}..{:.4g} to {:.4g}..{:.4g}", problem_.dims[i].name, lo.low, lo.high, hi.low, hi.high);
  }
  return line;
}

}  // namespace rigor::search
