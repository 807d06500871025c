#include "framework/target/stm32f4/flash.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/target/poll.hpp"
#include "framework/target/reading.hpp"
#include "framework/target/slow_wire.hpp"
#include "framework/target/stm32f4/registers.hpp"

namespace rigor::f4 {
namespace {

using namespace std::chrono_literals;

// OpenOCD's limits; the slowest erase takes 4 s a sector and 32 s a megabyte (stm32f4.md 3).
constexpr Duration kSectorLimit = 10s;
constexpr Duration kMassLimit = 33s;  // per megabyte
constexpr std::uint32_t kMegabyte = 1U << 20;
constexpr std::uint32_t kSmallestSector = 16U << 10;

constexpr std::size_t kLoaderFrom = 4096;  // below, taking the core costs more than it gains
constexpr Duration kUnitTime = 16us;
constexpr Duration kUnitLimit = 50ms;
constexpr unsigned kCoreAfterReset = 16'000;  // kHz, HSI

// The second bank's sectors are counted from 12, and SNB of those is four more (stm32f4.md 2).
std::uint32_t sector_number(const FlashSector& sector) {
  return sector.bank == 2 ? 12 + sector.index + 4 : sector.index;
}

// Some parts choose the number of their banks by option byte.
std::vector<FlashSector> sectors_of(ChipFacts facts, std::uint32_t size, unsigned banks) {
  facts.flash_bank_count = banks;
  return flash_sectors(facts, size);
}

}  // namespace

// A die is sold with less flash than it has; the chip knows. Some do not tell, as tools that print "(default)" show.
Result<std::uint32_t> Flash::measure(const View& view) {
  const ChipFacts& facts = access_.facts();
  RIGOR_TRY(const auto word, if_readable(read_bytes(access_.probe(), access_.port(), facts.flash_size_address, 2)));
  const std::uint32_t size = word ? load_le16(*word) * 1024U : 0;
  if (size != 0 && size <= facts.flash_size && size % kSmallestSector == 0) return size;
  if (!access_.part().dual_bank || view.level() != ProductState::rdp_0) return facts.flash_size;
  return fail(Code::chip_unexpected,
              fmt::format("the flash size at {} cannot be read, and without it no one knows where bank 2 begins",
                          hex_word(facts.flash_size_address)));
}

Result<Flash::Map> Flash::map() {
  Map map;
  RIGOR_TRY(map.view, access_.look());
  RIGOR_TRY(map.size, measure(map.view));
  const bool chosen = (map.view.options & kOptcrDualBank) != 0;  // matters with 1 MB only
  map.banks = access_.part().dual_bank && (map.size > kMegabyte || chosen) ? 2 : 1;
  map.sectors = sectors_of(access_.facts(), map.size, map.banks);
  return map;
}

Result<std::span<const FlashSector>> Flash::touched(const Map& map, std::uint32_t address, std::uint32_t size) const {
  const std::uint32_t base = access_.facts().flash_base;
  if (address >= base && address - base <= map.size && size <= map.size - (address - base))
    return sectors_in(map.sectors, address - base, size);
  return fail(Code::usage, fmt::format("{} bytes at {} are not inside the {} KB of flash at {}", size,
                                       hex_word(address), map.size / 1024, hex_word(base)));
}

Result<std::vector<Protection>> Flash::protections(std::uint32_t address, std::uint32_t size) {
  RIGOR_TRY(const Map flash, map());
  RIGOR_TRY(const auto sectors, touched(flash, address, size));
  auto found = sector_protections(flash.view, access_.part(), sectors);
  if (auto level = level_protection(flash.view, access_.part())) found.insert(found.begin(), std::move(*level));
  return found;
}

Result<void> Flash::erase(std::uint32_t address, std::uint32_t size) {
  if (size == 0) return {};
  RIGOR_TRY(const Map flash, map());
  RIGOR_TRY(const auto sectors, touched(flash, address, size));
  RIGOR_CHECK(check_writable(flash.view, access_.part(), sectors));
  return controller_.unlocked([&]() -> Result<void> {
    for (const FlashSector& sector : sectors) {
      RIGOR_CHECK(controller_.erase(kCrSectorErase | (sector_number(sector) << kCrSectorShift), kSectorLimit,
                                    fmt::format("erasing sector {} of bank {}", sector.index, sector.bank)));
    }
    return {};
  });
}

Result<void> Flash::mass_erase(const Map& map, std::uint32_t mode, const std::string& what) {
  const Duration limit = kMassLimit * std::max(1U, map.size / kMegabyte);
  return controller_.unlocked([&] { return controller_.erase(mode, limit, what); });
}

Result<std::vector<FlashSector>> Flash::sectors_of_bank(const Map& flash, unsigned bank) const {
  if (bank != 1 && bank != 2) return fail(Code::usage, fmt::format("there is no flash bank {}", bank));
  if (bank > flash.banks)
    return fail(Code::unsupported, fmt::format("this {} has one flash bank", access_.facts().name));
  std::vector<FlashSector> sectors;
  std::ranges::copy_if(flash.sectors, std::back_inserter(sectors),
                       [&](const FlashSector& sector) { return sector.bank == bank; });
  return sectors;
}

Result<FlashRange> Flash::bank_range(unsigned bank) {
  RIGOR_TRY(const Map flash, map());
  RIGOR_TRY(const auto sectors, sectors_of_bank(flash, bank));
  const FlashSector& last = sectors.back();
  const std::uint32_t first = sectors.front().offset;
  return FlashRange{access_.facts().flash_base + first, last.offset + last.size - first};
}

Result<void> Flash::erase_bank(unsigned bank) {
  RIGOR_TRY(const Map flash, map());
  RIGOR_TRY(const auto sectors, sectors_of_bank(flash, bank));
  RIGOR_CHECK(check_writable(flash.view, access_.part(), sectors));
  return mass_erase(flash, bank == 2 ? kCrMassEraseBank2 : kCrMassErase, fmt::format("erasing bank {}", bank));
}

Result<void> Flash::erase_all() {
  RIGOR_TRY(const Map flash, map());
  RIGOR_CHECK(check_writable(flash.view, access_.part(), flash.sectors));
  return mass_erase(flash, kCrMassErase | (flash.banks == 2 ? kCrMassEraseBank2 : 0), "erasing all flash");
}

Result<void> Flash::program(std::uint32_t address, ByteView data) {
  const auto unit = access_.parallelism() / 8;
  if (address % unit != 0) return fail(Code::usage, fmt::format("{} is not a multiple of {}", hex_word(address), unit));
  Bytes padded(data.begin(), data.end());
  padded.resize((data.size() + unit - 1) / unit * unit, 0xFF);
  if (padded.empty()) return {};
  RIGOR_TRY(const Map flash, map());
  RIGOR_TRY(const auto sectors, touched(flash, address, static_cast<std::uint32_t>(padded.size())));
  RIGOR_CHECK(check_writable(flash.view, access_.part(), sectors));
  const auto site = loader_site(flash.view);
  return controller_.unlocked([&]() -> Result<void> {
    if (site && access_.parallelism() == 32 && padded.size() >= kLoaderFrom) {
      RIGOR_TRY(const bool programmed, controller_.program_through_core(loader_, *site, address, padded));
      if (programmed) return {};
    }
    return program_through_port(address, padded);
  });
}

Result<void> Flash::program_through_port(std::uint32_t address, ByteView data) {
  SlowWire wire(access_.probe(), kProgramSpeedKhz);
  RIGOR_CHECK(wire.begin());
  const Result<void> programmed =
      controller_.program(static_cast<AccessSize>(access_.parallelism() / 8), address, data);
  const Result<void> restored = wire.end();
  return programmed ? restored : programmed;
}

// A watchdog that the option bytes start is stopped by nothing, and frozen only while the core is halted.
std::optional<LoaderSite> Flash::loader_site(const View& view) const {
  if ((view.options & kOptcrSoftwareWatchdog) == 0) return std::nullopt;
  const ChipFacts& facts = access_.facts();
  const auto largest = std::ranges::max_element(facts.sram, {}, &MemoryRange::size);
  if (largest == facts.sram.end()) return std::nullopt;
  const std::uint32_t status = facts.flash_registers + kSr;
  return LoaderSite{.port = access_.port(),
                    .ram = {largest->base, largest->size},
                    .controller = {.status = status,
                                   .busy = kSrBusy,
                                   .error_status = status,
                                   .errors = kSrErrors,
                                   .unit_words = 1,
                                   .unit_time = kUnitTime,
                                   .unit_limit = kUnitLimit},
                    .core_khz = kCoreAfterReset};
}

Result<bool> Flash::holds(std::uint32_t address, ByteView expected) {
  RIGOR_TRY(const Map flash, map());
  const auto site = loader_site(flash.view);
  return site ? loader_.holds(*site, address, expected) : Result<bool>(false);
}

Result<std::optional<std::vector<FlashRange>>> Flash::changed(std::span<const FlashRange> pieces, ByteView wanted) {
  RIGOR_TRY(const Map flash, map());
  const auto site = loader_site(flash.view);
  if (!site) return std::nullopt;
  return loader_.changed(*site, pieces, wanted);
}

}  // namespace rigor::f4
