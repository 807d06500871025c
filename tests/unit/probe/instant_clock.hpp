// A Clock for one thread whose waits end at once: time jumps to the deadline.
#pragma once

#include "framework/base/clock.hpp"

namespace rigor::test {

class InstantClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  [[nodiscard]] std::unique_ptr<Event> make_event() override { return std::make_unique<Latch>(); }
  [[nodiscard]] Result<std::optional<std::size_t>> wait_any(std::span<Event* const> events,
                                                            TimePoint deadline) override {
    if (interrupted_) return fail(Code::aborted, "interrupted");
    for (std::size_t i = 0; i < events.size(); ++i) {
      Latch& latch = dynamic_cast<Latch&>(*events[i]);
      if (std::exchange(latch.is_set, false)) return i;
    }
    if (deadline == kNever) return fail(Code::deadlock, "a wait that nothing can end");
    now_ = std::max(now_, deadline);
    ++waits_;
    return std::nullopt;
  }
  [[nodiscard]] std::unique_ptr<Actor> enroll(std::string) override { return std::make_unique<Actor>(); }
  void interrupt() override { interrupted_ = true; }
  void resume() override { interrupted_ = false; }

  [[nodiscard]] int waits() const { return waits_; }

 private:
  struct Latch final : Event {
    void set() override { is_set = true; }
    bool is_set = false;
  };
  TimePoint now_{std::chrono::seconds(1)};
  bool interrupted_ = false;
  int waits_ = 0;
};

}  // namespace rigor::test
