#include "framework/search/low_discrepancy.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rigor::search {
namespace {

constexpr double kGolden = 0.6180339887498949;
constexpr std::size_t kMostRecurrence = 3;  // above, R points line up in some projections
constexpr std::array<std::uint64_t, 8> kPrimes = {2, 3, 5, 7, 11, 13, 17, 19};

double fraction(double x) { return x - std::floor(x); }

// Positive root of g^(dims+1) = g + 1.
double generalised_golden(std::size_t dims) {
  double g = 1.5;
  for (int i = 0; i < 60; ++i) g = std::pow(1 + g, 1.0 / (static_cast<double>(dims) + 1));
  return g;
}

double radical_inverse(std::uint64_t index, std::uint64_t base) {
  double value = 0;
  for (double digit = 1.0 / static_cast<double>(base); index > 0; index /= base, digit /= static_cast<double>(base))
    value += digit * static_cast<double>(index % base);
  return value;
}

// Points per row of dimension `dim`: the first one carries all that a box must hold.
std::size_t per_row(std::span<const double> width, std::size_t inside, std::size_t dim) {
  const double rows = (dim == 0 ? static_cast<double>(inside) : 1.0) / width[dim];
  return static_cast<std::size_t>(std::max(1.0, std::ceil(rows - 1e-9)));
}

}  // namespace

std::uint64_t Random::bits() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

double Random::uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }

std::size_t Random::below(std::size_t count) {
  return static_cast<std::size_t>(uniform() * static_cast<double>(count));
}

SpreadGrid::SpreadGrid(std::size_t count, double shift)
    : taken_(std::max<std::size_t>(count, 1), false),
      at_(shift),
      offset_(fraction(shift * static_cast<double>(taken_.size()))),
      left_(taken_.size()) {}

double SpreadGrid::take() {
  const std::size_t count = taken_.size();
  auto cell = std::min(count - 1, static_cast<std::size_t>(at_ * static_cast<double>(count)));
  // The nearest point that is still free, on either side.
  for (std::size_t away = 0; away < count && left_ > 0; ++away) {
    if (cell + away < count && !taken_[cell + away]) {
      cell += away;
      break;
    }
    if (away <= cell && !taken_[cell - away]) {
      cell -= away;
      break;
    }
  }
  if (!taken_[cell]) --left_;
  taken_[cell] = true;
  at_ = fraction(at_ + kGolden);
  return (static_cast<double>(cell) + offset_) / static_cast<double>(count);
}

SpreadPoints::SpreadPoints(std::size_t dims, Random& random) {
  for (std::size_t i = 0; i < dims; ++i) shift_.push_back(random.uniform());
  if (dims > kMostRecurrence) return;
  const double g = generalised_golden(dims);
  for (std::size_t i = 0; i < dims; ++i) step_.push_back(std::pow(g, -static_cast<double>(i + 1)));
}

Point SpreadPoints::take() {
  Point point = shift_;
  for (std::size_t i = 0; i < point.size(); ++i)
    point[i] = fraction(point[i] + (step_.empty() ? radical_inverse(next_, kPrimes[i % kPrimes.size()])
                                                  : fraction(static_cast<double>(next_) * step_[i])));
  ++next_;
  return point;
}

double SpreadLattice::size_of(std::span<const double> width, std::size_t inside) {
  double points = 1;
  for (std::size_t i = 0; i < width.size(); ++i) points *= static_cast<double>(per_row(width, inside, i));
  return points;
}

// A box holds one plane of the last dimension, in it one line of the last but one, and so on: how planes and lines
// stand shifted against each other does not matter to it.
SpreadLattice::SpreadLattice(std::span<const double> width, std::size_t inside, Random& random) {
  const auto total = static_cast<std::size_t>(size_of(width, inside));
  const double offset = random.uniform();
  std::vector<bool> taken(total, false);
  const auto visit = [&](const Point& near) {
    Point point(near.size());
    double shift = offset;
    std::size_t index = 0;
    for (std::size_t i = near.size(); i-- > 0;) {
      const std::size_t count = per_row(width, inside, i);
      const double rows = static_cast<double>(count);
      const auto k = static_cast<std::size_t>(fraction(near[i] - shift / rows) * rows) % count;
      point[i] = fraction((static_cast<double>(k) + shift) / rows);
      index = index * count + k;
      shift = fraction(shift + static_cast<double>(k + 1) * kGolden);
    }
    if (taken[index]) return;
    taken[index] = true;
    points_.push_back(std::move(point));
  };
  SpreadPoints even(width.size(), random);
  for (std::size_t n = 0; n < 6 * total && points_.size() < total; ++n) visit(even.take());
  Point any(width.size());
  while (points_.size() < total) {
    for (double& x : any) x = random.uniform();
    visit(any);
  }
}

}  // namespace rigor::search
