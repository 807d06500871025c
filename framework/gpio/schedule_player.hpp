// Plays a schedule in a thread of its own while something else runs on the bench.
//
//   RIGOR_TRY(auto player, SchedulePlayer::start(schedule, {{"nrst", &relay}}, {clock, timeline, timer}));
//   ... the action whose events the edges hang on ...
//   const PlayedSchedule played = player->finish(1s);   // waits for edges that are still due, then stops
//
// Events come through the timeline (Timeline::Listener), so whatever is recorded can be an anchor. An edge without
// offset is set in the thread of its event, before the command goes out; the others by the player's thread. While a
// schedule plays, its relays belong to the player.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "framework/base/timeline.hpp"
#include "framework/gpio/edge_timer.hpp"
#include "framework/gpio/relay.hpp"
#include "framework/gpio/schedule.hpp"

namespace rigor {

struct PlayedEdge {
  std::string name;
  std::string line;
  bool active = false;
  Duration tolerance{};
  // requested: when it was due; entry and exit of the set call. Nothing: it never came.
  std::optional<EdgeTiming> timing;
  std::optional<TimePoint> sensed;  // when the input that watches the line saw it, where there is one
  std::string why_not;              // "probe.nrst-assert #2 did not come", or why the line could not be set

  [[nodiscard]] Duration lateness() const { return timing ? timing->entry - timing->requested : Duration::zero(); }
  [[nodiscard]] bool in_time() const { return timing && lateness() <= tolerance; }
};

struct PlayedSchedule {
  std::vector<PlayedEdge> edges;  // in the order of the schedule
  TimerQuality quality;

  // Every edge came in time: a trial with another schedule than it was asked for says nothing about this one.
  [[nodiscard]] bool valid() const;
  // One sentence for each edge, with the sensed delay where the line is watched.
  [[nodiscard]] std::vector<std::string> sentences() const;
};

class SchedulePlayer {
 public:
  struct Parts {
    Clock& clock;
    Timeline& timeline;
    EdgeTimer& timer;
  };
  // The schedule must be feasible (infeasibilities()), and there must be a relay for each of its lines. All parts and
  // relays outlive the player. `start` happens before this returns.
  // `sensed` names the lines whose edges an input tells the timeline of.
  [[nodiscard]] static std::unique_ptr<SchedulePlayer> start(const Schedule& schedule,
                                                             const std::map<std::string, Relay*>& relays, Parts parts,
                                                             const std::set<std::string>& sensed = {});
  virtual ~SchedulePlayer() = default;

  // Gives edges whose event has come up to `grace` more, and those of watched lines kSenseGrace to be seen; stops
  // listening, and says what was played. Call it once; a player that dies without it stops at once. Lines stay where
  // the last edge left them.
  [[nodiscard]] virtual PlayedSchedule finish(Duration grace) = 0;
  static constexpr Duration kSenseGrace = std::chrono::milliseconds(100);  // slower than any relay
};

}  // namespace rigor
