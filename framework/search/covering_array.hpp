// Few configurations in which every pair (triple ...) of values stands at least once (covering arrays).
//
//   RIGOR_TRY(const CoveringArray array, cover({.factors = rack, .forbidden = {{{0, 1}, {1, 1}}}}));   // a clone has
//   no V3 for (const Configuration& each : order_by_changes(array.rows, {10, 1})) ...                       // re-plug
//   seldom
//
// A greedy builder: for the racks of timing-search.md 7.1 as few rows as the reference or fewer, in a tenth of a second
// for pairs and a few seconds for triples of ten factors. The same request gives the same rows. Pure.
#pragma once

#include "framework/search/configuration.hpp"

namespace rigor {

// All combinations of `strength` of these factors must stand in some row.
struct CoverageDemand {
  std::vector<std::size_t> factors = {};
  std::size_t strength = 3;
};

struct CoveringRequest {
  std::vector<Factor> factors = {};
  std::size_t strength = 2;                   // of all factors; 1 only wants each value once
  std::vector<CoverageDemand> stronger = {};  // mixed strength: wiring, probe and tool three-way, the rest in pairs
  std::vector<Combination> forbidden = {};    // cannot be built, or must not be
  std::vector<Configuration> fixed = {};      // always rows, first: what failed last night
  std::size_t candidates = 30;                // tried for each row
  std::size_t attempts = 5;                   // whole arrays, of which the smallest is taken
  std::uint64_t seed = 1;
};

struct CoveringArray {
  std::vector<Configuration> rows = {};
  std::size_t bound = 0;                            // no array can have fewer rows; forbidden combinations left aside
  std::vector<Combination> cannot_be_covered = {};  // every row with them is forbidden, directly or by implication
};

// USAGE when the request contradicts itself, or when nothing at all is allowed.
[[nodiscard]] Result<CoveringArray> cover(const CoveringRequest& request);

// What the array lacks of the request: empty for what cover() returned. Counts what cannot be covered as lacking.
[[nodiscard]] std::vector<Combination> uncovered(const CoveringRequest& request, std::span<const Configuration> rows);

// The rows in an order that changes little between neighbours: from each one to the nearest left. The first stays
// first. `costs` of changing each factor, in any unit; equal when empty.
[[nodiscard]] std::vector<Configuration> order_by_changes(std::vector<Configuration> rows,
                                                          std::span<const double> costs = {});
// What going through the rows costs.
[[nodiscard]] double cost_of_changes(std::span<const Configuration> rows, std::span<const double> costs = {});

}  // namespace rigor
