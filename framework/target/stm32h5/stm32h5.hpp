// STM32H5 (H503, H523/H533, H562/H563/H573) as a Target.
//
// program() of 4 KB and more, and changed_ranges(), borrow the core for the loader: it is halted, runs from the largest
// SRAM, and has its registers back afterwards; what that SRAM held is lost. compare() does so only after program() or
// changed_ranges() has, and until the next reset that this target knows of: comparing alone leaves a running board be.
//
// provision() borrows the core: it halts it, calls the resident service through SRAM3, then restores the registers,
// wipes its buffer and leaves the core running or halted as it was; whatever SRAM3 held in the first kilobyte is lost.
// Pulse NRST afterwards as ST's scripts do.
#pragma once

#include <memory>

#include "framework/base/timeline.hpp"
#include "framework/target/target.hpp"

namespace rigor {

// The arguments must outlive the target. The probe must be attached before the first call.
[[nodiscard]] std::unique_ptr<Target> make_stm32h5(Probe& probe, Clock& clock, const ChipFacts& facts,
                                                   Timeline& timeline);

}  // namespace rigor
