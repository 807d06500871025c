// Points that fill a range or a box evenly at every length of the sequence.
#pragma once

#include <cstdint>
#include <span>
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

// `count` points of [0, 1), 1/count apart, each once, in the order of a golden-ratio sequence: early
// points are spread as well as points can be, and the last one completes an even grid.
class SpreadGrid {
 public:
  SpreadGrid(std::size_t count, double shift);
  [[nodiscard]] bool done() const { return left_ == 0; }
  [[nodiscard]] double take();

 private:
  std::vector<bool> taken_;
  double at_;
  double offset_;
  std::size_t left_;
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

// Unit cubes, a lattice whose every box of `width` (per dimension, up to 1) holds at least `inside` points, in the
// order of SpreadPoints. Rows stand shifted against each other, so that most dimensions see many values.
class SpreadLattice {
 public:
  SpreadLattice(std::span<const double> width, std::size_t inside, Random& random);
  [[nodiscard]] bool done() const { return next_ == points_.size(); }
  [[nodiscard]] Point take() { return points_[next_++]; }
  // Of the last one taken: it is given again.
  void put_back() { --next_; }
  [[nodiscard]] std::size_t size() const { return points_.size(); }

  // How many points that would be.
  [[nodiscard]] static double size_of(std::span<const double> width, std::size_t inside);

 private:
  std::vector<Point> points_;
  std::size_t next_ = 0;
};

}  // namespace rigor::search
