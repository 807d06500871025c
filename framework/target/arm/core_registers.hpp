// Several registers of a halted core at once, in as few exchanges as the probe can (Probe::transfer).
#pragma once

#include <cstdint>
#include <span>

#include "framework/target/arm/core.hpp"

namespace rigor::arm {

struct CoreRegister {
  unsigned number = 0;  // DCRSR selector
  std::uint32_t value = 0;
};

// Errors: core_not_halted when a register stays out of reach.
[[nodiscard]] Result<void> read_registers(Probe& probe, AccessPort port, Clock& clock,
                                          std::span<CoreRegister> registers);
[[nodiscard]] Result<void> write_registers(Probe& probe, AccessPort port, Clock& clock,
                                           std::span<const CoreRegister> registers);

// Lets a halted core go with interrupts masked.
[[nodiscard]] Result<void> start_masked(Probe& probe, AccessPort port);

}  // namespace rigor::arm
