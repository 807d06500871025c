// STM32H7R3, H7S3, H7R7 and H7S7 as a Target.
//
// The product state is virtual: it belongs to services in system flash. product_state(), set_product_state(),
// write_options(), provision(), probe_reset() and probe_power() call them through the core, which they borrow; a
// running application is disturbed, and the first 4 KB of SRAM2, for provision() of SRAM3, are lost.
#pragma once

#include <memory>

#include "framework/base/timeline.hpp"
#include "framework/target/target.hpp"

namespace rigor {

// The arguments must outlive the target. The probe must be attached before the first call.
[[nodiscard]] std::unique_ptr<Target> make_stm32h7rs(Probe& probe, Clock& clock, const ChipFacts& facts,
                                                     Timeline& timeline);

}  // namespace rigor
