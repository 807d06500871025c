#include "framework/target/stm32h7rs/flash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/target/flash_flags.hpp"
#include "framework/target/slow_wire.hpp"
#include "framework/target/stm32h7rs/registers.hpp"

namespace rigor::h7rs {
namespace {

using namespace std::chrono_literals;

// ST's HAL waits 1 s for every operation, OpenOCD 10 s for an erase (stm32h7rs.md 3).
constexpr Duration kOperationLimit = 1s;
constexpr Duration kEraseAllLimit = 10s;
constexpr std::size_t kProgramBlock = 6144;  // whole flash words, and the probe's largest block

constexpr std::size_t kLoaderFrom = 4096;  // below, taking the core costs more than it gains
constexpr Duration kUnitTime = 35us;
constexpr unsigned kCoreAfterReset = 64'000;  // kHz, HSI

// Armv7-M architecture reference manual, B3.2.8.
constexpr std::uint32_t kConfigurationControl = 0xE000ED14, kDataCacheOn = 1U << 16;
constexpr std::uint32_t kSoftwareWatchdog = 1U << 4;  // OBW1SR.IWDG_HW

// A flash word is four SWD accesses and takes the flash up to 100 us, as on the H5 (stm32h7rs.md 3, inferred).
constexpr unsigned kProgramSpeedKhz = 4 * kClocksPerAccess * 10;

constexpr std::array kFlags{
    FlashFlag{kIsrWriteProtected, Code::flash_write_protected, "write protected (WRPERR)",
              "a WRPS bit of 0 protects its sector; cure: options: {set: {WRPS0: 1, ... WRPS7: 1, HDP_AREA_START: 1, "
              "HDP_AREA_END: 0}}"},
    FlashFlag{kIsrStrobe, Code::flash_strobe, "byte written twice in one flash word (STRBERR)", "erase first"},
    FlashFlag{kIsrInconsistent, Code::flash_inconsistent, "inconsistent access (INCERR)", ""},
    FlashFlag{kIsrReadSecure, Code::state_unsuitable, "protected flash was read (RDSERR)",
              "the HDP area hides flash from this level"},
    FlashFlag{kIsrDoubleEcc, Code::chip_unexpected, "two bits of a flash word are wrong (DBECCERR)",
              "erase and program the sector again; when it comes back, the part is worn"},
    FlashFlag{kIsrSequence | kIsrCrcRead, Code::flash_sequence, "sequence error (PGSERR or CRCRDERR)",
              "a reset clears what an earlier program left behind"},
};

}  // namespace

Result<std::uint32_t> Flash::offset_of(std::uint32_t address, std::size_t size) {
  const ChipFacts& facts = access_.facts();
  const std::uint32_t offset = address - facts.flash_base;
  if (address >= facts.flash_base && offset <= facts.flash_size && size <= facts.flash_size - offset) return offset;
  return fail(Code::usage, fmt::format("{} bytes at {} are not inside the {} KB of flash at {}", size,
                                       hex_word(address), facts.flash_size / 1024, hex_word(facts.flash_base)));
}

Result<void> Flash::unlocked(const std::function<Result<void>()>& work) {
  RIGOR_CHECK(access_.look());
  RIGOR_CHECK(unlock(access_.probe(), access_.port(), control_lock(access_.controller())));
  Result<void> outcome = await_idle(kOperationLimit, "waiting for an earlier operation");
  if (outcome) outcome = access_.write(kIcr, kIsrClearAll);
  if (outcome) outcome = work();
  auto locked = access_.write(kCr, kCrLock);
  return outcome ? locked : outcome;  // the first failure is the one to tell
}

Result<void> Flash::await_idle(Duration limit, const std::string& what) {
  std::uint32_t status = 0;
  RIGOR_TRY(const bool idle, poll(access_.clock(), limit, [&]() -> Result<bool> {
              RIGOR_TRY(status, access_.read(kSr));
              return (status & kSrQueued) == 0;
            }));
  if (idle) return {};
  return fail(Code::flash_busy, fmt::format("{}: still busy, status {}", what, hex_word(status)));
}

Result<void> Flash::finish(Duration limit, const std::string& what) {
  const Result<void> idle = await_idle(limit, what);
  if (!idle && idle.error().code() != Code::flash_busy) return idle;
  RIGOR_TRY(const std::uint32_t flags, access_.read(kIsr));
  RIGOR_CHECK(check_flags(kFlags, flags, what));
  return idle;
}

Result<void> Flash::run(std::uint32_t mode, Duration limit, const std::string& what) {
  RIGOR_CHECK(access_.write(kCr, mode));
  RIGOR_CHECK(access_.write(kCr, mode | kCrStart));
  return finish(limit, what);
}

Result<void> Flash::erase(std::uint32_t address, std::uint32_t size) {
  if (size == 0) return {};
  RIGOR_TRY(const std::uint32_t offset, offset_of(address, size));
  const auto sectors = flash_sectors(access_.facts(), access_.facts().flash_size);
  return unlocked([&]() -> Result<void> {
    for (const FlashSector& sector : sectors_in(sectors, offset, size)) {
      RIGOR_CHECK(run(kCrSectorErase | (sector.index << kCrSectorShift), kOperationLimit,
                      fmt::format("erasing sector {}", sector.index)));
    }
    return {};
  });
}

Result<void> Flash::erase_all() {
  return unlocked([&] { return run(kCrBankErase, kEraseAllLimit, "erasing all flash"); });
}

Result<void> Flash::write_words(std::uint32_t address, ByteView words) {
  const std::string what = fmt::format("programming {} bytes at {}", words.size(), hex_word(address));
  auto written = access_.probe().write_memory(access_.port(), address, words);
  // The controller knows better than the bus why a write failed.
  auto finished = finish(kOperationLimit, what);
  return finished ? written : finished;
}

Result<void> Flash::program(std::uint32_t address, ByteView data) {
  if (address % kFlashWord != 0)
    return fail(Code::usage, fmt::format("{} is not a multiple of {}", hex_word(address), kFlashWord));
  if (data.empty()) return {};
  RIGOR_CHECK(offset_of(address, data.size()));
  return unlocked([&]() -> Result<void> {
    RIGOR_CHECK(access_.write(kCr, kCrProgram));
    RIGOR_TRY(const std::size_t done, program_through_core(address, data));
    return program_through_port(address + static_cast<std::uint32_t>(done), data.subspan(done));
  });
}

Result<void> Flash::program_through_port(std::uint32_t address, ByteView data) {
  if (data.empty()) return {};
  Bytes padded(data.begin(), data.end());
  padded.resize((data.size() + 3) / 4 * 4, 0xFF);
  SlowWire wire(access_.probe(), kProgramSpeedKhz);
  RIGOR_CHECK(wire.begin());
  const auto write_all = [&]() -> Result<void> {
    for (std::size_t done = 0; done < padded.size(); done += kProgramBlock) {
      RIGOR_CHECK(write_words(address + static_cast<std::uint32_t>(done),
                              ByteView(padded).subspan(done, std::min(kProgramBlock, padded.size() - done))));
    }
    if (padded.size() % kFlashWord == 0) return {};
    // The last flash word is not full: FW writes it with ones in what is missing.
    RIGOR_CHECK(access_.write(kCr, kCrProgram | kCrForceWrite));
    return finish(kOperationLimit, fmt::format("programming the rest of {} bytes", data.size()));
  };
  const Result<void> programmed = write_all();
  const Result<void> restored = wire.end();
  return programmed ? restored : programmed;
}

Result<std::size_t> Flash::program_through_core(std::uint32_t address, ByteView data) {
  if (data.size() < kLoaderFrom) return std::size_t{0};
  RIGOR_TRY(const auto site, loader_site());
  if (!site) return std::size_t{0};
  const ByteView words = data.first(data.size() / kFlashWord * kFlashWord);
  RIGOR_TRY(const LoaderReport report, loader_.program(*site, address, words));
  const auto what = [&] { return fmt::format("programming {} bytes at {}", kFlashWord, hex_word(report.address)); };
  switch (report.end) {
    case LoaderReport::End::done:
      return words.size();
    case LoaderReport::End::no_code:
      return std::size_t{0};
    case LoaderReport::End::failed:
      RIGOR_CHECK(check_flags(kFlags, report.status, what()));
      break;
    case LoaderReport::End::stalled:
      break;
  }
  return fail(Code::flash_busy, what() + ": it does not come to an end");
}

// A data cache that the chip's own code has switched on stands between the core and the flash. A watchdog that the
// option bytes start is frozen only while the core is halted.
Result<std::optional<LoaderSite>> Flash::loader_site() {
  const auto& memories = access_.facts().sram;
  const auto ram = std::ranges::find(memories, "dtcm", &MemoryRange::name);
  if (ram == memories.end()) return std::nullopt;
  RIGOR_TRY(const std::uint32_t configuration, access_.probe().read_word(access_.port(), kConfigurationControl));
  if ((configuration & kDataCacheOn) != 0) return std::nullopt;
  RIGOR_TRY(const std::uint32_t options, access_.read(kObw1sr));
  if ((options & kSoftwareWatchdog) == 0) return std::nullopt;
  return LoaderSite{.port = access_.port(),
                    .ram = {ram->base, ram->size},
                    .controller = {.status = access_.controller() + kSr,
                                   .busy = kSrQueued,
                                   .error_status = access_.controller() + kIsr,
                                   .errors = kIsrErrors,
                                   .unit_words = kFlashWord / 4,
                                   .unit_time = kUnitTime,
                                   .unit_limit = kOperationLimit},
                    .core_khz = kCoreAfterReset};
}

Result<bool> Flash::holds(std::uint32_t address, ByteView expected) {
  RIGOR_TRY(const auto site, loader_site());
  return site ? loader_.holds(*site, address, expected) : Result<bool>(false);
}

Result<std::optional<std::vector<FlashRange>>> Flash::changed(std::span<const FlashRange> pieces, ByteView wanted) {
  RIGOR_TRY(const auto site, loader_site());
  if (!site) return std::nullopt;
  return loader_.changed(*site, pieces, wanted);
}

}  // namespace rigor::h7rs
