// A line with a job: what "power on" or "reset held" means on the wire, how long it takes, and how it is left behind.
//
//   RIGOR_TRY(const auto power, Relay::take(lines, clock, {.job = "power", .name = {"rack-relays", "PWR3"},
//                                                          .settle = 15ms, .min_off = 300ms}));
//   RIGOR_CHECK(power->set(true));     // waits until 300 ms of off time have passed, switches, waits 15 ms
//
// States here are logical: active is power on, NRST held, BOOT0 high at the chip. The wire level follows from
// RelayWiring::active. A relay is used from one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "framework/gpio/line_driver.hpp"
#include "framework/gpio/line_group.hpp"

namespace rigor {

struct RelayWiring {
  std::string job{};  // "nrst", "power", "boot0", "probe-nrst", "probe-power", "aux-..."
  LineName name{};
  Level active = Level::high;      // wire level at which the job is done
  Drive drive = Drive::push_pull;  // open drain for nets that others pull low too
  Duration settle{};               // from the edge until its effect can be relied on
  Duration min_off{};              // shortest inactive time before the next activation, so that supplies discharge
  bool safe_active = false;        // state in which the line is left: on destruction, and when a wait is aborted
};

[[nodiscard]] constexpr Level wire_level(const RelayWiring& wiring, bool active) {
  const bool high = active == (wiring.active == Level::high);
  return high ? Level::high : Level::low;
}

class Relay {
 public:
  // Takes the line in its safe state. What the line did before is unknown, so min_off counts from now.
  // Errors: those of LineDriver.
  [[nodiscard]] static Result<std::unique_ptr<Relay>> take(LineDriver& driver, Clock& clock, RelayWiring wiring);

  // A line of a group that was taken with each line at its safe level, in the order of the group's request.
  [[nodiscard]] static std::unique_ptr<Relay> of_group(const std::shared_ptr<LineGroup>& group, std::size_t index,
                                                       Clock& clock, RelayWiring wiring);

  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  // Puts the line into its safe state without waiting.
  ~Relay();

  // Goes to a state and returns when it has settled. In the timing, `requested` is the time of this call, so that a
  // wait for min_off shows. Setting the present state again makes no edge and does not wait. Errors: line_failed;
  // aborted or deadlock from a wait, after which the line is in its safe state.
  [[nodiscard]] Result<EdgeTiming> set(bool active);

  // Only the edge: no wait before or after, min_off is not observed. For schedules that time every edge themselves.
  [[nodiscard]] Result<EdgeTiming> set_now(bool active);

  // The edges of several relays of one group in one call, as set_now(). Errors: also unsupported for relays that are
  // not of one group.
  struct Change {
    Relay* relay;
    bool active;
  };
  [[nodiscard]] static Result<EdgeTiming> set_together(std::span<const Change> changes);

  // The safe state, at once. Works while the clock is interrupted.
  [[nodiscard]] Result<void> make_safe();

  // Nothing after a set that failed: then nobody knows.
  [[nodiscard]] std::optional<bool> active() const { return active_; }
  [[nodiscard]] const RelayWiring& wiring() const { return wiring_; }

 private:
  Relay(Clock& clock, RelayWiring wiring, std::unique_ptr<OutputLine> line);
  // Waits; when the wait fails the line goes to its safe state first.
  [[nodiscard]] Result<void> wait_until(TimePoint deadline);

  // What a set call means for what is known of the line.
  void note(bool active, bool was_active, const EdgeTiming& timing);

  Clock& clock_;
  RelayWiring wiring_;
  std::unique_ptr<OutputLine> line_;
  std::shared_ptr<LineGroup> group_;
  std::size_t index_ = 0;  // in the group
  std::optional<bool> active_;
  TimePoint inactive_since_{};
};

}  // namespace rigor
