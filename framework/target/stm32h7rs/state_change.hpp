// Changing the virtual product state of the STM32H7RS (lifecycle.md 2.1, stm32h7rs.md 4).
#pragma once

#include "framework/target/stm32h7rs/services.hpp"
#include "framework/target/target.hpp"

namespace rigor::h7rs {

// Refuses what cannot succeed before the services are asked. A change to closed or locked is not confirmed: only
// discovery tells. Errors: usage, state_change_refused.
[[nodiscard]] Result<StateChange> change_state(Access& access, Services& services, ProductState state);

}  // namespace rigor::h7rs
