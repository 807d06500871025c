// STM32F4 (F405/F407, F401, F411, F412, F413, F42x/F43x, F446, F469 and their twins with crypto) as a Target.
//
// Erasing, programming and changing options halt the core and let it go afterwards; a change of options ends with a
// system reset, without which nobody can tell what the chip stored. At read-protection level 1 the driver touches
// neither flash nor one-time memory.
#pragma once

#include <memory>

#include "framework/base/timeline.hpp"
#include "framework/target/target.hpp"

namespace rigor {

// The arguments must outlive the target. The probe must be attached before the first call.
// `parallelism`: bits that one access programs, 8, 16 or 32; the board's supply decides, 32 needs 2.7 V and 16 needs
// 2.1 V (stm32f4.md 3).
// Errors: unsupported for a device id that stm32f4.md does not list; which registers it has would be a guess.
[[nodiscard]] Result<std::unique_ptr<Target>> make_stm32f4(Probe& probe, Clock& clock, const ChipFacts& facts,
                                                           Timeline& timeline, unsigned parallelism = 32);

}  // namespace rigor
