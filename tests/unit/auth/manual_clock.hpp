// A clock that moves only when somebody waits on it or advances it. Single-threaded.
#pragma once

#include <algorithm>

#include "framework/base/clock.hpp"

namespace rigor {

class ManualClock : public Clock {
 public:
  TimePoint now() const override { return now_; }
  std::unique_ptr<Event> make_event() override { return std::make_unique<NeverSet>(); }
  Result<std::optional<std::size_t>> wait_any(std::span<Event* const> /*events*/, TimePoint deadline) override {
    if (interrupted_) return fail(Code::aborted, "interrupted");
    if (deadline == kNever) return fail(Code::deadlock, "nothing can end this wait");
    now_ = std::max(now_, deadline);
    return std::nullopt;
  }
  std::unique_ptr<Actor> enroll(std::string /*name*/) override { return std::make_unique<Actor>(); }
  void interrupt() override { interrupted_ = true; }
  void resume() override { interrupted_ = false; }

  void advance(Duration by) { now_ += by; }

 private:
  struct NeverSet : Event {
    void set() override {}
  };
  TimePoint now_{};
  bool interrupted_ = false;
};

}  // namespace rigor
