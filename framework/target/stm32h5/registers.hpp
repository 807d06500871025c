// Registers of the STM32H5 that the driver uses (stm32h5.md 3 and 4, CMSIS; core registers: Armv8-M).
#pragma once

#include <cstdint>

#include "framework/target/key_lock.hpp"

namespace rigor::h5 {

// Offsets in the flash controller.
inline constexpr std::uint32_t kOptKeyr = 0x0C;
inline constexpr std::uint32_t kOptcr = 0x1C;
inline constexpr std::uint32_t kNssr = 0x20;
inline constexpr std::uint32_t kNsccr = 0x30;
inline constexpr std::uint32_t kOptsrCur = 0x50;
inline constexpr std::uint32_t kOptsr2Cur = 0x70;
inline constexpr std::uint32_t kProgramOffset = 4;  // every PRG register follows its CUR

// One side of the controller: non-secure or secure operations.
struct ControlSet {
  std::uint32_t key;
  std::uint32_t status;
  std::uint32_t control;
  std::uint32_t clear;
};
inline constexpr ControlSet kNonsecureSet{0x04, 0x20, 0x28, 0x30};
inline constexpr ControlSet kSecureSet{0x08, 0x24, 0x2C, 0x34};

inline constexpr std::uint32_t kCrLock = 1U << 0;
inline constexpr std::uint32_t kOptcrLock = 1U << 0;

// Both locks of the controller at `base`.
[[nodiscard]] constexpr KeyLock control_lock(std::uint32_t base, const ControlSet& set) {
  return {"the flash controller", base + set.key, base + set.control, kCrLock, 0x45670123, 0xCDEF89AB};
}
[[nodiscard]] constexpr KeyLock option_lock(std::uint32_t base) {
  return {"the option control register", base + kOptKeyr, base + kOptcr, kOptcrLock, 0x08192A3B, 0x4C5D6E7F};
}

inline constexpr std::uint32_t kCrProgram = 1U << 1;
inline constexpr std::uint32_t kCrSectorErase = 1U << 2;
inline constexpr std::uint32_t kCrBankErase = 1U << 3;
inline constexpr std::uint32_t kCrStart = 1U << 5;
inline constexpr std::uint32_t kCrSectorShift = 6;
inline constexpr std::uint32_t kCrMassErase = 1U << 15;
inline constexpr std::uint32_t kCrBankSelect = 1U << 31;

inline constexpr std::uint32_t kOptcrStart = 1U << 1;
inline constexpr std::uint32_t kOptcrSwapBank = 1U << 31;  // the value in force, loaded at reset

inline constexpr std::uint32_t kSrBusy = (1U << 0) | (1U << 1) | (1U << 3);  // BSY, WBNE, DBNE
inline constexpr std::uint32_t kSrOptionBusy = (1U << 0) | (1U << 3);
inline constexpr std::uint32_t kSrWriteProtected = 1U << 17;
inline constexpr std::uint32_t kSrSequence = 1U << 18;
inline constexpr std::uint32_t kSrStrobe = 1U << 19;
inline constexpr std::uint32_t kSrInconsistent = 1U << 20;
inline constexpr std::uint32_t kSrOptionChange = 1U << 23;
inline constexpr std::uint32_t kSrErrors = 0x00FE0000;    // bits 17..23
inline constexpr std::uint32_t kSrClearAll = 0x00FF0000;  // the same and EOP

inline constexpr std::uint32_t kTzenOn = 0xB4;
inline constexpr std::uint32_t kTzenOff = 0xC3;

inline constexpr std::uint16_t kDeviceH503 = 0x474;
inline constexpr std::uint16_t kDeviceH52x = 0x478;
inline constexpr std::uint16_t kDeviceH56x = 0x484;

// DBGMCU through access port 0.
inline constexpr std::uint32_t kDbgmcuIdcode = 0x000;
inline constexpr std::uint32_t kDbgmcuFreeze = 0x008;           // DBGMCU_APB1FZR1, CMSIS
inline constexpr std::uint32_t kFreezeWatchdogs = 0b11U << 11;  // WWDG, IWDG
inline constexpr std::uint32_t kDbgmcuAuthHost = 0x100;
inline constexpr std::uint32_t kDbgmcuAuthAck = 0x108;

}  // namespace rigor::h5
