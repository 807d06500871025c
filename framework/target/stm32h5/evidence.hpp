// Observations of reset and power on an STM32H5, for the verdicts of framework/target/reset_evidence.hpp.
#pragma once

#include "framework/target/reset_evidence.hpp"
#include "framework/target/stm32h5/access.hpp"

namespace rigor::h5 {

// Both need product state open. The pin is released and the supply switched on again whatever happens.
[[nodiscard]] Result<ResetObservations> observe_reset(Access& access, ResetPin& pin);
[[nodiscard]] Result<PowerObservations> observe_power(Access& access, PowerSwitch& supply);

}  // namespace rigor::h5
