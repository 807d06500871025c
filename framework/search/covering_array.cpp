#include "framework/search/covering_array.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "framework/search/partial_row.hpp"
#include "framework/search/tuple_table.hpp"

namespace rigor {
namespace {

// A row around one missing combination: the other factors in random order, each with the value that covers most.
struct Candidate {
  Configuration row;
  std::size_t gain = 0;
};

Candidate grow(const TupleTable& table, PartialRow row, std::mt19937_64& random) {
  std::vector<std::size_t> order = row.open_factors();
  std::ranges::shuffle(order, random);
  Candidate candidate;
  for (const std::size_t factor : order) {
    std::vector<std::size_t> best;
    std::size_t most = 0;
    for (std::size_t value = 0; value < row.values(factor); ++value) {
      const std::size_t gain = table.gain(row.row(), row.is_set(), factor, value);
      if ((!best.empty() && gain < most) || !row.can_take({factor, value})) continue;
      if (gain > most) best.clear();
      most = std::max(most, gain);
      best.push_back(value);
    }
    row.take({factor, best[random() % best.size()]});  // never empty: a partial row can always be completed
    candidate.gain += most;
  }
  candidate.row = row.row();
  return candidate;
}

// Rows for everything the table lacks.
std::vector<Configuration> rows_for(const CoveringRequest& request, TupleTable table, std::mt19937_64& random) {
  std::vector<Configuration> rows;
  while (!table.complete()) {
    std::optional<Candidate> best;
    for (std::size_t i = 0; i < std::max<std::size_t>(request.candidates, 1); ++i) {
      PartialRow row(request.factors, request.forbidden);
      row.take(table.draw(random));
      Candidate candidate = grow(table, std::move(row), random);
      if (!best || candidate.gain > best->gain) best = std::move(candidate);
    }
    table.cover(best->row);
    rows.push_back(std::move(best->row));
  }
  return rows;
}

// Forbidden combinations forbid others by implication: whatever cannot be completed to an allowed row.
std::vector<Combination> remove_impossible(const CoveringRequest& request, TupleTable& table) {
  std::vector<Combination> impossible;
  if (request.forbidden.empty()) return impossible;
  for (const Combination& each : table.missing()) {
    if (PartialRow(request.factors, request.forbidden).can_take(each)) continue;
    impossible.push_back(each);
    table.remove(each);
  }
  return impossible;
}

Result<> check_request(const CoveringRequest& request) {
  RIGOR_CHECK(check_factors(request.factors, request.forbidden, request.fixed));
  if (request.factors.empty()) return fail(Code::usage, "there are no factors to combine");
  if (request.strength == 0) return fail(Code::usage, "the strength of a covering array is at least 1");
  for (const CoverageDemand& demand : request.stronger)
    for (const std::size_t factor : demand.factors)
      if (factor >= request.factors.size())
        return fail(Code::usage, fmt::format("stronger coverage of factor {} of {}", factor, request.factors.size()));
  if (!PartialRow(request.factors, request.forbidden).can_take(Combination{}))
    return fail(Code::usage, "the forbidden combinations leave no configuration at all");
  return {};
}

double cost_between(const Configuration& from, const Configuration& to, std::span<const double> costs) {
  double cost = 0.0;
  for (std::size_t factor = 0; factor < from.size(); ++factor)
    if (from[factor] != to[factor]) cost += costs.empty() ? 1.0 : costs[factor];
  return cost;
}

}  // namespace

Result<CoveringArray> cover(const CoveringRequest& request) {
  RIGOR_CHECK(check_request(request));
  TupleTable table(request);
  CoveringArray array;
  array.bound = table.bound();
  array.cannot_be_covered = remove_impossible(request, table);
  for (const Configuration& row : request.fixed) table.cover(row);
  std::mt19937_64 random(request.seed);
  for (std::size_t attempt = 0; attempt < std::max<std::size_t>(request.attempts, 1); ++attempt) {
    std::vector<Configuration> rows = rows_for(request, table, random);
    if (attempt == 0 || rows.size() < array.rows.size()) array.rows = std::move(rows);
  }
  array.rows.insert(array.rows.begin(), request.fixed.begin(), request.fixed.end());
  return array;
}

std::vector<Combination> uncovered(const CoveringRequest& request, std::span<const Configuration> rows) {
  TupleTable table(request);
  for (const Configuration& row : rows) table.cover(row);
  return table.missing();
}

std::vector<Configuration> order_by_changes(std::vector<Configuration> rows, std::span<const double> costs) {
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(i);
    const auto cost = [&](const Configuration& row) { return cost_between(rows[i - 1], row, costs); };
    std::iter_swap(begin, std::ranges::min_element(begin, rows.end(), {}, cost));
  }
  return rows;
}

double cost_of_changes(std::span<const Configuration> rows, std::span<const double> costs) {
  double sum = 0.0;
  for (std::size_t i = 1; i < rows.size(); ++i) sum += cost_between(rows[i - 1], rows[i], costs);
  return sum;
}

}  // namespace rigor
