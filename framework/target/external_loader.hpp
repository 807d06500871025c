// Why an external loader failed to erase or write external flash of an STM32H7RS: the candidates of stm32h7rs.md 4.2
// and lifecycle.md 2.4, ordered by what is known. Not the internal "mass erase failed", whose causes are
// Target::protections(); write protection of the internal flash cannot stop an external erase.
//
//   for (const LoaderCandidate& each : explain_loader_failure(seen)) report(each.cause, each.evidence, each.cure);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigor {

// Nothing where it is not known.
struct LoaderFailure {
  std::uint32_t address = 0;      // of the first byte that was to be erased or written
  std::uint32_t size = 0;         // bytes
  std::uint32_t sector_size = 0;  // the loader's, bytes; 0: not known
  // The sectors that the tool said it erases: "[32 37]".
  std::optional<std::uint32_t> first_sector;
  std::optional<std::uint32_t> last_sector;
  std::optional<bool> reset_proven;             // NRST was seen to reset the core
  std::optional<bool> core_in_external_memory;  // the program counter lay there, or the boot had mapped it
  std::optional<std::uint32_t> hslv;            // XSPI1_HSLV or XSPI2_HSLV, whichever serves the address
  std::optional<std::uint32_t> dtcm_share;
  std::optional<std::uint32_t> itcm_share;
};

enum class LoaderCause : std::uint8_t {
  memory_in_use,  // the boot or the application has the external memory mapped while the loader starts
  slow_pads,      // high-speed pads are off
  no_room,        // the loader does not fit the SRAM that the core-coupled memories leave
  wrong_loader,   // made for another board or another memory
};
[[nodiscard]] std::string_view loader_cause_name(LoaderCause cause);  // "memory-in-use"

enum class Standing : std::uint8_t { supported, possible, excluded };

struct LoaderCandidate {
  LoaderCause cause = LoaderCause::memory_in_use;
  Standing standing = Standing::possible;
  std::string evidence;
  std::string cure;
};

// The first and last sector that a loader has to erase; nothing for an address outside the external memories, an
// empty range or an unknown sector size.
struct SectorSpan {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};
[[nodiscard]] std::optional<SectorSpan> loader_sectors(const LoaderFailure& seen);

// All four, the supported ones first, the excluded ones last, otherwise in the order in which they are to be tested.
// Empty for an address outside the external memories.
[[nodiscard]] std::vector<LoaderCandidate> explain_loader_failure(const LoaderFailure& seen);

}  // namespace rigor
