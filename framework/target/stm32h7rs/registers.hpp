// Registers of the STM32H7RS that the driver uses (stm32h7rs.md 3 and 4, CMSIS stm32h7s7xx.h).
#pragma once

#include <cstdint>

#include "framework/target/key_lock.hpp"

namespace rigor::h7rs {

// Offsets in the flash controller.
inline constexpr std::uint32_t kKeyr = 0x04;
inline constexpr std::uint32_t kCr = 0x10;
inline constexpr std::uint32_t kSr = 0x14;
inline constexpr std::uint32_t kIsr = 0x24;
inline constexpr std::uint32_t kIcr = 0x28;
inline constexpr std::uint32_t kOptKeyr = 0x100;
inline constexpr std::uint32_t kOptcr = 0x104;
inline constexpr std::uint32_t kOptisr = 0x108;
inline constexpr std::uint32_t kOpticr = 0x10C;
inline constexpr std::uint32_t kNvsr = 0x200;
inline constexpr std::uint32_t kRotsr = 0x208;
inline constexpr std::uint32_t kOtplsr = 0x210;
inline constexpr std::uint32_t kWrpsr = 0x218;
inline constexpr std::uint32_t kHdpsr = 0x230;
inline constexpr std::uint32_t kEpochsr = 0x250;
inline constexpr std::uint32_t kObw1sr = 0x260;
inline constexpr std::uint32_t kObw2sr = 0x268;
inline constexpr std::uint32_t kProgramOffset = 4;  // every ...SRP register follows its ...SR

inline constexpr std::uint32_t kCrLock = 1U << 0;
inline constexpr std::uint32_t kCrProgram = 1U << 1;
inline constexpr std::uint32_t kCrSectorErase = 1U << 2;
inline constexpr std::uint32_t kCrBankErase = 1U << 3;
inline constexpr std::uint32_t kCrForceWrite = 1U << 4;
inline constexpr std::uint32_t kCrStart = 1U << 5;
inline constexpr std::uint32_t kCrSectorShift = 6;
inline constexpr std::uint32_t kCrProgramOtp = 1U << 16;

inline constexpr std::uint32_t kSrWriteBuffer = 1U << 1;  // WBNE: a flash word waits for the rest of its bytes
inline constexpr std::uint32_t kSrQueued = 1U << 2;       // QW: the bit to poll

inline constexpr std::uint32_t kIsrWriteProtected = 1U << 17;
inline constexpr std::uint32_t kIsrSequence = 1U << 18;
inline constexpr std::uint32_t kIsrStrobe = 1U << 19;
inline constexpr std::uint32_t kIsrOptionLoad = 1U << 20;
inline constexpr std::uint32_t kIsrInconsistent = 1U << 21;
inline constexpr std::uint32_t kIsrReadSecure = 1U << 24;
inline constexpr std::uint32_t kIsrDoubleEcc = 1U << 26;
inline constexpr std::uint32_t kIsrCrcRead = 1U << 28;
inline constexpr std::uint32_t kIsrErrors = 0x152E0000;    // without OBLERR, which speaks of the last reset
inline constexpr std::uint32_t kIsrClearAll = 0x1F3F0000;  // and OBLERR, EOP, SNECC, CRCEND

inline constexpr std::uint32_t kOptcrLock = 1U << 0;
inline constexpr std::uint32_t kOptcrProgram = 1U << 1;    // PG_OPT
inline constexpr std::uint32_t kOptisrError = 1U << 30;    // OPTERRF
inline constexpr std::uint32_t kOpticrClear = 0x58000000;  // OPTERRF, KTEF, KVEF

inline constexpr std::uint32_t kNvstateOpen = 0xB4;
inline constexpr std::uint32_t kNvstateClosed = 0x51;
inline constexpr std::uint32_t kOemProvisioned = 0xB4;  // OEM_PROVD

// Both locks of the controller at `base`.
[[nodiscard]] constexpr KeyLock control_lock(std::uint32_t base) {
  return {"the flash controller", base + kKeyr, base + kCr, kCrLock, 0x45670123, 0xCDEF89AB};
}
[[nodiscard]] constexpr KeyLock option_lock(std::uint32_t base) {
  return {"the option control register", base + kOptKeyr, base + kOptcr, kOptcrLock, 0x08192A3B, 0x4C5D6E7F};
}

// DBGMCU through access port 0.
inline constexpr std::uint32_t kDbgmcuAuthHost = 0x100;
inline constexpr std::uint32_t kDbgmcuAuthAck = 0x108;

// Engineering bytes that say whether the part has the crypto block (stm32h7rs.md 1).
inline constexpr std::uint32_t kVariantWord = 0x5200281C;
inline constexpr std::uint32_t kVariantMask = 0xFF00;
inline constexpr std::uint32_t kVariantPlain = 0x0100;  // R part; zero: S part

}  // namespace rigor::h7rs
