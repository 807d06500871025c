// What the tests read and write by its address (stm32h5.md 2, 3; Armv8-M manual for the core).
#pragma once

#include "tests/lab/stm32h5/swd_driver.hpp"

namespace rigor::lab::test {

// FLASH, non-secure face: control and clearing, bits of control, then flags.
inline constexpr std::uint32_t kCr = kFlashRegisters + 0x28, kCcr = kFlashRegisters + 0x30;
inline constexpr std::uint32_t kPg = 2, kSer = 4, kBer = 8, kFw = 16, kStrt = 32, kMer = 1U << 15, kBank2 = 1U << 31;
inline constexpr std::uint32_t kEop = 1U << 16, kWrpErr = 1U << 17, kPgsErr = 1U << 18, kStrbErr = 1U << 19,
                               kIncErr = 1U << 20, kRefused = 1U << 23, kErrors = 0x00FE0000;

inline constexpr std::uint32_t kOtp = 0x08FFF000;
inline constexpr std::uint32_t kCode = 0x20000100;  // in SRAM, for code of a debugger

inline constexpr std::uint32_t kDhcsr = 0xE000EDF0, kHalted = 1U << 17, kLockup = 1U << 19;

inline constexpr std::uint32_t kFullRegression = 1U << 14;  // a permission (debug-authentication.md 7)

}  // namespace rigor::lab::test
