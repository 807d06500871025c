// Where a family keeps the causes of its last resets: bits of RCC_RSR or RCC_CSR (CMSIS device headers).
#pragma once

#include <cstdint>

namespace rigor {

struct ResetFlagBits {
  std::uint32_t remove = 0;        // RMVF: writing it clears all flags
  std::uint32_t pin = 0;           // PINRSTF
  std::uint32_t power = 0;         // set by power-on: BORRSTF, and PORRSTF where there is one
  std::uint32_t other_causes = 0;  // every cause but the pin
};

// stm32h523xx.h, RCC_RSR: brown-out 27, software 28, watchdogs 29 and 30, low power 31.
inline constexpr ResetFlagBits kStm32h5ResetFlags{
    .remove = 1U << 23, .pin = 1U << 26, .power = 1U << 27, .other_causes = 0xF8000000};
// stm32f407xx.h, RCC_CSR: brown-out 25, power-on 27, software 28, watchdogs 29 and 30, low power 31.
inline constexpr ResetFlagBits kStm32f4ResetFlags{
    .remove = 1U << 24, .pin = 1U << 26, .power = (1U << 25) | (1U << 27), .other_causes = 0xFA000000};
// stm32h7s7xx.h, RCC_RSR at 0x58024530: brown-out 21, power-on 23, software 24, watchdogs 26 and 28, low power 30. Bit
// 17, option bytes loaded, is no cause here: options are loaded at every reset, and whether that sets it is not known.
inline constexpr ResetFlagBits kStm32h7rsResetFlags{
    .remove = 1U << 16, .pin = 1U << 22, .power = (1U << 21) | (1U << 23), .other_causes = 0x55A00000};

}  // namespace rigor
