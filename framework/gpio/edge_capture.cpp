#include "framework/gpio/edge_capture.hpp"

#include <utility>

#include "framework/base/enrolled_thread.hpp"

namespace rigor {

Result<std::unique_ptr<EdgeCapture>> EdgeCapture::start(LineDriver& lines, const LineName& name, Level active,
                                                        std::string job, Clock& clock, Timeline& timeline) {
  RIGOR_TRY(auto line, lines.request_input(name, Watch::edges));
  return std::unique_ptr<EdgeCapture>(new EdgeCapture(std::move(line), active, std::move(job), clock, timeline));
}

EdgeCapture::EdgeCapture(std::unique_ptr<InputLine> line, Level active, std::string job, Clock& clock,
                         Timeline& timeline)
    : line_(std::move(line)),
      active_(active),
      job_(std::move(job)),
      clock_(clock),
      timeline_(timeline),
      arrived_(clock.make_event()) {
  thread_ = start_enrolled(clock_, "sense " + job_, [this] { run(); });
}

EdgeCapture::~EdgeCapture() {
  line_->stop();
  thread_.join();
}

Result<bool> EdgeCapture::active() {
  RIGOR_TRY(const Level level, line_->get());
  return level == active_;
}

std::optional<SensedEdge> EdgeCapture::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

Result<bool> EdgeCapture::await(bool wanted, TimePoint deadline) {
  for (;;) {
    RIGOR_TRY(const bool seen, active());
    if (seen == wanted) return true;
    {
      const std::lock_guard lock(mutex_);
      if (failure_) return fail(*failure_);
    }
    RIGOR_TRY(const bool more, clock_.wait(*arrived_, deadline));
    if (!more) return false;
  }
}

void EdgeCapture::run() {
  for (;;) {
    const auto edge = line_->next_edge(kNever);
    if (edge && !*edge) return;  // stopped
    if (!edge) {
      const std::lock_guard lock(mutex_);
      // An interruption is the clock's to tell, in the thread that is interrupted.
      if (edge.error().code() != Code::aborted) failure_ = edge.error();
      arrived_->set();
      return;
    }
    const SensedEdge sensed{(*edge)->at, (*edge)->level == active_};
    {
      const std::lock_guard lock(mutex_);
      last_ = sensed;
    }
    timeline_.add_at(sensed.at, Channel::sense, job_, sensed.active ? 1 : 0);
    arrived_->set();
  }
}

}  // namespace rigor
