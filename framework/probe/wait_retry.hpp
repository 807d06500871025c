// Patience with a target that answers WAIT: repeat, with pauses that double (st-link-protocol.md 5).
#pragma once

#include <chrono>

#include "framework/base/clock.hpp"

namespace rigor {

// probe-rs's figures, 0.8 s in all; OpenOCD gives up after 0.26 s, Black Magic after 1 s.
inline constexpr Duration kFirstWait = std::chrono::microseconds(100);
inline constexpr int kWaitRetries = 13;

// Runs `attempt`, which returns a Result, until it does not end in swd_wait. After a WAIT a fault is patience too: a
// V3 with a busy access port may answer WAIT, then fault, then ok. The last error is returned as it came.
template <typename Attempt>
auto retry_while_waiting(Clock& clock, Attempt&& attempt) -> decltype(attempt()) {
  Duration pause = kFirstWait;
  for (int tries = 0;; ++tries) {
    auto outcome = attempt();
    if (outcome || tries == kWaitRetries) return outcome;
    const Code code = outcome.error().code();
    if (code != Code::swd_wait && !(tries > 0 && code == Code::swd_fault)) return outcome;
    if (auto slept = clock.sleep_for(pause); !slept) return std::unexpected(std::move(slept).error());
    pause *= 2;
  }
}

}  // namespace rigor
