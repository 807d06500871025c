#include "framework/gpio/edge_timer.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr int kPriority = 50;  // above normal threads, below the kernel's own

class ExactTimer final : public EdgeTimer {
 public:
  TimerQuality prepare() override { return {.exact = true}; }
  Duration spin() const override { return Duration::zero(); }
  Result<void> finish(Clock& clock, TimePoint moment) override { return clock.sleep_until(moment); }
};

class MachineTimer final : public EdgeTimer {
 public:
  TimerQuality prepare() override {
    TimerQuality quality;
    const sched_param parameters{.sched_priority = kPriority};
    quality.real_time = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0;
    quality.memory_locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
    quality.fine_slack = prctl(PR_SET_TIMERSLACK, 1UL) == 0;
    return quality;
  }
  Duration spin() const override { return 200us; }
  Result<void> finish(Clock& clock, TimePoint moment) override {
    while (clock.now() < moment) {  // a call of the clock takes about as long as a pause of the processor would
    }
    return {};
  }
};

}  // namespace

std::string TimerQuality::describe() const {
  if (exact) return "virtual time, exact";
  std::string text = real_time ? "real-time priority" : "normal priority (SCHED_FIFO refused)";
  text += memory_locked ? ", memory locked" : ", memory not locked";
  text += fine_slack ? ", timer slack 1 ns" : ", default timer slack";
  return text;
}

std::unique_ptr<EdgeTimer> make_exact_edge_timer() { return std::make_unique<ExactTimer>(); }
std::unique_ptr<EdgeTimer> make_machine_edge_timer() { return std::make_unique<MachineTimer>(); }

}  // namespace rigor
