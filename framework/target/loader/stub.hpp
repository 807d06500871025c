// The loader's code as machine words, and the block through which host and target speak (stub.S says what it does).
#pragma once

#include <cstdint>
#include <span>

namespace rigor::loader {

// To be copied to any multiple of 4 in RAM; the block is its beginning.
[[nodiscard]] std::span<const std::uint32_t> stub_words();

// Offsets from the beginning, in bytes.
namespace at {
inline constexpr std::uint32_t kSaved = 0x00;  // r1 to r12, lr
inline constexpr std::uint32_t kState = 0x34;
inline constexpr std::uint32_t kStatus = 0x38;
inline constexpr std::uint32_t kReached = 0x3C;
inline constexpr std::uint32_t kCommand = 0x40;
inline constexpr std::uint32_t kStop = 0x44;
inline constexpr std::uint32_t kStatusRegister = 0x48;
inline constexpr std::uint32_t kBusy = 0x4C;
inline constexpr std::uint32_t kErrorRegister = 0x50;
inline constexpr std::uint32_t kErrors = 0x54;
inline constexpr std::uint32_t kUnitWords = 0x58;
inline constexpr std::uint32_t kRing = 0x5C;
inline constexpr std::uint32_t kRingEnd = 0x60;
inline constexpr std::uint32_t kCapacity = 0x64;
inline constexpr std::uint32_t kDestination = 0x68;
inline constexpr std::uint32_t kRemaining = 0x6C;
inline constexpr std::uint32_t kTable = 0x70;
inline constexpr std::uint32_t kList = 0x74;
inline constexpr std::uint32_t kListEnd = 0x78;
inline constexpr std::uint32_t kEntry = 0x80;
}  // namespace at

inline constexpr std::uint32_t kProgram = 1;
inline constexpr std::uint32_t kChecksums = 2;

// Values of the state word.
inline constexpr std::uint32_t kRunning = 0x4E5552A7;
inline constexpr std::uint32_t kDone = 0x4E4F44A7;
inline constexpr std::uint32_t kFailed = 0x4C4146A7;
inline constexpr std::uint32_t kStopped = 0x505453A7;

inline constexpr std::uint32_t kTableSize = 4096;  // bytes
inline constexpr std::uint32_t kFlagSize = 4;      // behind the data of a buffer: its number, from 1
inline constexpr std::uint32_t kEntrySize = 12;    // of the list: address, size, checksum

}  // namespace rigor::loader
