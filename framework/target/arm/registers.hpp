// Addresses and bits of the Cortex-M debug registers, the same on M4, M7 and M33 (Armv7-M and Armv8-M manuals, part
// C1).
#pragma once

#include <cstdint>

namespace rigor::arm {

inline constexpr std::uint32_t kAircr = 0xE000ED0C;
inline constexpr std::uint32_t kAircrSystemReset = 0x05FA0004;
inline constexpr std::uint32_t kCcr = 0xE000ED14;
inline constexpr std::uint32_t kCcrInstructionCache = 1U << 17;
inline constexpr std::uint32_t kIciallu = 0xE000EF50;  // any write invalidates the instruction cache
inline constexpr std::uint32_t kDhcsr = 0xE000EDF0;
inline constexpr std::uint32_t kDcrsr = 0xE000EDF4;
inline constexpr std::uint32_t kDcrsrWrite = 1U << 16;
inline constexpr std::uint32_t kDcrdr = 0xE000EDF8;
inline constexpr std::uint32_t kDemcr = 0xE000EDFC;

inline constexpr std::uint32_t kDhcsrKey = 0xA05F0000;
inline constexpr std::uint32_t kDhcsrDebugEnable = 1U << 0;
inline constexpr std::uint32_t kDhcsrHalt = 1U << 1;
inline constexpr std::uint32_t kDhcsrMaskInterrupts = 1U << 3;
inline constexpr std::uint32_t kDhcsrRegisterReady = 1U << 16;
inline constexpr std::uint32_t kDhcsrHalted = 1U << 17;
inline constexpr std::uint32_t kDhcsrResetStatus = 1U << 25;  // S_RESET_ST, cleared by reading

}  // namespace rigor::arm
