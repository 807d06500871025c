// The timing search: asks for points, is told how they ended, and says what it knows.
//
//   Solver solver(problem, seed);                   // `problem` as settle() leaves it
//   while (const auto point = solver.next()) solver.tell(play(*point));
//   print(solver.report());
//
// Pure: no clock, no files, the same answers for the same seed and outcomes. One thread at a time. It always ends: by
// its answer, by the task's budget, or by a cap of its own. What it does, step by step: docs/search.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "framework/search/problem.hpp"
#include "framework/search/report.hpp"

namespace rigor::search {

class Strategy;

class Solver {
 public:
  Solver(Problem problem, std::uint64_t seed);
  Solver(Solver&&) noexcept;
  Solver& operator=(Solver&&) noexcept;
  ~Solver();

  // The point to try; the same until tell(). Nothing: the search has ended.
  [[nodiscard]] std::optional<Point> next() const;
  void tell(const Outcome& outcome);

  // Complete at any time, also in the middle.
  [[nodiscard]] Report report() const;
  // One line: what is being done, and where the edges are so far.
  [[nodiscard]] std::string progress() const;

 private:
  std::unique_ptr<Strategy> strategy_;
};

}  // namespace rigor::search
