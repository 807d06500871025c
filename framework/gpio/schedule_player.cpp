#include "framework/gpio/schedule_player.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <latch>
#include <mutex>
#include <thread>

namespace rigor {
namespace {

double microseconds(Duration duration) { return std::chrono::duration<double, std::micro>(duration).count(); }

// Whether an anchor waits for this change of a line.
auto is_change(const Timeline::Happening& what) {
  return [change = fmt::format("{} {}", what.name, what.value != 0 ? "active" : "inactive")](
             const std::string& wanted) { return wanted == change; };
}

// What the player's thread, the threads that tell of events and the player itself share. It outlives the player for as
// long as a thread is telling.
class Engine final : public Timeline::Listener {
 public:
  Engine(const Schedule& schedule, const std::map<std::string, Relay*>& relays, const std::set<std::string>& sensed,
         SchedulePlayer::Parts parts)
      : parts_(parts), wake_(parts.clock.make_event()), progress_(parts.clock.make_event()) {
    for (const ScheduledEdge& edge : schedule.edges)
      edges_.push_back({.asked = edge, .relay = relays.at(edge.line), .watched = sensed.contains(edge.line)});
    deadline_ = parts_.clock.now() + schedule.limit;
  }

  void happened(const Timeline::Happening& what) override {
    switch (what.channel) {
      case Channel::usb:
        return notice(AnchorSource::probe, what.at, [&](const std::string& wanted) { return wanted == what.name; });
      case Channel::log:
        return notice(AnchorSource::log, what.at,
                      [&](const std::string& wanted) { return what.text.contains(wanted); });
      case Channel::console:
        return notice(AnchorSource::console, what.at,
                      [&](const std::string& wanted) { return what.text.contains(wanted); });
      case Channel::line:
        return notice(AnchorSource::line, what.at, is_change(what));
      case Channel::sense:
        note_sensed(what);
        return notice(AnchorSource::sense, what.at, is_change(what));
      case Channel::mailbox:
      case Channel::step:
        return;
    }
  }
  void begin() {
    notice(AnchorSource::start, parts_.clock.now(), [](const std::string&) { return true; });
  }

  // The player's thread.
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
      if (take(*next)) play(*next);
    }
  }

  void await_due_edges(Duration grace) {
    const TimePoint deadline = std::min(parts_.clock.now() + grace, deadline_);
    while (some(State::due) || some(State::playing)) {
      const Result<bool> progressed = parts_.clock.wait(*progress_, deadline);
      if (!progressed || !*progressed) return;
    }
  }

  void await_sensed_edges() {
    const TimePoint deadline = parts_.clock.now() + SchedulePlayer::kSenseGrace;
    while (awaits_sense()) {
      const Result<bool> progressed = parts_.clock.wait(*progress_, deadline);
      if (!progressed || !*progressed) return;
    }
  }

  // Nothing is begun any more, and what another thread is setting is waited for: the relays are the caller's again.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_->set();
    while (some(State::playing)) {
      // An interrupted clock does not wait; what is being set then is interrupted too.
      if (!parts_.clock.wait(*progress_, kNever)) std::this_thread::yield();
    }
  }

  // After stop().
  std::vector<PlayedEdge> played() {
    const std::lock_guard lock(mutex_);
    std::vector<PlayedEdge> played;
    for (Edge& edge : edges_) {
      if (edge.state == State::waiting) edge.why_not = edge.asked.anchor.describe() + " did not come";
      if (edge.state == State::due) edge.why_not = "the schedule was ended before";
      played.push_back({edge.asked.name, edge.asked.line, edge.asked.active, edge.asked.tolerance, edge.timing,
                        edge.sensed, edge.why_not});
    }
    return played;
  }

 private:
  enum class State : std::uint8_t { waiting, due, playing, done };
  struct Edge {
    ScheduledEdge asked;
    Relay* relay = nullptr;
    bool watched = false;
    State state = State::waiting;
    unsigned seen = 0;  // events of its anchor so far
    TimePoint at{};
    std::optional<EdgeTiming> timing{};
    std::optional<TimePoint> entry{};  // of the set call, from before it begins
    std::optional<TimePoint> sensed{};
    std::string why_not{};
  };

  // The input may see an edge before the call that made it has returned.
  void note_sensed(const Timeline::Happening& what) {
    {
      const std::lock_guard lock(mutex_);
      for (Edge& edge : edges_) {
        if (!edge.watched || edge.sensed || !edge.entry || *edge.entry > what.at || edge.asked.line != what.name ||
            edge.asked.active != (what.value != 0))
          continue;
        edge.sensed = what.at;
        break;
      }
    }
    progress_->set();
  }

  // An event that `fits` some anchors. Edges without offset are played here and now, unless their line is being set.
  template <typename Fits>
  void notice(AnchorSource source, TimePoint at, Fits&& fits) {
    std::vector<Edge*> at_once;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      for (Edge& edge : edges_) {
        if (edge.state != State::waiting || edge.asked.anchor.source != source || !fits(edge.asked.anchor.text))
          continue;
        if (++edge.seen < edge.asked.anchor.occurrence) continue;
        edge.at = at + edge.asked.offset;
        edge.state = State::due;
        if (edge.asked.offset != Duration::zero() || is_busy(edge)) continue;
        begin_playing(edge);
        at_once.push_back(&edge);
      }
    }
    for (Edge* edge : at_once) play(*edge);
    wake_->set();
  }

  // False when its line is being set by another thread, or nothing is begun any more.
  bool take(Edge& edge) {
    const std::lock_guard lock(mutex_);
    if (stopping_ || is_busy(edge)) return false;
    begin_playing(edge);
    return true;
  }

  // The edge and those of its call are in state `playing`: nobody else touches them or their lines.
  void play(Edge& edge) {
    const std::vector<Edge*> call = call_of(edge);
    std::vector<Relay::Change> changes;
    for (const Edge* each : call) changes.push_back({each->relay, each->asked.active});
    const Result<EdgeTiming> set =
        changes.size() == 1 ? edge.relay->set_now(edge.asked.active) : Relay::set_together(changes);
    {
      const std::lock_guard lock(mutex_);
      for (Edge* each : call) {
        each->state = State::done;
        std::erase(busy_, each->relay);
        if (!set) {
          each->why_not = set.error().message();
          continue;
        }
        each->timing = EdgeTiming{edge.at, set->entry, set->exit};
        release_followers(each->asked.name, set->entry);
      }
    }
    wake_->set();
    progress_->set();
  }

  // Caller holds the mutex.
  void release_followers(const std::string& name, TimePoint achieved) {
    for (Edge& next : edges_) {
      if (next.state != State::waiting || next.asked.anchor.source != AnchorSource::edge ||
          next.asked.anchor.text != name)
        continue;
      next.at = achieved + next.asked.offset;
      next.state = State::due;
    }
  }
  // The edge and those that come in its call. They never change, so this needs no mutex.
  std::vector<Edge*> call_of(Edge& edge) {
    std::vector<Edge*> call{&edge};
    for (Edge& other : edges_)
      if (other.asked.same_call && other.asked.anchor.text == edge.asked.name) call.push_back(&other);
    return call;
  }
  // Caller holds the mutex.
  bool is_busy(Edge& edge) {
    return std::ranges::any_of(call_of(edge),
                               [&](const Edge* each) { return std::ranges::find(busy_, each->relay) != busy_.end(); });
  }
  void begin_playing(Edge& edge) {
    for (Edge* each : call_of(edge)) {
      each->state = State::playing;
      each->entry = parts_.clock.now();
      busy_.push_back(each->relay);
    }
  }

  // Of those whose line is free.
  Edge* next_due() {
    const std::lock_guard lock(mutex_);
    Edge* next = nullptr;
    for (Edge& edge : edges_)
      if (edge.state == State::due && !is_busy(edge) && (next == nullptr || edge.at < next->at)) next = &edge;
    return next;
  }
  bool some(State state) {
    const std::lock_guard lock(mutex_);
    return std::ranges::find(edges_, state, &Edge::state) != edges_.end();
  }
  bool awaits_sense() {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(edges_, [](const Edge& edge) { return edge.watched && edge.timing && !edge.sensed; });
  }
  bool stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  SchedulePlayer::Parts parts_;
  std::unique_ptr<Event> wake_;
  std::unique_ptr<Event> progress_;  // an edge was played
  TimePoint deadline_{};
  std::mutex mutex_;
  std::vector<Edge> edges_;
  std::vector<const Relay*> busy_;  // of edges that are being played
  bool stopping_ = false;
};

class Player final : public SchedulePlayer {
 public:
  Player(const Schedule& schedule, const std::map<std::string, Relay*>& relays, const std::set<std::string>& sensed,
         Parts parts)
      : timeline_(parts.timeline), engine_(std::make_shared<Engine>(schedule, relays, sensed, parts)) {
    std::latch ready(1);  // until it has enrolled, virtual time must not move on without it
    thread_ = std::thread([this, &ready, parts, name = "schedule " + schedule.name] {
      const std::unique_ptr<Actor> actor = parts.clock.enroll(name);
      quality_ = parts.timer.prepare();
      ready.count_down();
      engine_->run();
    });
    ready.wait();
    timeline_.listen(engine_);
    engine_->begin();
  }
  ~Player() override { stop(); }

  PlayedSchedule finish(Duration grace) override {
    engine_->await_due_edges(grace);
    engine_->await_sensed_edges();
    stop();
    return {engine_->played(), quality_};
  }

 private:
  void stop() {
    if (!thread_.joinable()) return;
    timeline_.listen(nullptr);
    engine_->stop();
    thread_.join();
  }

  Timeline& timeline_;
  std::shared_ptr<Engine> engine_;
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
    const std::string sensed =
        edge.sensed ? fmt::format(", seen {:.1f} us later", microseconds(*edge.sensed - edge.timing->entry)) : "";
    sentences.push_back(fmt::format("{}, {:.1f} us late, set in {:.1f} us{}{}", what, microseconds(edge.lateness()),
                                    microseconds(edge.timing->exit - edge.timing->entry), sensed,
                                    edge.in_time() ? "" : ": missed its tolerance"));
  }
  return sentences;
}

std::unique_ptr<SchedulePlayer> SchedulePlayer::start(const Schedule& schedule,
                                                      const std::map<std::string, Relay*>& relays, Parts parts,
                                                      const std::set<std::string>& sensed) {
  return std::make_unique<Player>(schedule, relays, sensed, parts);
}

}  // namespace rigor
