#include "framework/target/stm32h5/flash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/target/arm/frozen_watchdogs.hpp"
#include "framework/target/flash_flags.hpp"
#include "framework/target/slow_wire.hpp"
#include "framework/target/stm32h5/security_map.hpp"

namespace rigor::h5 {
namespace {

using namespace std::chrono_literals;

// ST's debugger limits (stm32h5.md 3.6); whole banks take up to 10 ms a sector.
constexpr Duration kSectorLimit = 250ms;
constexpr Duration kProgramLimit = 50ms;
constexpr Duration kMassSectorLimit = 10ms;
constexpr Duration kMassMargin = 1s;
constexpr std::size_t kCell = 2;             // bytes
constexpr std::size_t kProgramBlock = 6144;  // whole units, and the probe's largest block

constexpr std::uint32_t kSoftwareWatchdog = 1U << 3;  // OPTSR.IWDG_SW

constexpr std::size_t kLoaderFrom = 4096;  // below, taking the core costs more than it gains
constexpr Duration kUnitTime = 32us;
constexpr unsigned kCoreAfterReset = 32'000;  // kHz, HSI / 2

// A unit is four SWD accesses and takes the flash up to 100 us (stm32h5.md 3.6).
constexpr unsigned kProgramSpeedKhz = 4 * kClocksPerAccess * 10;

constexpr std::array kFlags{
    FlashFlag{kSrWriteProtected, Code::flash_write_protected, "write protected (WRPERR)",
              "read WRPSGn1, WRPSGn2, HDP1, HDP2 and, with TZEN on, SECWM1 and SECWM2"},
    FlashFlag{kSrOptionChange, Code::option_change_refused, "option change refused (OPTCHANGEERR)", ""},
    FlashFlag{kSrStrobe, Code::flash_strobe, "byte written twice in one unit (STRBERR)", "erase first"},
    FlashFlag{kSrInconsistent, Code::flash_inconsistent, "inconsistent access (INCERR)", ""},
    FlashFlag{kSrErrors, Code::flash_sequence, "sequence error (PGSERR or OBKERR)",
              "a reset clears what an earlier program left behind"},
};

bool software_watchdog(const View& view) { return (view.status & kSoftwareWatchdog) != 0; }

}  // namespace

// The part comes with half its flash too; the chip knows (stm32h5.md 1.1). The facts stand in where it does not tell.
Result<std::uint32_t> Flash::measure(const View& view) {
  const ChipFacts& facts = access_.facts();
  const auto word = access_.read_bytes(view, facts.flash_size_address, 2);
  if (!word) {
    if (!may_pass(word.error())) return fail(word.error());
    return facts.flash_size;
  }
  const std::uint32_t size = load_le16(*word) * 1024U;
  const bool plausible = size != 0 && size <= facts.flash_size && size % (2 * facts.flash_sector_size) == 0;
  return plausible ? size : facts.flash_size;
}

Result<Flash::Side> Flash::open_side(bool secure) {
  Side side;
  RIGOR_TRY(side.view, access_.look());
  if (secure && !side.view.secure) {
    return fail(
        Error(Code::state_unsuitable, "secure flash can be changed only with TZEN on and in product state open"));
  }
  side.secure = secure;
  side.set = secure ? kSecureSet : kNonsecureSet;
  RIGOR_TRY(side.size, measure(side.view));
  RIGOR_TRY(const std::uint32_t control, access_.read(side.view, kOptcr));
  side.swapped = (control & kOptcrSwapBank) != 0;
  return side;
}

Result<Flash::Side> Flash::side_of(std::uint32_t address, std::uint32_t size) {
  const ChipFacts& facts = access_.facts();
  const bool secure = is_secure_alias(address);
  RIGOR_TRY(const Side side, open_side(secure));
  const std::uint32_t base = secure ? facts.flash_secure_base : facts.flash_base;
  if (address < base || address - base > side.size || size > side.size - (address - base)) {
    return fail(Code::usage, fmt::format("{} bytes at {} are not inside the {} KB of flash at {}", size,
                                         hex_word(address), side.size / 1024, hex_word(base)));
  }
  return side;
}

Result<void> Flash::undisturbed(const Side& side, const Work& work) {
  if (software_watchdog(side.view)) return work();
  Probe& probe = access_.probe();
  const AuthenticationFacts& system = access_.facts().authentication;  // its access port reaches DBGMCU in every state
  RIGOR_CHECK(probe.open_access_port(system.access_port));
  arm::Core core(probe, access_.port(side.view.secure), access_.clock());
  const AccessPort port{.number = system.access_port};
  return arm::with_watchdogs_frozen(probe, core, {port, system.dbgmcu_base + kDbgmcuFreeze, kFreezeWatchdogs}, work);
}

Result<void> Flash::unlocked(const Side& side, const Work& work) {
  return undisturbed(side, [&]() -> Result<void> {
    RIGOR_CHECK(
        unlock(access_.probe(), access_.port(side.view.secure), control_lock(access_.controller(side.view), side.set)));
    Result<void> outcome = work();
    auto locked = access_.write(side.view, side.set.control, kCrLock);
    return outcome ? locked : outcome;
  });
}

Result<void> Flash::finish(const Side& side, Duration limit, const std::string& what) {
  std::uint32_t status = 0;
  RIGOR_TRY(const bool idle, poll(access_.clock(), limit, [&]() -> Result<bool> {
              RIGOR_TRY(status, access_.read(side.view, side.set.status));
              return (status & kSrBusy) == 0 || (status & kSrErrors) != 0;
            }));
  RIGOR_CHECK(check_flags(kFlags, status, what));
  if (!idle) return fail(Code::flash_busy, fmt::format("{}: still busy, status {}", what, hex_word(status)));
  return {};
}

Result<void> Flash::run(const Side& side, std::uint32_t mode, Duration limit, const std::string& what) {
  // Flags of an earlier failure would make this one a sequence error.
  RIGOR_CHECK(access_.write(side.view, side.set.clear, kSrClearAll));
  RIGOR_CHECK(finish(side, limit, what + " (waiting for an earlier operation)"));
  RIGOR_CHECK(access_.write(side.view, side.set.control, mode));
  RIGOR_CHECK(access_.write(side.view, side.set.control, mode | kCrStart));
  return finish(side, limit, what);
}

Result<void> Flash::erase_sector(const Side& side, std::uint32_t sector) {
  const std::uint32_t per_bank = side.size / access_.facts().flash_sector_size / 2;
  const bool second = sector >= per_bank;
  // BKSEL names the physical bank, the address map may have them exchanged.
  const std::uint32_t bank = second != side.swapped ? kCrBankSelect : 0;
  const std::uint32_t mode = kCrSectorErase | ((sector % per_bank) << kCrSectorShift) | bank;
  return run(side, mode, kSectorLimit, fmt::format("erasing sector {}", sector));
}

Result<void> Flash::erase(std::uint32_t address, std::uint32_t size) {
  if (size == 0) return {};
  const ChipFacts& facts = access_.facts();
  RIGOR_TRY(const Side side, side_of(address, size));
  const std::uint32_t offset = address - (side.secure ? facts.flash_secure_base : facts.flash_base);
  const std::uint32_t last = (offset + size - 1) / facts.flash_sector_size;
  return unlocked(side, [&]() -> Result<void> {
    for (std::uint32_t sector = offset / facts.flash_sector_size; sector <= last; ++sector) {
      RIGOR_CHECK(erase_sector(side, sector));
    }
    return {};
  });
}

Result<FlashRange> Flash::bank_range(unsigned bank) {
  if (bank != 1 && bank != 2) return fail(Code::usage, fmt::format("there is no flash bank {}", bank));
  RIGOR_TRY(const Side side, open_side(false));
  const bool second = (bank == 2) != side.swapped;
  return FlashRange{access_.facts().flash_base + (second ? side.size / 2 : 0), side.size / 2};
}

Result<void> Flash::erase_bank(unsigned bank) {
  if (bank != 1 && bank != 2) return fail(Code::usage, fmt::format("there is no flash bank {}", bank));
  RIGOR_TRY(const View view, access_.look());
  if (view.secure) return erase_secure_and_nonsecure(bank);
  RIGOR_TRY(const Side side, open_side(false));
  const Duration limit = kMassMargin + kMassSectorLimit * (side.size / access_.facts().flash_sector_size / 2);
  return unlocked(side, [&] {
    return run(side, kCrBankErase | (bank == 2 ? kCrBankSelect : 0), limit, fmt::format("erasing bank {}", bank));
  });
}

Result<void> Flash::erase_all() {
  RIGOR_TRY(const View view, access_.look());
  if (view.secure) return erase_secure_and_nonsecure(std::nullopt);
  RIGOR_TRY(const Side side, open_side(false));
  const Duration limit = kMassMargin + kMassSectorLimit * (side.size / access_.facts().flash_sector_size);
  return unlocked(side, [&] { return run(side, kCrMassErase, limit, "erasing all flash"); });
}

Result<void> Flash::erase_secure_and_nonsecure(std::optional<unsigned> wanted_bank) {
  RIGOR_TRY(const Side secure, open_side(true));
  RIGOR_TRY(const Side nonsecure, open_side(false));
  RIGOR_TRY(const SecurityMap map, SecurityMap::read(access_, secure.view));
  const std::uint32_t per_bank = secure.size / access_.facts().flash_sector_size / 2;
  const auto erase_side = [&](const Side& side) -> Result<void> {
    for (std::uint32_t sector = 0; sector < 2 * per_bank; ++sector) {
      const unsigned bank = (sector >= per_bank) != side.swapped ? 2 : 1;
      if (wanted_bank && *wanted_bank != bank) continue;
      if (map.secure(bank, sector % per_bank) == side.secure) RIGOR_CHECK(erase_sector(side, sector));
    }
    return {};
  };
  RIGOR_CHECK(unlocked(secure, [&] { return erase_side(secure); }));
  return unlocked(nonsecure, [&] { return erase_side(nonsecure); });
}

Result<std::vector<FlashRange>> Flash::addresses(std::uint32_t offset, std::uint32_t size) {
  const ChipFacts& facts = access_.facts();
  RIGOR_TRY(const Side side, side_of(facts.flash_base + offset, size));
  RIGOR_TRY(const SecurityMap map, SecurityMap::read(access_, side.view));
  std::vector<FlashRange> ranges;
  const auto sectors = flash_sectors(facts, side.size);
  for (const FlashSector& sector : sectors_in(sectors, offset, size)) {
    // The map names physical banks; the address map may have them exchanged.
    const unsigned bank = side.swapped ? 3 - sector.bank : sector.bank;
    const std::uint32_t base = map.secure(bank, sector.index) ? facts.flash_secure_base : facts.flash_base;
    const std::uint32_t begin = std::max(sector.offset, offset);
    const std::uint32_t end = std::min(sector.offset + sector.size, offset + size);
    append_range(ranges, {base + begin, end - begin});
  }
  return ranges;
}

Result<std::uint32_t> Flash::size() {
  RIGOR_TRY(const View view, access_.look());
  return measure(view);
}

Result<void> Flash::program_cells(std::uint32_t address, ByteView data) {
  RIGOR_TRY(const Side side, open_side(false));
  return unlocked(side, [&]() -> Result<void> {
    RIGOR_CHECK(access_.write(side.view, side.set.clear, kSrClearAll));
    RIGOR_CHECK(finish(side, kSectorLimit, "programming (waiting for an earlier operation)"));
    RIGOR_CHECK(access_.write(side.view, side.set.control, kCrProgram));
    for (std::size_t done = 0; done < data.size(); done += kCell) {
      const std::uint32_t at = address + static_cast<std::uint32_t>(done);
      auto written =
          access_.probe().write_sized(AccessSize::halfword, access_.port(false), at, data.subspan(done, kCell));
      RIGOR_CHECK(finish(side, kProgramLimit, fmt::format("programming the cell at {}", hex_word(at))));
      RIGOR_CHECK(written);
    }
    return {};
  });
}

Result<void> Flash::program(std::uint32_t address, ByteView data) {
  if (address % kProgramUnit != 0) {
    return fail(Code::usage, fmt::format("{} is not a multiple of {}", hex_word(address), kProgramUnit));
  }
  Bytes padded(data.begin(), data.end());
  padded.resize((data.size() + kProgramUnit - 1) / kProgramUnit * kProgramUnit, 0xFF);
  if (padded.empty()) return {};
  RIGOR_TRY(const Side side, side_of(address, static_cast<std::uint32_t>(padded.size())));
  return unlocked(side, [&]() -> Result<void> {
    RIGOR_CHECK(access_.write(side.view, side.set.clear, kSrClearAll));
    RIGOR_CHECK(finish(side, kSectorLimit, "programming (waiting for an earlier operation)"));
    RIGOR_CHECK(access_.write(side.view, side.set.control, kCrProgram));
    if (padded.size() >= kLoaderFrom) {
      RIGOR_TRY(const bool programmed, program_through_core(side, address, padded));
      if (programmed) return {};
    }
    return program_through_port(side, address, padded);
  });
}

Result<void> Flash::program_through_port(const Side& side, std::uint32_t address, ByteView data) {
  const AccessPort through = access_.port(side.secure);
  SlowWire wire(access_.probe(), kProgramSpeedKhz);
  RIGOR_CHECK(wire.begin());
  const auto write_all = [&]() -> Result<void> {
    for (std::size_t done = 0; done < data.size(); done += kProgramBlock) {
      const ByteView block = data.subspan(done, std::min(kProgramBlock, data.size() - done));
      const std::uint32_t at = address + static_cast<std::uint32_t>(done);
      const std::string what = fmt::format("programming {} bytes at {}", block.size(), hex_word(at));
      auto written = access_.probe().write_memory(through, at, block);
      // The controller knows better than the bus why a write failed.
      auto finished = finish(side, kProgramLimit, what);
      if (!finished) return finished;
      if (!written) return written;
    }
    return {};
  };
  const Result<void> programmed = write_all();
  const Result<void> restored = wire.end();
  return programmed ? restored : programmed;
}

// With TZEN on and the chip open the core stands in the secure world after a reset, and reaches both from there. A
// watchdog that the option bytes start is frozen only while the core is halted.
std::optional<LoaderSite> Flash::loader_site(const View& view, const ControlSet& set) const {
  if (!software_watchdog(view)) return std::nullopt;
  const auto& memories = access_.facts().sram;
  const auto largest = std::ranges::max_element(memories, {}, &MemoryRange::size);
  if (largest == memories.end()) return std::nullopt;
  const std::uint32_t base = view.secure ? largest->secure_base : largest->base;
  const std::uint32_t status = access_.controller(view) + set.status;
  return LoaderSite{.port = access_.port(view.secure),
                    .ram = {base, largest->size},
                    .controller = {.status = status,
                                   .busy = kSrBusy,
                                   .error_status = status,
                                   .errors = kSrErrors,
                                   .unit_words = kProgramUnit / 4,
                                   .unit_time = kUnitTime,
                                   .unit_limit = kProgramLimit},
                    .core_khz = kCoreAfterReset};
}

Result<bool> Flash::program_through_core(const Side& side, std::uint32_t address, ByteView data) {
  const auto site = loader_site(side.view, side.set);
  if (!site) return false;
  RIGOR_TRY(const LoaderReport report, loader_.program(*site, address, data));
  if (report.end == LoaderReport::End::no_code) return false;
  const std::string what = fmt::format("programming {} bytes at {}", kProgramUnit, hex_word(report.address));
  if (report.end == LoaderReport::End::failed) RIGOR_CHECK(check_flags(kFlags, report.status, what));
  if (report.end == LoaderReport::End::stalled) return fail(Code::flash_busy, what + ": still busy");
  return true;
}

Result<bool> Flash::holds(const View& view, std::uint32_t address, ByteView expected) {
  const auto site = loader_site(view, kNonsecureSet);
  return site ? loader_.holds(*site, address, expected) : Result<bool>(false);
}

Result<std::optional<std::vector<FlashRange>>> Flash::changed(const View& view, std::span<const FlashRange> pieces,
                                                              ByteView wanted) {
  const auto site = loader_site(view, kNonsecureSet);
  if (!site) return std::nullopt;
  return loader_.changed(*site, pieces, wanted);
}

}  // namespace rigor::h5
