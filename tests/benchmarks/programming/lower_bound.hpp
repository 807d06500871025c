// The shortest time in which N bytes can be programmed and verified, by the lab's cost model (cost-model.md): whatever
// is slowest of USB, wire and flash, then a checksum made by the target, then connecting and running. Erase is apart.
#pragma once

#include <cstddef>

#include "framework/base/clock.hpp"

namespace rigor::benchmarks {

struct ProbePace {
  Duration transfer{};          // fixed part of one bulk transfer
  double bytes_per_second = 0;  // payload
  unsigned swd_khz = 0;         // the clock that the probe is set to
};
inline constexpr ProbePace kV2{std::chrono::microseconds(250), 1.0e6, 4000};
inline constexpr ProbePace kV3{std::chrono::microseconds(60), 20.0e6, 24000};

struct FlashPace {
  std::size_t unit = 0;  // bytes
  Duration unit_time{};  // typical
  unsigned core_khz = 0;
};
inline constexpr FlashPace kF4{4, std::chrono::microseconds(16), 16'000};     // stm32f4.md 3
inline constexpr FlashPace kH5{16, std::chrono::microseconds(32), 32'000};    // stm32h5.md 3.6
inline constexpr FlashPace kH7rs{16, std::chrono::microseconds(35), 64'000};  // stm32h7rs.md 3

[[nodiscard]] Duration lower_bound(const ProbePace& probe, const FlashPace& flash, std::size_t bytes);

}  // namespace rigor::benchmarks
