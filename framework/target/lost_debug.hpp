// What a shut debug port means after a change of the product state: success looks like a dead chip (lifecycle.md 1.1).
#pragma once

#include "framework/probe/probe.hpp"
#include "framework/target/target.hpp"

namespace rigor {

// `why`: what the look at the chip ended with. A state that closes debug is then unconfirmed; any other was refused.
// Errors: state_change_refused; `why` itself where it says nothing about the board.
[[nodiscard]] Result<StateChange> judge_lost_debug(Probe& probe, ProductState asked, Error why);

}  // namespace rigor
