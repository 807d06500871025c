// Registers of the STM32F4 that the driver uses (stm32f4.md 1, 3 and 4, CMSIS).
#pragma once

#include <cstdint>

#include "framework/target/key_lock.hpp"

namespace rigor::f4 {

// Offsets in the flash controller.
inline constexpr std::uint32_t kKeyr = 0x04;
inline constexpr std::uint32_t kOptkeyr = 0x08;
inline constexpr std::uint32_t kSr = 0x0C;
inline constexpr std::uint32_t kCr = 0x10;
inline constexpr std::uint32_t kOptcr = 0x14;
inline constexpr std::uint32_t kOptcr1 = 0x18;  // dual-bank parts only

inline constexpr std::uint32_t kSrOperation = 1U << 1;
inline constexpr std::uint32_t kSrWriteProtected = 1U << 4;
inline constexpr std::uint32_t kSrAlignment = 1U << 5;
inline constexpr std::uint32_t kSrParallelism = 1U << 6;
inline constexpr std::uint32_t kSrSequence = 1U << 7;
inline constexpr std::uint32_t kSrReadProtected = 1U << 8;
inline constexpr std::uint32_t kSrBusy = 1U << 16;
inline constexpr std::uint32_t kSrErrors = 0x1F2;    // OPERR and all above it up to RDERR
inline constexpr std::uint32_t kSrClearAll = 0x1F3;  // the errors and EOP, cleared by writing ones

inline constexpr std::uint32_t kCrProgram = 1U << 0;
inline constexpr std::uint32_t kCrSectorErase = 1U << 1;
inline constexpr std::uint32_t kCrMassErase = 1U << 2;
inline constexpr unsigned kCrSectorShift = 3;
inline constexpr unsigned kCrParallelismShift = 8;
inline constexpr std::uint32_t kCrMassEraseBank2 = 1U << 15;
inline constexpr std::uint32_t kCrStart = 1U << 16;
inline constexpr std::uint32_t kCrLock = 1U << 31;

inline constexpr std::uint32_t kOptcrLock = 1U << 0;
inline constexpr std::uint32_t kOptcrStart = 1U << 1;
inline constexpr std::uint32_t kOptcrSoftwareWatchdog = 1U << 5;  // WDG_SW
inline constexpr std::uint32_t kOptcrDualBank = 1U << 30;         // DB1M
inline constexpr std::uint32_t kOptcrProtectMode = 1U << 31;      // SPRMOD
inline constexpr unsigned kOptcrLevelShift = 8;                   // RDP
inline constexpr unsigned kWriteProtectShift = 16;                // nWRP, in OPTCR and OPTCR1

inline constexpr std::uint8_t kLevel0 = 0xAA;
inline constexpr std::uint8_t kLevel1 = 0x55;  // any code but the other two; ST's own tools write this one
inline constexpr std::uint8_t kLevel2 = 0xCC;

[[nodiscard]] constexpr KeyLock control_lock(std::uint32_t base) {
  return {"the flash controller", base + kKeyr, base + kCr, kCrLock, 0x45670123, 0xCDEF89AB};
}
[[nodiscard]] constexpr KeyLock option_lock(std::uint32_t base) {
  return {"the option control register", base + kOptkeyr, base + kOptcr, kOptcrLock, 0x08192A3B, 0x4C5D6E7F};
}

inline constexpr std::uint32_t kDbgmcuIdcode = 0xE0042000;
inline constexpr std::uint32_t kDbgmcuFreeze = 0xE0042008;      // DBGMCU_APB1_FZ
inline constexpr std::uint32_t kFreezeWatchdogs = 0b11U << 11;  // WWDG, IWDG

}  // namespace rigor::f4
