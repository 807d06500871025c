// The rhythm of polling: at once, then with growing pauses, until a deadline.
#pragma once

#include <algorithm>

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"

namespace rigor {

class Polling {
 public:
  Polling(Clock& clock, TimePoint deadline) : clock_(clock), deadline_(deadline) {}

  // Pauses; false when the deadline has come and there shall be no further try.
  [[nodiscard]] Result<bool> again() {
    const TimePoint now = clock_.now();
    if (now >= deadline_) return false;
    RIGOR_CHECK(clock_.sleep_until(std::min(now + pause_, deadline_)));
    pause_ = std::min(pause_ * 2, kLongestPause);
    return true;
  }

 private:
  // A probe needs about as long for one memory access, so shorter pauses would gain nothing.
  static constexpr Duration kFirstPause = std::chrono::microseconds(100);
  static constexpr Duration kLongestPause = std::chrono::milliseconds(2);

  Clock& clock_;
  TimePoint deadline_;
  Duration pause_ = kFirstPause;
};

}  // namespace rigor
