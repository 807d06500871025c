#include "framework/gpio/gpiod_lines.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "framework/base/file_descriptor.hpp"

namespace rigor {

namespace {

Result<EdgeTiming> timed_set(GpiodOutputs& held, std::span<const Level> levels, const Clock& clock,
                             const LineName& name) {
  EdgeTiming timing;
  timing.requested = timing.entry = clock.now();
  const OrErrno<void> done = held.set(levels);
  timing.exit = clock.now();
  if (!done) return fail(line_error(done.error(), name, "cannot set"));
  return timing;
}

class HeldOutput final : public OutputLine {
 public:
  HeldOutput(std::unique_ptr<GpiodOutputs> held, const Clock& clock, LineName name)
      : held_(std::move(held)), clock_(clock), name_(std::move(name)) {}
  Result<EdgeTiming> set(Level level) override { return timed_set(*held_, {&level, 1}, clock_, name_); }

 private:
  std::unique_ptr<GpiodOutputs> held_;
  const Clock& clock_;
  LineName name_;
};

class HeldGroup final : public OutputGroup {
 public:
  HeldGroup(std::unique_ptr<GpiodOutputs> held, const Clock& clock, LineName first, std::size_t lines)
      : held_(std::move(held)), clock_(clock), first_(std::move(first)), lines_(lines) {}
  Result<EdgeTiming> set(std::span<const Level> levels) override {
    if (levels.size() != lines_)
      return fail(Code::usage, fmt::format("{} levels for a group of {} lines", levels.size(), lines_));
    return timed_set(*held_, levels, clock_, first_);
  }

 private:
  std::unique_ptr<GpiodOutputs> held_;
  const Clock& clock_;
  LineName first_;
  std::size_t lines_;
};

class ReadInput : public InputLine {
 public:
  ReadInput(std::unique_ptr<GpiodInput> held, LineName name) : held_(std::move(held)), name_(std::move(name)) {}
  Result<Level> get() override {
    const OrErrno<Level> level = held_->get();
    if (!level) return fail(line_error(level.error(), name_, "cannot read"));
    return *level;
  }
  Result<std::optional<LineEdge>> next_edge(TimePoint /*deadline*/) override {
    return fail(Code::usage, fmt::format("line '{}' of chip '{}' was taken to be read only", name_.line, name_.chip));
  }
  void stop() override {}

 protected:
  GpiodInput& held() { return *held_; }
  const LineName& name() const { return name_; }

 private:
  std::unique_ptr<GpiodInput> held_;
  LineName name_;
};

// A thread of its own waits for the kernel, since the clock cannot.
class WatchedInput final : public ReadInput {
 public:
  // A first edge to `already` is none.
  WatchedInput(std::unique_ptr<GpiodInput> held, Clock& clock, LineName name, FileDescriptor wake,
               std::optional<Level> already)
      : ReadInput(std::move(held), std::move(name)),
        clock_(clock),
        already_(already),
        wake_(std::move(wake)),
        arrived_(clock.make_event()),
        thread_([this] { watch(); }) {}
  WatchedInput(const WatchedInput&) = delete;
  WatchedInput& operator=(const WatchedInput&) = delete;
  ~WatchedInput() override {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_.get(), &one, sizeof one));  // cannot fail short of 2^64 calls
    thread_.join();
  }

  Result<std::optional<LineEdge>> next_edge(TimePoint deadline) override {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (!edges_.empty()) {
          const LineEdge edge = edges_.front();
          edges_.pop_front();
          return edge;
        }
        if (failure_) return fail(*failure_);
        if (stopped_) return std::optional<LineEdge>();
      }
      RIGOR_TRY(const bool arrived, clock_.wait(*arrived_, deadline));
      if (!arrived) return std::optional<LineEdge>();
    }
  }

  void stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    arrived_->set();
  }

 private:
  // Until the line is given back or its chip is gone.
  void watch() {
    for (;;) {
      std::array<pollfd, 2> waits{{{held().edge_descriptor(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
      if (::poll(waits.data(), waits.size(), -1) < 0) {
        if (errno == EINTR) continue;
        return give_up(errno);
      }
      if (waits[1].revents != 0) return;
      if ((waits[0].revents & POLLIN) == 0) return give_up(ENODEV);  // only POLLHUP or POLLERR
      const OrErrno<LineEdge> edge = held().read_edge();
      if (!edge) return give_up(edge.error());
      if (std::exchange(already_, std::nullopt) == edge->level) continue;
      const std::lock_guard lock(mutex_);
      edges_.push_back({stamp(edge->at), edge->level});
      if (edges_.size() > kMostEdges) edges_.pop_front();
      arrived_->set();
    }
  }

  // Kernels before 5.7 stamp with the time of day, which is nobody's clock here.
  TimePoint stamp(TimePoint kernels) const {
    const TimePoint now = clock_.now();
    return kernels <= now && now - kernels < std::chrono::minutes(1) ? kernels : now;
  }

  void give_up(int number) {
    const std::lock_guard lock(mutex_);
    failure_ = line_error(number, name(), "cannot watch");
    arrived_->set();
  }

  Clock& clock_;
  std::optional<Level> already_;  // of the watching thread
  FileDescriptor wake_;
  std::unique_ptr<Event> arrived_;
  std::mutex mutex_;
  std::deque<LineEdge> edges_;
  std::optional<Error> failure_;
  bool stopped_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

Error line_error(int number, const LineName& name, std::string_view attempt) {
  std::string what = fmt::format("{} line '{}' of chip '{}': {}", attempt, name.line, name.chip,
                                 std::generic_category().message(number));
  switch (number) {
    case EBUSY:
      return Error(Code::line_busy, std::move(what)).hint("end the program that holds it; gpioinfo names it");
    case EACCES:
    case EPERM:
      return Error(Code::line_failed, std::move(what)).hint("give this user access to /dev/gpiochip* (a udev rule)");
    case ENODEV:
    case ENXIO:
      return Error(Code::line_failed, std::move(what)).hint("the chip is gone; check its USB cable");
    default:
      return {Code::line_failed, std::move(what)};
  }
}

std::unique_ptr<OutputLine> make_gpiod_output(std::unique_ptr<GpiodOutputs> held, const Clock& clock, LineName name) {
  return std::make_unique<HeldOutput>(std::move(held), clock, std::move(name));
}

std::unique_ptr<OutputGroup> make_gpiod_group(std::unique_ptr<GpiodOutputs> held, const Clock& clock, LineName first,
                                              std::size_t lines) {
  return std::make_unique<HeldGroup>(std::move(held), clock, std::move(first), lines);
}

Result<std::unique_ptr<InputLine>> make_gpiod_input(std::unique_ptr<GpiodInput> held, Clock& clock, LineName name,
                                                    bool old_edge) {
  if (held->edge_descriptor() < 0) return std::make_unique<ReadInput>(std::move(held), std::move(name));
  FileDescriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (wake.get() < 0) return fail(Code::io_failed, fmt::format("cannot watch line '{}': no eventfd", name.line));
  std::optional<Level> already;
  if (old_edge) {
    const OrErrno<Level> level = held->get();
    if (!level) return fail(line_error(level.error(), name, "cannot read"));
    already = *level;
  }
  return std::make_unique<WatchedInput>(std::move(held), clock, std::move(name), std::move(wake), already);
}

}  // namespace rigor
