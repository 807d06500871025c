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

// Bytes of flash by their address.
struct FlashRange {
  std::uint32_t address = 0;
  std::uint32_t size = 0;
  friend bool operator==(const FlashRange&, const FlashRange&) = default;
};

struct ChipFacts;

// The sectors of a part with `size` bytes of flash, in the order of their addresses. A smaller variant of a die has the
// first sectors of each bank; sectors of one bank follow those of the other without a gap.
[[nodiscard]] std::vector<FlashSector> flash_sectors(const ChipFacts& facts, std::uint32_t size);

// Those that [offset, offset + length) touches; none for an empty range.
[[nodiscard]] std::span<const FlashSector> sectors_in(std::span<const FlashSector> sectors, std::uint32_t offset,
                                                      std::uint32_t length);

// [address, address + size) cut at the boundaries of sectors; `base` is the address of offset 0.
[[nodiscard]] std::vector<FlashRange> sector_pieces(std::span<const FlashSector> sectors, std::uint32_t base,
                                                    std::uint32_t address, std::uint32_t size);

// Adds a range behind the others; one that begins where the last ends makes that longer.
void append_range(std::vector<FlashRange>& ranges, const FlashRange& next);

}  // namespace rigor
