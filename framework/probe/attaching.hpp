// Ways to come to a target (st-link-protocol.md 8). All enter SWD; they differ in what happens before.
#pragma once

#include <cstdint>

#include "framework/probe/probe.hpp"

namespace rigor {

enum class AttachMode : std::uint8_t {
  hot_plug,     // nothing is reset, nothing halted, the speed stays as it is
  normal,       // the speed is set first
  under_reset,  // the speed is set, NRST is held before and stays held: the caller releases it
};

// Attaches `probe` at the nearest speed not above `speed_khz`. NRST is moved through `reset`, which may be the probe's
// own output or a line; only under_reset needs it.
// Errors: capability_missing for under_reset without a pin; those of Probe::attach(), then NRST is released again.
[[nodiscard]] Result<void> attach(Probe& probe, AttachMode mode, unsigned speed_khz, ResetPin* reset = nullptr);

}  // namespace rigor
