// One mutex and one condition variable for all waits of the clock: waits are few and long here, so waking every
// waiter on every event costs less than the bookkeeping of separate ones.
#include <condition_variable>
#include <mutex>

#include "framework/base/clock.hpp"

namespace rigor {
namespace {

struct Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool interrupted = false;
};

class SteadyEvent final : public Event {
 public:
  explicit SteadyEvent(Shared& shared) : shared_(shared) {}

  void set() override {
    {
      const std::lock_guard lock(shared_.mutex);
      set_ = true;
    }
    shared_.changed.notify_all();
  }

  // Caller holds the mutex.
  bool take() { return std::exchange(set_, false); }

 private:
  Shared& shared_;
  bool set_ = false;
};

class SteadyActor final : public Actor {};

class SteadyClock final : public Clock {
 public:
  TimePoint now() const override {
    return TimePoint(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
  }

  std::unique_ptr<Event> make_event() override { return std::make_unique<SteadyEvent>(shared_); }

  Result<std::optional<std::size_t>> wait_any(std::span<Event* const> events, TimePoint deadline) override {
    if (events.empty() && deadline == kNever) return fail(Code::deadlock, "a wait for nothing, without a deadline");
    const auto until = std::chrono::steady_clock::time_point(deadline.time_since_epoch());
    std::unique_lock lock(shared_.mutex);
    for (;;) {
      if (shared_.interrupted) return fail(Code::aborted, "interrupted");
      for (std::size_t i = 0; i < events.size(); ++i)
        if (static_cast<SteadyEvent*>(events[i])->take()) return i;
      if (deadline == kNever) {
        shared_.changed.wait(lock);
      } else if (now() >= deadline) {
        return std::nullopt;
      } else {
        shared_.changed.wait_until(lock, until);
      }
    }
  }

  std::unique_ptr<Actor> enroll(std::string) override { return std::make_unique<SteadyActor>(); }

  void interrupt() override { set_interrupted(true); }
  void resume() override { set_interrupted(false); }

 private:
  void set_interrupted(bool value) {
    {
      const std::lock_guard lock(shared_.mutex);
      shared_.interrupted = value;
    }
    shared_.changed.notify_all();
  }

  Shared shared_;
};

}  // namespace

std::unique_ptr<Clock> make_steady_clock() { return std::make_unique<SteadyClock>(); }

}  // namespace rigor
