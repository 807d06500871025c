#include "framework/search/low_discrepancy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

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
    : count_(std::max<std::size_t>(count, 1)),
      step_(std::max<std::size_t>(1, std::lround(kGolden * static_cast<double>(count_)))),
      at_(static_cast<std::size_t>(shift * static_cast<double>(count_))) {
  while (std::gcd(step_, count_) != 1) ++step_;
}

double SpreadGrid::take() {
  const double point = static_cast<double>(at_ + 1) / static_cast<double>(count_ + 1);
  at_ = (at_ + step_) % count_;
  ++next_;
  return point;
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

}  // namespace rigor::search
