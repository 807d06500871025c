#include "framework/search/window_edges.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rigor::search {
namespace {

constexpr double kLeastGain = 0.015;  // bits; a trial that tells less is not worth playing
constexpr double kInsideForCentre = 0.9;
constexpr double kPlainFailure = 0.9;  // others inside at least so surely before a symptom counts for an edge
constexpr double kFlakesKnown = 3;
constexpr double kMostLabelWeight = 8;  // symptoms hint, they do not decide

double count_of(const std::map<std::pair<int, std::size_t>, double>& counts, std::pair<int, std::size_t> label) {
  const auto found = counts.find(label);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

WindowEdges::WindowEdges(const Problem& problem, Point hit, Settings settings)
    : problem_(problem),
      hit_(std::move(hit)),
      settings_(std::move(settings)),
      prior_(flake_prior(settings_.flake)),
      weights_(prior_) {
  for (std::size_t i = 0; i < problem_.dims.size(); ++i) {
    const double lo = settings_.lo.empty() ? problem_.dims[i].lo : settings_.lo[i];
    const double hi = settings_.hi.empty() ? problem_.dims[i].hi : settings_.hi[i];
    const double eps = problem_.task.eps[i] * settings_.eps_scale;
    for (const double length : {hit_[i] - lo, hi - hit_[i]})
      sides_.push_back({EdgePosterior({.length = std::max(length, 1e-9 * problem_.dims[i].range()),
                                       .eps = eps,
                                       .blur = settings_.blur,
                                       .beyond = settings_.beyond}),
                        {},
                        0});
  }
}

double WindowEdges::inside(std::size_t dim, double x) const {
  const bool up = x >= hit_[dim];
  return side(dim, up).posterior.inside(std::abs(x - hit_[dim]), weights_);
}

double WindowEdges::inside(const Point& point) const {
  double all = 1;
  for (std::size_t i = 0; i < hit_.size(); ++i) all *= inside(i, point[i]);
  return all;
}

void WindowEdges::reweigh() {
  FlakeWeights log{};
  for (std::size_t p = 0; p < log.size(); ++p) {
    log[p] = std::log(prior_[p]);
    for (const Side& each : sides_) log[p] += each.posterior.log_evidence()[p];
  }
  const double most = *std::ranges::max_element(log);
  double sum = 0;
  for (std::size_t p = 0; p < log.size(); ++p) sum += weights_[p] = std::exp(log[p] - most);
  for (double& weight : weights_) weight /= sum;
}

double WindowEdges::log_evidence() const {
  double sum = 0;
  for (std::size_t p = 0; p < prior_.size(); ++p) {
    double log = std::log(prior_[p]);
    for (const Side& each : sides_) log += each.posterior.log_evidence()[p];
    sum += std::exp(log);
  }
  return std::log(std::max(sum, 1e-300));
}

void WindowEdges::tell(const Trial& trial) { tell(trial, *this); }

WindowEdges WindowEdges::refined() const {
  WindowEdges anew(problem_, hit_, settings_);
  for (const Trial& trial : told_) anew.tell(trial, *this);
  return anew;
}

void WindowEdges::tell(const Trial& trial, const WindowEdges& known) {
  if (trial.disowned) return;
  told_.push_back(trial);
  if (trial.passed)
    tell_pass(trial, known);
  else
    tell_failure(trial, known);
  reweigh();
}

// A pass proves every coordinate to be inside; what it says of the flake rate is counted once, where it is least sure.
void WindowEdges::tell_pass(const Trial& trial, const WindowEdges& known) {
  std::size_t doubtful = 0;
  for (std::size_t i = 1; i < hit_.size(); ++i)
    if (known.inside(i, trial.x[i]) < known.inside(doubtful, trial.x[doubtful])) doubtful = i;
  const double mean = 1 - known.flake();
  for (std::size_t i = 0; i < hit_.size(); ++i) {
    EdgeEvidence evidence;
    for (std::size_t p = 0; p < kFlakeRates.size(); ++p) evidence.inside[p] = i == doubtful ? 1 - kFlakeRates[p] : mean;
    evidence.outside = settings_.false_pass;
    if (i != doubtful) {  // as a ratio, so that it says nothing of the rate
      evidence.outside /= mean;
      evidence.inside.fill(1);
    }
    side(i, trial.x[i] >= hit_[i]).posterior.tell(std::abs(trial.x[i] - hit_[i]), evidence);
  }
}

void WindowEdges::tell_failure(const Trial& trial, const WindowEdges& known) {
  std::vector<double> chance(hit_.size());
  for (std::size_t i = 0; i < hit_.size(); ++i) chance[i] = known.inside(i, trial.x[i]);
  const std::size_t doubtful = std::ranges::min_element(chance) - chance.begin();
  const double mean = known.flake();
  all_labels_[{trial.stage, trial.label}] += 1;
  all_count_ += 1;
  for (std::size_t i = 0; i < hit_.size(); ++i) {
    double others = 1;
    for (std::size_t j = 0; j < hit_.size(); ++j)
      if (j != i) others *= chance[j];
    if (i != doubtful && (chance[i] > 0.98 || others < 0.02)) continue;
    const bool up = trial.x[i] >= hit_[i];
    Side& here = side(i, up);
    const double within = others > kPlainFailure ? known.label_factor(trial, known.side(i, up)) : 1;
    EdgeEvidence evidence;
    for (std::size_t p = 0; p < kFlakeRates.size(); ++p)
      evidence.inside[p] = (1 - (1 - (i == doubtful ? kFlakeRates[p] : mean)) * others) * within;
    evidence.outside = 1 - settings_.false_pass;
    here.posterior.tell(std::abs(trial.x[i] - hit_[i]), evidence);
    if (i == doubtful) count_label(trial, i, up, chance[i], others);
  }
}

void WindowEdges::count_label(const Trial& trial, std::size_t dim, bool up, double inside_here, double others) {
  const Label label{trial.stage, trial.label};
  if (inside_here * others > 0.95) {
    inside_labels_[label] += 1;
    inside_count_ += 1;
  } else if (others > kPlainFailure && inside_here < 0.5) {
    Side& here = side(dim, up);
    here.outside_labels[label] += 1 - inside_here;
    here.outside_count += 1 - inside_here;
  }
}

// How much likelier this symptom is for a flake inside than for a failure outside, as learnt.
// Where nothing is learnt yet both sides expect what was seen altogether, so that a symptom says nothing.
double WindowEdges::label_factor(const Trial& trial, const Side& here) const {
  const Label label{trial.stage, trial.label};
  const double usual = (count_of(all_labels_, label) + 0.5) / (all_count_ + 0.5);
  const double within = (count_of(inside_labels_, label) + usual) / (inside_count_ + 1);
  const double without = (count_of(here.outside_labels, label) + usual) / (here.outside_count + 1);
  // How flakes look is not known before some were seen; until then a symptom may speak for a flake, hardly against one.
  const double least = inside_count_ >= kFlakesKnown ? 1 / kMostLabelWeight : 0.7;
  return std::clamp(within / without, least, kMostLabelWeight);
}

double WindowEdges::surely_inside(std::size_t dim, bool up, double probability) const {
  const EdgePosterior& posterior = side(dim, up).posterior;
  const std::vector<double> mass = posterior.marginal(weights_);
  double before = 0;
  std::size_t i = 0;
  for (; i + 1 < mass.size() && before + mass[i] <= 1 - probability; ++i) before += mass[i];
  return at(dim, up, static_cast<double>(i) * posterior.cell());
}

Point WindowEdges::centre() const {
  Point point = hit_;
  for (std::size_t i = 0; i < point.size(); ++i)
    point[i] = (surely_inside(i, false, kInsideForCentre) + surely_inside(i, true, kInsideForCentre)) / 2;
  return problem_.feasible(point) ? point : hit_;
}

Point WindowEdges::approach(std::size_t dim, bool up) const {
  const Point middle = centre();
  const double end = up ? problem_.dims[dim].hi : problem_.dims[dim].lo;
  Point best = middle;
  double best_reach = problem_.reach(middle, dim, up);
  if (best_reach == end || problem_.side_conditions.empty()) return best;
  // A side condition is in the way: the corners of what is inside, every other dimension low, middle or high.
  std::size_t combinations = 1;
  for (std::size_t i = 0; i + 1 < hit_.size(); ++i) combinations *= 3;
  for (std::size_t code = 0; code < combinations; ++code) {
    Point point = middle;
    std::size_t rest = code;
    for (std::size_t i = 0; i < hit_.size(); ++i) {
      if (i == dim) continue;
      if (rest % 3 != 0) point[i] = 0.2 * middle[i] + 0.8 * surely_inside(i, rest % 3 == 2, 0.97);
      rest /= 3;
    }
    if (!problem_.feasible(point)) continue;
    const double reach = problem_.reach(point, dim, up);
    if (up ? reach <= best_reach : reach >= best_reach) continue;
    best = point;
    best_reach = reach;
  }
  return best;
}

std::optional<Point> WindowEdges::next() const {
  std::optional<Point> best;
  double best_gain = kLeastGain;
  for (std::size_t i = 0; i < hit_.size(); ++i)
    for (const bool up : {false, true}) {
      const EdgePosterior& posterior = side(i, up).posterior;
      if (posterior.estimate(weights_).certainty >= settings_.confidence) continue;
      Point from = approach(i, up);
      from[i] = hit_[i];
      if (!problem_.feasible(from)) from = hit_;
      const double reach = std::abs(problem_.reach(from, i, up) - hit_[i]);
      const auto query = posterior.best_query(reach, weights_, settings_.false_pass);
      if (query.gain <= best_gain) continue;
      best_gain = query.gain;
      best = from;
      (*best)[i] = std::clamp(at(i, up, query.distance), problem_.dims[i].lo, problem_.dims[i].hi);
      if (!problem_.feasible(*best)) best.reset();
    }
  return best;
}

bool WindowEdges::certain() const {
  for (const Side& each : sides_)
    if (each.posterior.estimate(weights_).certainty < settings_.confidence) return false;
  return true;
}

EdgeEstimate WindowEdges::edge(std::size_t dim, bool up) const {
  const auto found = side(dim, up).posterior.estimate(weights_);
  EdgeEstimate edge{
      at(dim, up, found.at), at(dim, up, found.low), at(dim, up, found.high), found.certainty, found.end, {}};
  if (!up) std::swap(edge.low, edge.high);
  if (found.end && settings_.lo.empty()) edge.at = up ? problem_.dims[dim].hi : problem_.dims[dim].lo;
  return edge;
}

}  // namespace rigor::search
