// Time, and the only way to wait for anything.
//
// Every blocking wait of the framework goes through a Clock, so that the same code runs on the steady clock of
// the machine and on the virtual time of the lab. There, time moves exactly when every enrolled actor waits, and a
// wait that nothing can end is reported as Code::deadlock instead of hanging.
//
//   auto done = clock.make_event();
//   start_transfer([&] { done->set(); });
//   RIGOR_TRY(const bool in_time, clock.wait(*done, clock.now() + 500ms));
//
// Thread safety: all members of Clock and Event may be called from any thread. A thread that waits must be enrolled
// (keep the Actor alive as long as the thread takes part); the thread that built the clock may enrol itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "framework/base/result.hpp"

namespace rigor {

using Duration = std::chrono::nanoseconds;

// The time base of one Clock object. Two clocks have nothing in common but the unit.
struct Timebase {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Timebase>;
  static constexpr bool is_steady = true;
};
using TimePoint = Timebase::time_point;

// For waits that only an event or an interruption ends.
inline constexpr TimePoint kNever = TimePoint::max();

// A latch: set() stays until a wait consumes it.
class Event {
 public:
  virtual ~Event() = default;
  virtual void set() = 0;
};

// One thread's part in time. Dropping it withdraws the thread.
class Actor {
 public:
  virtual ~Actor() = default;
};

class Clock {
 public:
  virtual ~Clock() = default;

  [[nodiscard]] virtual TimePoint now() const = 0;

  // Events belong to the clock that made them and must not outlive it.
  [[nodiscard]] virtual std::unique_ptr<Event> make_event() = 0;

  // Waits until one of `events` is set or `deadline` has come. Returns the index of the event, which it clears, or
  // nothing at the deadline. An event that is already set wins over a deadline that has already passed.
  // Errors: aborted after interrupt(), deadlock when nothing can end the wait.
  [[nodiscard]] virtual Result<std::optional<std::size_t>> wait_any(std::span<Event* const> events,
                                                                    TimePoint deadline) = 0;

  [[nodiscard]] virtual std::unique_ptr<Actor> enroll(std::string name) = 0;

  // Makes every wait, present and future, fail with Code::aborted until resume(). For Ctrl-C: the runner interrupts,
  // the steps unwind, the runner resumes and puts the lines into their safe state.
  virtual void interrupt() = 0;
  virtual void resume() = 0;

  // True when the event came, false at the deadline.
  [[nodiscard]] Result<bool> wait(Event& event, TimePoint deadline);
  [[nodiscard]] Result<void> sleep_until(TimePoint deadline);
  [[nodiscard]] Result<void> sleep_for(Duration duration) { return sleep_until(now() + duration); }
};

// The machine's monotonic clock.
[[nodiscard]] std::unique_ptr<Clock> make_steady_clock();

}  // namespace rigor
