#include "framework/target/stm32f4/controller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "framework/target/arm/frozen_watchdogs.hpp"
#include "framework/target/flash_flags.hpp"
#include "framework/target/poll.hpp"
#include "framework/target/slow_wire.hpp"
#include "framework/target/stm32f4/registers.hpp"

namespace rigor::f4 {
namespace {

using namespace std::chrono_literals;

constexpr Duration kIdleLimit = 10s;  // an erase of somebody else's may still run
constexpr Duration kProgramLimit = 50ms;
constexpr std::size_t kProgramBlock = 6144;

static_assert(kProgramSpeedKhz == kClocksPerAccess * 10);

constexpr std::array kFlags{
    FlashFlag{kSrWriteProtected, Code::flash_write_protected, "write protected (WRPERR)",
              "read the WRP options, SPRMOD and RDP; a sector that the part does not have gives this too"},
    FlashFlag{kSrAlignment, Code::flash_alignment, "alignment error (PGAERR)", "an access crossed a row of 128 bits"},
    FlashFlag{kSrParallelism, Code::flash_parallelism, "parallelism error (PGPERR)",
              "the size of an access is not the parallelism that was set: a probe that joins or splits accesses"},
    FlashFlag{kSrSequence, Code::flash_sequence, "sequence error (PGSERR)", "flash was written with programming off"},
    FlashFlag{kSrReadProtected, Code::read_protected, "read protection error (RDERR)",
              "a sector with code protection (PCROP) was read"},
    FlashFlag{kSrOperation, Code::flash_operation, "operation error (OPERR)", ""},
};

constexpr std::uint32_t parallelism(AccessSize size) {
  return static_cast<std::uint32_t>(std::countr_zero(static_cast<unsigned>(std::to_underlying(size))))
         << kCrParallelismShift;
}

}  // namespace

Result<void> Controller::quietly(const Work& work) {
  Probe& probe = access_.probe();
  arm::Core core(probe, access_.port(), access_.clock());
  return arm::with_watchdogs_frozen(probe, core, {access_.port(), kDbgmcuFreeze, kFreezeWatchdogs}, work);
}

Result<void> Controller::unlocked(const Work& work) {
  return quietly([&]() -> Result<void> {
    RIGOR_CHECK(unlock(access_.probe(), access_.port(), control_lock(access_.facts().flash_registers)));
    Result<void> outcome = work();
    auto locked = access_.write(kCr, kCrLock);
    return outcome ? locked : outcome;
  });
}

Result<void> Controller::finish(Duration limit, const std::string& what) {
  std::uint32_t status = 0;
  RIGOR_TRY(const bool idle, poll(access_.clock(), limit, [&]() -> Result<bool> {
              RIGOR_TRY(status, access_.read(kSr));
              return (status & kSrBusy) == 0;
            }));
  RIGOR_CHECK(check_flags(kFlags, status, what));
  if (!idle) return fail(Code::flash_busy, fmt::format("{}: still busy, status {}", what, hex_word(status)));
  return {};
}

Result<void> Controller::clear_flags(const std::string& what) {
  RIGOR_CHECK(access_.write(kSr, kSrClearAll));
  return finish(kIdleLimit, what + " (waiting for an earlier operation)");
}

Result<void> Controller::erase(std::uint32_t mode, Duration limit, const std::string& what) {
  const auto size = static_cast<AccessSize>(access_.parallelism() / 8);
  RIGOR_CHECK(clear_flags(what));
  RIGOR_CHECK(access_.write(kCr, mode | parallelism(size)));
  RIGOR_CHECK(access_.write(kCr, mode | parallelism(size) | kCrStart));
  return finish(limit, what);
}

Result<void> Controller::program(AccessSize size, std::uint32_t address, ByteView data) {
  const std::string what = fmt::format("programming {} bytes at {}", data.size(), hex_word(address));
  RIGOR_CHECK(clear_flags(what));
  RIGOR_CHECK(access_.write(kCr, kCrProgram | parallelism(size)));
  while (!data.empty()) {
    const ByteView block = data.first(std::min(kProgramBlock, data.size()));
    auto written = access_.probe().write_sized(size, access_.port(), address, block);
    // The controller knows better than the bus why a write failed.
    auto finished = finish(kProgramLimit, what);
    if (!finished) return finished;
    if (!written) return written;
    data = data.subspan(block.size());
    address += static_cast<std::uint32_t>(block.size());
  }
  return {};
}

Result<bool> Controller::program_through_core(FlashLoader& loader, const LoaderSite& site, std::uint32_t address,
                                              ByteView data) {
  const auto what = [](std::uint32_t at) { return fmt::format("programming a word at {}", hex_word(at)); };
  RIGOR_CHECK(clear_flags(what(address)));
  RIGOR_CHECK(access_.write(kCr, kCrProgram | parallelism(AccessSize::word)));
  RIGOR_TRY(const LoaderReport report, loader.program(site, address, data));
  if (report.end == LoaderReport::End::no_code) return false;
  if (report.end == LoaderReport::End::failed) RIGOR_CHECK(check_flags(kFlags, report.status, what(report.address)));
  if (report.end == LoaderReport::End::stalled)
    return fail(Error(Code::flash_busy, what(report.address) + ": it does not come to an end")
                    .hint("a watchdog that the chip's own code started resets it while the loader runs"));
  return true;
}

}  // namespace rigor::f4
