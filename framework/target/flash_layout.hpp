// Where the sectors of the user flash lie: uniform on H5 and H7RS, of three sizes on F4.
//
//   for (const FlashSector& sector : sectors_in(flash_sectors(facts, size), offset, length)) ...
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rigor {

// `count` sectors of `size` bytes after each other.
struct SectorRun {
  std::uint32_t count = 0;
  std::uint32_t size = 0;
};

struct FlashSector {
  unsigned bank = 1;         // 1 or 2, as the address map shows them
  unsigned index = 0;        // inside its bank
  std::uint32_t offset = 0;  // from the start of the flash, bytes
  std::uint32_t size = 0;    // bytes
};

struct ChipFacts;

// The sectors of a part with `size` bytes of flash, in the order of their addresses. A smaller variant of a die has the
// first sectors of each bank; sectors of one bank follow those of the other without a gap.
[[nodiscard]] std::vector<FlashSector> flash_sectors(const ChipFacts& facts, std::uint32_t size);

// Those that [offset, offset + length) touches; none for an empty range.
[[nodiscard]] std::span<const FlashSector> sectors_in(std::span<const FlashSector> sectors, std::uint32_t offset,
                                                      std::uint32_t length);

}  // namespace rigor
