// Waiting for a chip: bounded, through Clock.
#pragma once

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"
#include "framework/probe/probe.hpp"

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

// Calls `look`, which returns a Result, attaching again while the chip does not answer, until the limit; then its last
// error.
template <typename Look>
auto look_until(Probe& probe, Clock& clock, Duration limit, Look&& look) -> decltype(look()) {
  constexpr Duration kAttachPause = std::chrono::milliseconds(20);
  const TimePoint deadline = clock.now() + limit;
  for (;;) {
    auto seen = look();
    if (seen || !may_pass(seen.error()) || clock.now() >= deadline) return seen;
    if (auto attached = probe.attach(); !attached && !may_pass(attached.error()))
      return fail(std::move(attached).error());
    RIGOR_CHECK(clock.sleep_for(kAttachPause));
  }
}

}  // namespace rigor
