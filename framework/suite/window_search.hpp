// A timing search as written in YAML: a schedule with free offsets, what a trial is, and what is done with the schedule
// that was found.
//
//   search: h7s78-two-pulse
//   needs: [power, nrst-line]
//   schedule: two-pulses                       # suites/schedules/NAME.yaml; its `where` are the side conditions
//   free:                                      # the others keep the schedule's own values
//     first-release: {from: 0ms, to: 2s, stage: 1, within: 5ms}
//   prepare: [...]                             # steps, once
//   trial: [...]                               # steps beside the schedule, harmless ones; passed when all of them do
//   milestones: [established, established]     # texts of log lines, in order: how far a trial came
//   confirm: 20                                # trials of the schedule that was found
//   finally: [...]                             # steps beside the schedule that was found, once
//   budget: 600                                # trials; absent: the search's own bound
//   assumed-flake: 10                          # percent of trials inside a window that fail all the same
//
// Before every trial the board's supply is cycled, and one in kOtherWay is played once more after a pulse of NRST only:
// outcomes that differ say that a trial leaves something behind (timing-search.md 3.5).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/bench/search_path.hpp"
#include "framework/search/report.hpp"
#include "framework/search/solver.hpp"
#include "framework/store/run_record.hpp"
#include "framework/suite/scenario.hpp"

namespace rigor {

struct FreeOffset {
  std::string name;  // of the schedule
  Duration from{};
  Duration to{};
  Duration within{};  // half width wanted of an edge's interval
  int stage = 1;      // whose event it is counted from
};

struct WindowSearch {
  static constexpr unsigned kOtherWay = 20;

  std::string name;
  std::string about;
  std::filesystem::path path;
  std::vector<std::string> needs;
  ScheduleDescription schedule;
  std::vector<FreeOffset> free;
  std::vector<ScenarioStep> prepare;
  std::vector<ScenarioStep> trial;
  std::vector<ScenarioStep> finally;
  std::vector<std::string> milestones;
  unsigned confirm = 20;
  std::optional<unsigned> budget;
  double assumed_flake = 0.1;
};

// Nothing exactly when a fault was added. `search` finds the schedule.
[[nodiscard]] std::optional<WindowSearch> load_window_search(const std::filesystem::path& path, const VerbTable& verbs,
                                                             const SearchPath& search, Faults& faults);

// What the solver is told of it; coordinates are milliseconds, in the order of `free`.
[[nodiscard]] search::Problem problem_of(const WindowSearch& window_search);
[[nodiscard]] Offsets offsets_at(const WindowSearch& window_search, const search::Point& point);

struct SearchTrial {
  unsigned number = 0;     // from 1, in the order of the solver's
  search::Point asked;     // milliseconds
  search::Point achieved;  // the same where no edge came
  bool passed = false;
  int stage = 1;        // 1 and one more for each milestone; one more than there are for a pass
  std::string symptom;  // code word of the step that failed; "pass"
  std::string message;
  Duration duration{};
};

struct SearchRecord {
  TestRecord record;  // `prepare` and `finally`; verdict of the whole
  search::Problem problem;
  search::Report report;
  std::vector<SearchTrial> trials;
  unsigned played_again = 0;    // after a pulse of NRST only
  unsigned differed = 0;        // of them
  statistics::Count confirmed;  // passes of the schedule that was found
  std::optional<search::Point> chosen;
};

// Told from the thread that searches.
class SearchObserver {
 public:
  virtual ~SearchObserver() = default;
  virtual void trial_ended(const search::Solver& solver, const SearchTrial& trial) = 0;
};

}  // namespace rigor
