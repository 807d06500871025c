// What the option bytes of an STM32F4 forbid, read before anything is tried (stm32f4.md 3 and 4, lifecycle.md 4).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "framework/target/flash_layout.hpp"
#include "framework/target/stm32f4/access.hpp"
#include "framework/target/target.hpp"

namespace rigor::f4 {

// Every option bit set, RDP among them: what an interrupted option write leaves (stm32f4.md 4).
[[nodiscard]] bool looks_interrupted(const View& view, const Part& part);
// What to do about it.
[[nodiscard]] std::string interrupted_hint();

// The read-protection level, where it is not 0.
[[nodiscard]] std::optional<Protection> level_protection(const View& view, const Part& part);
// Those of some sectors, by nWRP and SPRMOD.
[[nodiscard]] std::vector<Protection> sector_protections(const View& view, const Part& part,
                                                         std::span<const FlashSector> sectors);

// Errors: state_unsuitable at another level than 0; flash_write_protected, naming every protected sector.
[[nodiscard]] Result<void> check_writable(const View& view, const Part& part, std::span<const FlashSector> sectors);

}  // namespace rigor::f4
