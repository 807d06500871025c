// Bits that tell of resets: DHCSR (Armv8-M) and RCC_RSR (CMSIS, stm32h523xx.h).
#pragma once

#include <cstdint>

namespace rigor {

inline constexpr std::uint32_t kDhcsrResetStatus = 1U << 25;  // S_RESET_ST, cleared by reading

inline constexpr std::uint32_t kRsrRemoveFlags = 1U << 23;  // RMVF
inline constexpr std::uint32_t kRsrPin = 1U << 26;          // PINRSTF
inline constexpr std::uint32_t kRsrBrownOut = 1U << 27;     // BORRSTF, also set by power-on
inline constexpr std::uint32_t kRsrSoftware = 1U << 28;     // SFTRSTF
// Brown-out, software, both watchdogs, low power.
inline constexpr std::uint32_t kRsrOtherCauses = kRsrBrownOut | kRsrSoftware | (1U << 29) | (1U << 30) | (1U << 31);

}  // namespace rigor
