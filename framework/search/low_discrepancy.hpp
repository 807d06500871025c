// Points that fill a range or a box evenly at every length of the sequence.
#pragma once

#include <cstdint>
#include <vector>

#include "framework/search/problem.hpp"

namespace rigor::search {

// Random numbers from a seed; the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] std::uint64_t bits();
  [[nodiscard]] double uniform();  // [0, 1)
  [[nodiscard]] std::size_t below(std::size_t count);

 private:
  std::uint64_t state_;
};

// All `count` points k/(count+1) of (0, 1), k = 1..count, each once, in the order of a golden-ratio sequence: early
// points are spread as well as points can be, and the last one completes an even grid.
class SpreadGrid {
 public:
  SpreadGrid(std::size_t count, double shift);
  [[nodiscard]] bool done() const { return next_ >= count_; }
  [[nodiscard]] double take();

 private:
  std::size_t count_;
  std::size_t step_;
  std::size_t at_;
  std::size_t next_ = 0;
};

// Unit cubes. Up to three dimensions the R sequence (additive recurrence by powers of the generalised golden ratio);
// beyond it resonates with projections, so Halton there. Shifted by the seed.
class SpreadPoints {
 public:
  SpreadPoints(std::size_t dims, Random& random);
  [[nodiscard]] Point take();

 private:
  Point shift_;
  std::vector<double> step_;  // empty: Halton
  std::uint64_t next_ = 1;
};

}  // namespace rigor::search
