#include "framework/probe/speeds.hpp"

#include <algorithm>
#include <array>

namespace rigor {
namespace {

constexpr std::array kDivisors{
    ClockDivisor{4000, 0}, ClockDivisor{1800, 1}, ClockDivisor{1200, 2}, ClockDivisor{950, 3},
    ClockDivisor{650, 5},  ClockDivisor{480, 7},  ClockDivisor{400, 9},  ClockDivisor{360, 10},
    ClockDivisor{240, 15}, ClockDivisor{150, 25}, ClockDivisor{125, 31}, ClockDivisor{100, 40},
    ClockDivisor{50, 79},  ClockDivisor{25, 158}, ClockDivisor{15, 265}, ClockDivisor{5, 798},
};

}  // namespace

std::span<const ClockDivisor> clock_divisors() { return kDivisors; }

ClockDivisor choose_divisor(unsigned wish_khz) {
  const auto found = std::ranges::find_if(kDivisors, [=](const ClockDivisor& each) { return each.khz <= wish_khz; });
  return found == kDivisors.end() ? kDivisors.back() : *found;
}

unsigned choose_speed(std::span<const unsigned> offered_khz, unsigned wish_khz) {
  unsigned best = 0;
  for (const unsigned speed : offered_khz) {
    if (speed <= wish_khz) best = std::max(best, speed);
  }
  if (best != 0 || offered_khz.empty()) return best;
  return *std::ranges::min_element(offered_khz);
}

}  // namespace rigor
