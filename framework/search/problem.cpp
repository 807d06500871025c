#include "framework/search/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace rigor::search {
namespace {

constexpr std::array<std::pair<TaskKind, std::string_view>, 7> kKinds = {{{TaskKind::edges, "edges"},
                                                                          {TaskKind::edges_multi, "edges_multi"},
                                                                          {TaskKind::edges50, "edges50"},
                                                                          {TaskKind::map, "map"},
                                                                          {TaskKind::relevance, "relevance"},
                                                                          {TaskKind::drift, "drift"},
                                                                          {TaskKind::none, "none"}}};

// Actuation is rarely better than this share of a range, and nobody asked for more.
constexpr double kDefaultEpsShare = 1.0 / 500;

double sum_of(std::span<const double> coef, std::span<const double> point) {
  double sum = 0;
  for (std::size_t i = 0; i < coef.size() && i < point.size(); ++i) sum += coef[i] * point[i];
  return sum;
}

Result<void> spread(std::vector<double>& values, std::size_t count, std::string_view what) {
  if (values.size() == 1) values.assign(count, values.front());
  if (!values.empty() && values.size() != count)
    return fail(Code::file_invalid, fmt::format("{} has {} values for {} dimensions", what, values.size(), count));
  for (const double value : values)
    if (!(value > 0) || !std::isfinite(value))
      return fail(Code::file_invalid, fmt::format("{} is {}, expected a number above zero", what, value));
  return {};
}

Result<void> check_rate(double rate, std::string_view what) {
  if (rate > 0 && rate < 1) return {};
  return fail(Code::file_invalid, fmt::format("{} is {}, expected a number between 0 and 1", what, rate));
}

}  // namespace

std::string_view kind_name(TaskKind kind) {
  return std::ranges::find(kKinds, kind, [](auto& k) { return k.first; })->second;
}

std::optional<TaskKind> kind_of(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, [](auto& each) { return each.second; });
  return found == kKinds.end() ? std::nullopt : std::optional(found->first);
}

bool SideCondition::holds(std::span<const double> point) const {
  const double sum = sum_of(coef, point);
  return (!lo || sum >= *lo) && (!hi || sum <= *hi);
}

bool Problem::feasible(std::span<const double> point) const {
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (point[i] < dims[i].lo || point[i] > dims[i].hi) return false;
  return std::ranges::all_of(side_conditions, [&](const SideCondition& each) { return each.holds(point); });
}

double Problem::reach(std::span<const double> point, std::size_t dim, bool up) const {
  const double end = up ? dims[dim].hi : dims[dim].lo;
  double most = std::abs(end - point[dim]);
  for (const SideCondition& condition : side_conditions) {
    const double slope = (up ? 1 : -1) * condition.coef[dim];
    if (slope == 0) continue;
    const double sum = sum_of(condition.coef, point);
    const std::optional<double>& bound = slope > 0 ? condition.hi : condition.lo;
    if (bound) most = std::min(most, std::max(0.0, (*bound - sum) / slope));
  }
  return up ? point[dim] + most : point[dim] - most;
}

Result<void> settle(Problem& problem) {
  const std::size_t count = problem.dims.size();
  if (count == 0 || count > kMostDimensions)
    return fail(Code::file_invalid, fmt::format("{} dimensions, expected 1 to {}", count, kMostDimensions));
  for (const Dimension& dim : problem.dims)
    if (!std::isfinite(dim.lo) || !std::isfinite(dim.hi) || !(dim.lo < dim.hi))
      return fail(Code::file_invalid, fmt::format("'{}' runs from {} to {}", dim.name, dim.lo, dim.hi));
  for (const SideCondition& condition : problem.side_conditions)
    if (condition.coef.size() != count ||
        !std::ranges::all_of(condition.coef, [](double c) { return std::isfinite(c); }))
      return fail(Code::file_invalid,
                  fmt::format("a side condition over {} numbers, not {}", condition.coef.size(), count));
  RIGOR_CHECK(spread(problem.task.eps, count, "eps"));
  RIGOR_CHECK(spread(problem.task.must_exclude_width, count, "must_exclude_width"));
  RIGOR_CHECK(check_rate(problem.task.confidence, "confidence"));
  RIGOR_CHECK(check_rate(problem.task.assumed_flake, "assumed_flake"));
  if (problem.task.eps.empty())
    for (const Dimension& dim : problem.dims) problem.task.eps.push_back(dim.range() * kDefaultEpsShare);
  return {};
}

}  // namespace rigor::search
