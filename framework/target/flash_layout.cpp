#include "framework/target/flash_layout.hpp"

#include <algorithm>

#include "framework/target/chip_facts.hpp"

namespace rigor {
namespace {

void add_bank(std::vector<FlashSector>& sectors, const ChipFacts& facts, unsigned bank, std::uint32_t size) {
  const std::uint32_t base = sectors.empty() ? 0 : sectors.back().offset + sectors.back().size;
  unsigned index = 0;
  std::uint32_t used = 0;
  const auto add_run = [&](const SectorRun& run) {
    for (std::uint32_t i = 0; i < run.count && used + run.size <= size; ++i, used += run.size)
      sectors.push_back({bank, index++, base + used, run.size});
  };
  if (facts.flash_sector_size != 0) add_run({size / facts.flash_sector_size, facts.flash_sector_size});
  for (const SectorRun& run : facts.flash_sector_runs) add_run(run);
}

}  // namespace

std::vector<FlashSector> flash_sectors(const ChipFacts& facts, std::uint32_t size) {
  std::vector<FlashSector> sectors;
  const std::uint32_t banks = std::max(1U, facts.flash_bank_count);
  for (unsigned bank = 1; bank <= banks; ++bank) add_bank(sectors, facts, bank, size / banks);
  return sectors;
}

std::span<const FlashSector> sectors_in(std::span<const FlashSector> sectors, std::uint32_t offset,
                                        std::uint32_t length) {
  const auto first = std::ranges::find_if(
      sectors, [&](const FlashSector& sector) { return length != 0 && offset < sector.offset + sector.size; });
  auto last = first;
  while (last != sectors.end() && last->offset < offset + length) ++last;
  return {first, last};
}

std::vector<FlashRange> sector_pieces(std::span<const FlashSector> sectors, std::uint32_t base, std::uint32_t address,
                                      std::uint32_t size) {
  std::vector<FlashRange> pieces;
  for (const FlashSector& sector : sectors_in(sectors, address - base, size)) {
    const std::uint32_t begin = std::max(address, base + sector.offset);
    const std::uint32_t end = std::min(address + size, base + sector.offset + sector.size);
    pieces.push_back({begin, end - begin});
  }
  return pieces;
}

void append_range(std::vector<FlashRange>& ranges, const FlashRange& next) {
  if (!ranges.empty() && ranges.back().address + ranges.back().size == next.address)
    ranges.back().size += next.size;
  else
    ranges.push_back(next);
}

}  // namespace rigor
