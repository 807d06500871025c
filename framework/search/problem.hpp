// What a timing search is asked: over which offsets, which points may not be played, and what is wanted.
//
//   Problem problem{.dims = {{.name = "t", .unit = "ms", .lo = 0, .hi = 2000}}, .symptoms = {"early", "late"}};
//   RIGOR_CHECK(settle(problem));    // fills what was left out, refuses what cannot be searched
//
// Coordinates are in each dimension's own unit. Values; any thread may read them. Notation and formulas:
// docs/search.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/result.hpp"

namespace rigor::search {

using Point = std::vector<double>;

struct Dimension {
  std::string name;
  std::string unit = "ms";
  double lo = 0;
  double hi = 1;
  // The stage whose event this offset is counted from. It cannot change how an earlier stage ends.
  int anchor_stage = 1;

  [[nodiscard]] double range() const { return hi - lo; }
};

// lo <= sum of coef * x <= hi; a bound that is not there does not bind. Points that break one are never tried.
struct SideCondition {
  std::vector<double> coef;
  std::optional<double> lo;
  std::optional<double> hi;

  [[nodiscard]] bool holds(std::span<const double> point) const;
};

enum class TaskKind : std::uint8_t { edges, edges_multi, edges50, map, relevance, drift, none };
[[nodiscard]] std::string_view kind_name(TaskKind kind);
[[nodiscard]] std::optional<TaskKind> kind_of(std::string_view name);

struct Task {
  TaskKind kind = TaskKind::edges;
  std::vector<double> eps;                 // half width wanted of an edge's interval, per dimension; range/500 if empty
  std::optional<std::uint32_t> budget;     // trials; none: the solver's own cap
  std::vector<double> must_exclude_width;  // per dimension; empty: the solver's own choice
  double confidence = 0.95;                // of a claim that there is no window
  double assumed_flake = 0.1;              // how often a trial inside a window is expected to fail
};

struct Problem {
  std::vector<Dimension> dims;
  std::vector<SideCondition> side_conditions;
  std::vector<std::string> symptoms;
  Task task;

  [[nodiscard]] bool feasible(std::span<const double> point) const;
  // How far one may go from `point` along `dim` (towards the upper end if `up`) before the domain or a side condition
  // ends; a coordinate. `point` itself must be feasible.
  [[nodiscard]] double reach(std::span<const double> point, std::size_t dim, bool up) const;
};

inline constexpr std::size_t kMostDimensions = 8;

// Writes single values out per dimension and fills defaults. file_invalid: no dimension or more than kMostDimensions, a
// bound that is no number, an empty range, eps or a width that is not above zero, rates outside (0, 1), a side
// condition over another number of dimensions.
[[nodiscard]] Result<void> settle(Problem& problem);

// How one trial ended.
struct Outcome {
  bool passed = false;
  int stage = 1;  // the stage that failed, or one more than there are
  std::string symptom;
  std::optional<Point> achieved;  // what was really played, when that is known; otherwise what was asked for
};

}  // namespace rigor::search
