// What a search has found, complete at any moment of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/search/problem.hpp"
#include "framework/search/statistics.hpp"
#include "framework/search/window_edges.hpp"

namespace rigor::search {

enum class Verdict : std::uint8_t {
  window,     // found, its edges as sure as was asked
  none,       // every window as wide as asked is excluded
  unsettled,  // neither, within the budget; or what was found moves
};
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

struct FoundWindow {
  std::vector<EdgeEstimate> lo;  // per dimension
  std::vector<EdgeEstimate> hi;
  Point best;         // the schedule to use
  bool soft = false;  // an edge that is not sharp
  bool box = true;    // as far as corners were tried; otherwise edges are what encloses it
  bool certain = false;
};

// Membership over the whole domain of two dimensions: rows along the second, cells along the first.
struct AreaMap {
  static constexpr std::size_t kCells = 100;
  std::vector<std::string> rows;
};

struct Report {
  Verdict verdict = Verdict::unsettled;
  std::size_t trials = 0;
  std::optional<std::size_t> first_hit;  // number of the trial, from 1
  statistics::Count flake_count;         // failures among trials that were surely inside
  std::vector<FoundWindow> windows;
  std::vector<double> exclusion_width;  // per dimension
  std::vector<std::size_t> irrelevant;  // dimensions that decide nothing
  bool drift = false;
  bool false_passes = false;
  bool labels_informative = false;
  std::optional<AreaMap> map;  // where an area was asked for, or a window of two dimensions is no box
};

}  // namespace rigor::search
