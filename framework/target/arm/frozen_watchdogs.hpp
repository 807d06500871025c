// Work on flash that no watchdog cuts short: one that reset itself has started counts on meanwhile, and stands still
// only while the core is held and DBGMCU says so.
#pragma once

#include <functional>

#include "framework/target/arm/core.hpp"

namespace rigor::arm {

// A freeze register of DBGMCU, and its bits of the watchdogs.
struct WatchdogFreeze {
  AccessPort port;
  std::uint32_t address = 0;
  std::uint32_t bits = 0;
};

// Holds the core, freezes, works, and puts both back, whatever became of the work. The first failure is the one told.
[[nodiscard]] Result<void> with_watchdogs_frozen(Probe& probe, Core& core, const WatchdogFreeze& freeze,
                                                 const std::function<Result<void>()>& work);

}  // namespace rigor::arm
