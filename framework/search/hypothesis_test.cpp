#include "framework/search/hypothesis_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rigor {
namespace {

// No model is surer than that: one flake must not rule out the truth for good.
constexpr double kLeastChance = 0.001;
constexpr double kWorthNaming = 0.05;

double entropy(double chance) {
  if (chance <= 0.0 || chance >= 1.0) return 0.0;
  return -chance * std::log2(chance) - (1.0 - chance) * std::log2(1.0 - chance);
}

Result<> check(const std::vector<Experiment>& experiments, const std::vector<Hypothesis>& hypotheses) {
  if (hypotheses.empty()) return fail(Code::usage, "there are no hypotheses to tell apart");
  for (const Experiment& each : experiments)
    if (!(each.cost > 0.0))
      return fail(Code::usage, fmt::format("the cost of '{}' is above zero, not {}", each.name, each.cost));
  for (const Hypothesis& each : hypotheses) {
    if (each.pass_chances.size() != experiments.size())
      return fail(Code::usage, fmt::format("'{}' foretells {} experiments of {}", each.name, each.pass_chances.size(),
                                           experiments.size()));
    for (const double chance : each.pass_chances)
      if (!(chance >= 0.0 && chance <= 1.0))
        return fail(Code::usage, fmt::format("'{}' foretells a pass with a chance of {}", each.name, chance));
    if (!(each.weight > 0.0)) return fail(Code::usage, fmt::format("the weight of '{}' is above zero", each.name));
  }
  return {};
}

void normalise(std::vector<double>& chances) {
  const double sum = std::accumulate(chances.begin(), chances.end(), 0.0);
  for (double& each : chances) each /= sum;
}

}  // namespace

Result<HypothesisTest> HypothesisTest::of(std::vector<Experiment> experiments, std::vector<Hypothesis> hypotheses,
                                          HypothesisOptions options) {
  RIGOR_CHECK(check(experiments, hypotheses));
  if (!(options.weight_of_none > 0.0)) return fail(Code::usage, "the weight of \"none of these\" is above zero");
  return HypothesisTest(std::move(experiments), hypotheses, options);
}

HypothesisTest::HypothesisTest(std::vector<Experiment> experiments, const std::vector<Hypothesis>& hypotheses,
                               HypothesisOptions options)
    : experiments_(std::move(experiments)), options_(options) {
  for (const Hypothesis& each : hypotheses) {
    posterior_.push_back(each.weight);
    auto& chances = pass_chances_.emplace_back(each.pass_chances);
    for (double& chance : chances) chance = std::clamp(chance, kLeastChance, 1.0 - kLeastChance);
  }
  posterior_.push_back(options_.weight_of_none);
  pass_chances_.emplace_back(experiments_.size(), 0.5);
  normalise(posterior_);
}

void HypothesisTest::tell(std::size_t experiment, bool passed) {
  for (std::size_t h = 0; h < posterior_.size(); ++h) {
    const double pass = pass_chances_[h][experiment];
    posterior_[h] *= passed ? pass : 1.0 - pass;
  }
  normalise(posterior_);
}

double HypothesisTest::gain(std::size_t experiment) const {
  double pass = 0.0;
  double known = 0.0;  // what would stay open if the truth were known
  for (std::size_t h = 0; h < posterior_.size(); ++h) {
    pass += posterior_[h] * pass_chances_[h][experiment];
    known += posterior_[h] * entropy(pass_chances_[h][experiment]);
  }
  return entropy(pass) - known;
}

std::optional<std::size_t> HypothesisTest::most_telling() const {
  std::optional<std::size_t> best;
  const auto value = [&](std::size_t experiment) { return gain(experiment) / experiments_[experiment].cost; };
  for (std::size_t each = 0; each < experiments_.size(); ++each)
    if (gain(each) > options_.least_gain && (!best || value(each) > value(*best))) best = each;
  return best;
}

bool HypothesisTest::certain() const { return std::ranges::max(posterior_) >= options_.certainty; }

std::optional<std::size_t> HypothesisTest::next() const {
  if (certain()) return std::nullopt;
  return most_telling();
}

HypothesisEnd HypothesisTest::end() const {
  if (next()) return HypothesisEnd::running;
  if (std::ranges::max(posterior_) == posterior_.back()) return HypothesisEnd::none;
  return certain() ? HypothesisEnd::decided : HypothesisEnd::indistinguishable;
}

std::vector<std::size_t> HypothesisTest::left() const {
  std::vector<std::size_t> order;
  for (std::size_t h = 0; h + 1 < posterior_.size(); ++h)
    if (posterior_[h] >= kWorthNaming) order.push_back(h);
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t h) { return posterior_[h]; });
  return order;
}

}  // namespace rigor
