// A clock for one thread whose time moves only by waiting, so that a test can read exactly what was waited for.
#pragma once

#include "framework/base/clock.hpp"

namespace rigor {

class ManualClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  std::unique_ptr<Event> make_event() override { return std::make_unique<NoEvent>(); }
  Result<std::optional<std::size_t>> wait_any(std::span<Event* const>, TimePoint deadline) override {
    if (interrupted_) return fail(Code::aborted, "interrupted");
    if (deadline > now_) now_ = deadline;
    return std::optional<std::size_t>();
  }
  std::unique_ptr<Actor> enroll(std::string) override { return std::make_unique<Actor>(); }
  void interrupt() override { interrupted_ = true; }
  void resume() override { interrupted_ = false; }
  void advance(Duration duration) { now_ += duration; }

 private:
  struct NoEvent final : Event {
    void set() override {}
  };
  TimePoint now_{};
  bool interrupted_ = false;
};

}  // namespace rigor
