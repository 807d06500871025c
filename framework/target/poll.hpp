// Waiting for a chip: bounded, through Clock.
#pragma once

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"

namespace rigor {

// The error says something about the board, so that a chip that is resetting may yet answer; not about the probe or the
// run.
[[nodiscard]] bool may_pass(const Error& error);

// Polls until `done` says so, first at once, then with growing pauses. False at the limit.
template <typename Done>
Result<bool> poll(Clock& clock, Duration limit, Done&& done) {
  const TimePoint deadline = clock.now() + limit;
  Duration pause = std::chrono::microseconds(100);
  for (;;) {
    RIGOR_TRY(const bool finished, done());
    if (finished) return true;
    if (clock.now() >= deadline) return false;
    RIGOR_CHECK(clock.sleep_for(pause));
    if (pause < std::chrono::milliseconds(5)) pause *= 2;
  }
}

}  // namespace rigor
