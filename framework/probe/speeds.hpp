// SWD speeds an ST-LINK can be set to (st-link-protocol.md 4.5). All in kHz; the names are nominal.
#pragma once

#include <cstdint>
#include <span>

namespace rigor {

struct ClockDivisor {
  unsigned khz = 0;
  std::uint16_t divisor = 0;
};

// V2 and V2-1, fastest first.
[[nodiscard]] std::span<const ClockDivisor> clock_divisors();
// The fastest that is not above the wish; the slowest when all are.
[[nodiscard]] ClockDivisor choose_divisor(unsigned wish_khz);
// The same over a list that a V3 gave, in any order. Zero for an empty list.
[[nodiscard]] unsigned choose_speed(std::span<const unsigned> offered_khz, unsigned wish_khz);

}  // namespace rigor
