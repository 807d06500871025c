// How a thread waits for the moment of an edge. The machine's timer sleeps until shortly before and then spins, since
// the kernel wakes a sleeper 25 to 75 us late (lab-doors.md 3); in the lab virtual time is exact by itself.
#pragma once

#include <memory>
#include <string>

#include "framework/base/clock.hpp"

namespace rigor {

// What the thread got; said with every schedule, since a machine that refuses it plays less exactly.
struct TimerQuality {
  bool exact = false;          // virtual time
  bool real_time = false;      // SCHED_FIFO
  bool memory_locked = false;  // no page faults
  bool fine_slack = false;     // timers are not deferred by 50 us

  [[nodiscard]] std::string describe() const;  // "real-time priority, memory locked, timer slack 1 ns"
};

class EdgeTimer {
 public:
  virtual ~EdgeTimer() = default;
  // Sharpens the calling thread as far as the machine allows. Once for each thread that plays edges.
  virtual TimerQuality prepare() = 0;
  // How long before the moment the waiting with events has to end.
  [[nodiscard]] virtual Duration spin() const = 0;
  // From at most spin() before it to the moment. Errors: aborted.
  [[nodiscard]] virtual Result<void> finish(Clock& clock, TimePoint moment) = 0;
};

// For a clock that is exact: nothing to prepare, no spinning.
[[nodiscard]] std::unique_ptr<EdgeTimer> make_exact_edge_timer();
// For the machine's clock. Spins for up to 200 us before each edge; under real-time priority that is far below the
// share of time after which the kernel throttles.
[[nodiscard]] std::unique_ptr<EdgeTimer> make_machine_edge_timer();

}  // namespace rigor
