// A schedule: edges of a bench's lines, each hung on an event (timing-search.md 3.1).
//
// An edge is a line, the state it goes to, the event it waits for, and an offset from it. Events come while something
// else runs on the bench: a command goes out to the probe, a tool prints a line, another edge was played. States are
// logical, as of relays: active is NRST held, power on, BOOT0 high.
//
// Pure data: schedule_player.hpp plays it, framework/bench/schedule_description.hpp reads it from YAML.
#pragma once

#include <string>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"

namespace rigor {

enum class AnchorSource : std::uint8_t {
  start,    // the player is ready
  probe,    // a command begins to go out to the probe; `text` is its name: "nrst-release"
  log,      // a line of a tool or of rigor's own protocol log contains `text`
  console,  // a line of the board's console contains `text`
  line,     // a line that is not this schedule's own changes; `text` is "power on", as in `name active|inactive`
  sense,    // the input that watches a line saw it change; `text` as for `line`
  edge,     // the edge of that name was played
};

struct Anchor {
  AnchorSource source = AnchorSource::start;
  std::string text;
  unsigned occurrence = 1;  // the n-th such event, from 1

  [[nodiscard]] std::string describe() const;  // "probe.nrst-release #1"
};

struct ScheduledEdge {
  std::string name;  // unique within the schedule
  std::string line;  // job of a line: "nrst"
  bool active = false;
  Anchor anchor;
  Duration offset{};       // from the anchor; negative only from an edge, and never before that edge's own event
  Duration tolerance{};    // how much later than asked the set call may begin before the trial is invalid
  bool same_call = false;  // with the edge that is its anchor, in the one call that sets both; without an offset then
};

struct Schedule {
  std::string name;
  std::vector<ScheduledEdge> edges;
  Duration limit{};  // from start to the last edge

  // The lines it needs, sorted.
  [[nodiscard]] std::vector<std::string> lines() const;
};

inline constexpr Duration kDefaultTolerance = std::chrono::milliseconds(1);
inline constexpr Duration kDefaultScheduleLimit = std::chrono::seconds(30);

// What the bench's lines can do, for the check.
struct LineAbility {
  std::string line;
  Duration min_off{};          // shortest inactive time
  Duration shortest_period{};  // between two edges of this line; zero: no bound
  int group = -1;              // lines of one group are set in one call; -1: it is set alone
};

// Everything that makes the schedule impossible, before anything moves; empty when nothing does. Sentences for people.
// Only edges that hang on one event, directly or through other edges, can be compared in time.
[[nodiscard]] std::vector<std::string> infeasibilities(const Schedule& schedule,
                                                       const std::vector<LineAbility>& abilities);

}  // namespace rigor
