// Fast programming and checksums: code in the target's RAM does the work, the host feeds it.
//
// While the core programs one buffer the host fills the next ones; the number at a buffer's end hands it over, and the
// host asks seldom how far the core is. One code serves every controller that takes whole units at their addresses and
// shows busy and errors in registers.
//
//   FlashLoader loader(probe, clock);
//   const LoaderSite site{port, {0x20000000, 128 * 1024}, {.status = ..., .unit_words = 4, ...}, 32'000};
//   ... unlock, clear old flags, switch programming on ...
//   RIGOR_TRY(const LoaderReport report, loader.program(site, address, data));
//   if (report.end == LoaderReport::End::no_code) ... write through the access port instead: nothing was touched ...
//   ... lock ...
//
// The family driver's part: the controller's keys and modes before and after, the meaning of error flags, watchdogs.
// The loader's: the core is halted, interrupts are masked while the code runs, registers are as they were afterwards,
// and the core runs or stays halted as it was found. What the RAM held is lost.
//
// Whether the core runs code from a RAM is found out at the first use of it, and remembered.
// Errors: those of the probe and the wire; usage for addresses and sizes that are not whole units. One thread at a
// time.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/flash_layout.hpp"

namespace rigor {

namespace loader {
class Session;
struct Progress;
}  // namespace loader

// As the core sees them: on a part with the security extension through the alias that fits the access port.
struct LoaderController {
  std::uint32_t status = 0;        // address of the register with the busy bits
  std::uint32_t busy = 0;          // its mask
  std::uint32_t error_status = 0;  // address of the register with the error bits; often the same
  std::uint32_t errors = 0;        // its mask
  unsigned unit_words = 1;         // 1 or 4
  Duration unit_time{};            // typical; only decides when the host asks first
  Duration unit_limit{};           // longest; twice that without progress is Code::flash_busy to the driver
};

struct LoaderRam {
  std::uint32_t base = 0;  // a multiple of 4
  std::uint32_t size = 0;  // bytes, 8 KB or more
};

struct LoaderSite {
  AccessPort port;
  LoaderRam ram;
  LoaderController controller;
  unsigned core_khz = 0;  // as reset leaves it; only decides when the host asks first
};

struct LoaderReport {
  enum class End : std::uint8_t {
    done,
    failed,   // the controller shows an error for the unit at `address`
    stalled,  // the unit at `address` outlasted its limit
    no_code,  // the core runs no code from this RAM; nothing was programmed
  };
  End end = End::done;
  std::uint32_t address = 0;
  std::uint32_t status = 0;  // failed: the error register as read
};

class FlashLoader {
 public:
  FlashLoader(Probe& probe, Clock& clock) : probe_(probe), clock_(clock) {}

  // Writes erased flash; the controller is unlocked and expects units. Does not verify.
  [[nodiscard]] Result<LoaderReport> program(const LoaderSite& site, std::uint32_t address, ByteView data);

  // One zip_checksum() (zip_checksum.hpp) for each range, all in one run of the core. Addresses are multiples of 4.
  // Nothing when the core runs no code from this RAM, or does not come to an end: memory that it cannot read makes it
  // fault.
  [[nodiscard]] Result<std::optional<std::vector<std::uint32_t>>> checksums(const LoaderSite& site,
                                                                            std::span<const FlashRange> ranges);

  // True when a checksum says that the memory holds these bytes. False says nothing: they differ, are too few to be
  // worth it, the core runs no code, or the RAM may be in use: only program() and changed() take it away from whom they
  // find there, and comparing alone leaves a running board be.
  [[nodiscard]] Result<bool> holds(const LoaderSite& site, std::uint32_t address, ByteView expected);

  // Which of the pieces, which follow each other, do not hold their part of `wanted`; merged where they touch. Nothing
  // when the core cannot say.
  [[nodiscard]] Result<std::optional<std::vector<FlashRange>>> changed(const LoaderSite& site,
                                                                       std::span<const FlashRange> pieces,
                                                                       ByteView wanted);

  // The chip's own code may have run since: the RAM is in use again.
  void forget_ram() { ram_is_ours_ = false; }

 private:
  [[nodiscard]] Result<void> await_checksums(loader::Session& session, Duration expected, loader::Progress& seen);

  Probe& probe_;
  Clock& clock_;
  std::set<std::uint32_t> runs_no_code_;  // bases of RAM
  bool ram_is_ours_ = false;
};

}  // namespace rigor
