#include "framework/gpio/schedule_player.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <latch>
#include <mutex>
#include <thread>

namespace rigor {
namespace {

double microseconds(Duration duration) { return std::chrono::duration<double, std::micro>(duration).count(); }

class Player final : public SchedulePlayer, public Timeline::Listener {
 public:
  Player(const Schedule& schedule, const std::map<std::string, Relay*>& relays, Parts parts)
      : parts_(parts), wake_(parts.clock.make_event()), progress_(parts.clock.make_event()) {
    for (const ScheduledEdge& edge : schedule.edges) edges_.push_back({edge, relays.at(edge.line)});
    deadline_ = parts_.clock.now() + schedule.limit;
    std::latch ready(1);  // until it has enrolled, virtual time must not move on without it
    thread_ = std::thread([this, &ready, name = "schedule " + schedule.name] {
      const std::unique_ptr<Actor> actor = parts_.clock.enroll(name);
      quality_ = parts_.timer.prepare();
      ready.count_down();
      run();
    });
    ready.wait();
    parts_.timeline.listen(this);
    notice(AnchorSource::start, [](const std::string&) { return true; });
  }
  ~Player() override { stop(); }

  PlayedSchedule finish(Duration grace) override {
    if (thread_.joinable()) await_due_edges(grace);
    stop();
    PlayedSchedule played;
    played.quality = quality_;
    for (Edge& edge : edges_) {
      if (edge.state == State::waiting) edge.why_not = edge.asked.anchor.describe() + " did not come";
      if (edge.state == State::due) edge.why_not = "the schedule was ended before";
      played.edges.push_back(
          {edge.asked.name, edge.asked.line, edge.asked.active, edge.asked.tolerance, edge.timing, edge.why_not});
    }
    return played;
  }

  void happened(Channel channel, std::string_view name, std::uint32_t value, std::string_view text) override {
    switch (channel) {
      case Channel::usb:
        return notice(AnchorSource::probe, [&](const std::string& wanted) { return wanted == name; });
      case Channel::log:
        return notice(AnchorSource::log, [&](const std::string& wanted) { return text.contains(wanted); });
      case Channel::console:
        return notice(AnchorSource::console, [&](const std::string& wanted) { return text.contains(wanted); });
      case Channel::line: {
        const std::string change = fmt::format("{} {}", name, value != 0 ? "active" : "inactive");
        return notice(AnchorSource::line, [&](const std::string& wanted) { return wanted == change; });
      }
      case Channel::mailbox:
      case Channel::step:
        return;
    }
  }

 private:
  enum class State : std::uint8_t { waiting, due, playing, done };
  struct Edge {
    ScheduledEdge asked;
    Relay* relay = nullptr;
    State state = State::waiting;
    unsigned seen = 0;  // events of its anchor so far
    TimePoint at{};
    std::optional<EdgeTiming> timing{};
    std::string why_not{};
  };

  // An event that `fits` some anchors. Edges without offset are played here and now.
  template <typename Fits>
  void notice(AnchorSource source, Fits&& fits) {
    const TimePoint now = parts_.clock.now();
    std::vector<Edge*> at_once;
    {
      const std::lock_guard lock(mutex_);
      for (Edge& edge : edges_) {
        if (edge.state != State::waiting || edge.asked.anchor.source != source || !fits(edge.asked.anchor.text))
          continue;
        if (++edge.seen < edge.asked.anchor.occurrence) continue;
        edge.at = now + edge.asked.offset;
        edge.state = edge.asked.offset == Duration::zero() ? State::playing : State::due;
        if (edge.state == State::playing) at_once.push_back(&edge);
      }
    }
    for (Edge* edge : at_once) play(*edge);
    wake_->set();
  }

  // The edge is in state `playing`: nobody else touches it.
  void play(Edge& edge) {
    const Result<EdgeTiming> set = edge.relay->set_now(edge.asked.active);
    TimePoint achieved{};
    {
      const std::lock_guard lock(mutex_);
      edge.state = State::done;
      if (!set) {
        edge.why_not = set.error().message();
        return;
      }
      edge.timing = EdgeTiming{edge.at, set->entry, set->exit};
      achieved = set->entry;
      for (Edge& next : edges_) {
        if (next.state != State::waiting || next.asked.anchor.source != AnchorSource::edge ||
            next.asked.anchor.text != edge.asked.name)
          continue;
        next.at = achieved + next.asked.offset;
        next.state = State::due;
      }
    }
    wake_->set();
  }

  Edge* next_due() {
    const std::lock_guard lock(mutex_);
    Edge* next = nullptr;
    for (Edge& edge : edges_)
      if (edge.state == State::due && (next == nullptr || edge.at < next->at)) next = &edge;
    return next;
  }

  bool stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  void run() {
    while (!stopping()) {
      Edge* const next = next_due();
      const TimePoint until = next == nullptr ? kNever : next->at - parts_.timer.spin();
      if (until > parts_.clock.now()) {
        const Result<bool> woken = parts_.clock.wait(*wake_, until);
        if (!woken) return;  // interrupted: nothing more is played
        if (*woken) continue;
      }
      if (next == nullptr) continue;
      if (!parts_.timer.finish(parts_.clock, next->at)) return;
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        next->state = State::playing;
      }
      play(*next);
      progress_->set();
    }
  }

  void await_due_edges(Duration grace) {
    const TimePoint deadline = std::min(parts_.clock.now() + grace, deadline_);
    while (next_due() != nullptr) {
      const Result<bool> progressed = parts_.clock.wait(*progress_, deadline);
      if (!progressed || !*progressed) return;
    }
  }

  void stop() {
    if (!thread_.joinable()) return;
    parts_.timeline.listen(nullptr);
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_->set();
    thread_.join();
  }

  Parts parts_;
  std::unique_ptr<Event> wake_;
  std::unique_ptr<Event> progress_;  // an edge was played by the thread
  TimePoint deadline_{};
  std::mutex mutex_;
  std::vector<Edge> edges_;
  bool stopping_ = false;
  TimerQuality quality_;
  std::thread thread_;
};

}  // namespace

bool PlayedSchedule::valid() const { return std::ranges::all_of(edges, &PlayedEdge::in_time); }

std::vector<std::string> PlayedSchedule::sentences() const {
  std::vector<std::string> sentences;
  for (const PlayedEdge& edge : edges) {
    const std::string what = fmt::format("{}: {} {}", edge.name, edge.line, edge.active ? "active" : "inactive");
    if (!edge.timing) {
      sentences.push_back(fmt::format("{} never came: {}", what, edge.why_not));
      continue;
    }
    sentences.push_back(fmt::format("{}, {:.1f} us late, set in {:.1f} us{}", what, microseconds(edge.lateness()),
                                    microseconds(edge.timing->exit - edge.timing->entry),
                                    edge.in_time() ? "" : ": missed its tolerance"));
  }
  return sentences;
}

std::unique_ptr<SchedulePlayer> SchedulePlayer::start(const Schedule& schedule,
                                                      const std::map<std::string, Relay*>& relays, Parts parts) {
  return std::make_unique<Player>(schedule, relays, parts);
}

}  // namespace rigor
