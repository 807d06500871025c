// Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP) as an interruption of a Clock.
//
// While it lives, these signals are taken by a thread of its own: the first interrupts the clock, so that steps
// unwind and lines go into their safe state; the second ends the process at once. Must be built before any other thread
// starts.
#pragma once

#include <atomic>
#include <thread>

#include "framework/base/clock.hpp"

namespace rigor::cli {

class Interruption {
 public:
  explicit Interruption(Clock& clock);
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  [[nodiscard]] bool requested() const { return requested_.load(); }

 private:
  void watch(const std::stop_token& stop);

  Clock& clock_;
  std::atomic<bool> requested_{false};
  std::jthread thread_;
};

// Blocks these signals in this thread and those it starts, so that only Interruption sees them. A reader that went away
// (SIGPIPE) and a file that may not grow (SIGXFSZ) become errors of the write: no signal ends the program while a board
// has power.
void block_interrupting_signals();

}  // namespace rigor::cli
