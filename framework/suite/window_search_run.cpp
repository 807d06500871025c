// The order of a search on a bench: prepare, trials, confirmation, and one last time with the schedule that was found.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/search/reliable_choice.hpp"
#include "framework/suite/runner.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr Duration kHold = 50ms;       // of the NRST pulse that is played instead of a power cycle
constexpr Duration kGrace = 2s;        // for edges that are due when a trial's steps are over
constexpr unsigned kMostInvalid = 10;  // trials in a row whose edges came late

// How far a trial came by its log lines.
int stage_of(const std::vector<Record>& timeline, const std::vector<std::string>& milestones) {
  std::size_t passed = 0;
  for (const Record& record : timeline)
    if (passed < milestones.size() && record.channel == Channel::log && record.text.contains(milestones[passed]))
      ++passed;
  return static_cast<int>(passed) + 1;
}

// The offsets that were really played: those asked for and how late each edge was.
search::Point achieved(const WindowSearch& search, const search::Point& asked, const PlayedSchedule& played) {
  search::Point point = asked;
  for (std::size_t edge = 0; edge < played.edges.size(); ++edge) {
    const auto free = std::ranges::find(search.free, search.schedule.offset_names[edge], &FreeOffset::name);
    if (free == search.free.end() || !played.edges[edge].timing) continue;
    point[static_cast<std::size_t>(free - search.free.begin())] +=
        std::chrono::duration<double, std::milli>(played.edges[edge].lateness()).count();
  }
  return point;
}

// An edge whose event never came is the trial's own outcome; one that came too late makes it another trial.
bool on_time(const PlayedSchedule& played) {
  return std::ranges::all_of(played.edges, [](const PlayedEdge& edge) { return !edge.timing || edge.in_time(); });
}

Error late(const PlayedSchedule& played) {
  const auto missed = std::ranges::find_if(played.edges, [](const PlayedEdge& edge) { return !edge.in_time(); });
  return Error(Code::schedule_missed,
               fmt::format("edge '{}' came {:.0f} us late, {} times in a row", missed->name,
                           std::chrono::duration<double, std::micro>(missed->lateness()).count(), kMostInvalid))
      .hint("this machine is too busy: run nothing else on it, or give the edge more `tolerance`");
}

Result<void> check_harmless(const WindowSearch& search, const ChipFacts& chip) {
  for (const ScenarioStep& step : search.trial) {
    const Effect effect = step.verb->effect(step.arguments, chip);
    if (effect <= Effect::reversible) continue;
    return fail(
        Error(Code::consent_missing, fmt::format("'{}' may be {} and stands in `trial`, which is played hundreds "
                                                 "of times",
                                                 step.verb->description().name, effect_name(effect)))
            .hint("put it into `prepare` or `finally`"));
  }
  return {};
}

}  // namespace

// What one search on an open bench needs at hand.
class TestRunner::WindowSearchRun {
 public:
  WindowSearchRun(TestRunner& runner, const WindowSearch& search, OpenBench& bench, BenchState& state,
                  SearchObserver& observer, TestRecord& record, SearchRecord& out)
      : runner_(runner),
        search_(search),
        bench_(bench),
        state_(state),
        observer_(observer),
        record_(record),
        out_(out) {}

  Result<void> run(const std::optional<search::Point>& only) {
    RIGOR_CHECK(check_harmless(search_, bench_.chip()));
    runner_.run_list(record_, search_.prepare, bench_, state_);
    if (record_.verdict != Verdict::pass) return {};
    if (only) return try_once(*only);
    RIGOR_CHECK(search_windows());
    if (out_.report.verdict != search::Verdict::window) return no_window();
    RIGOR_CHECK(choose());
    RIGOR_CHECK(confirm());
    return play_finally();
  }

 private:
  Result<void> try_once(const search::Point& point) {
    RIGOR_TRY(const SearchTrial trial, play(point, false));
    note(trial);
    if (trial.passed) return {};
    return fail(Code::expectation_failed, fmt::format("the trial failed: {}", trial.message));
  }

  Result<void> search_windows() {
    search::Solver solver(out_.problem, runner_.parts_.seed);
    while (const auto point = solver.next()) {
      RIGOR_TRY(const SearchTrial trial, play(*point, false));
      solver.tell({trial.passed, trial.stage, trial.symptom, trial.achieved});
      note(trial);
      observer_.trial_ended(solver, trial);
      if (out_.trials.size() % WindowSearch::kOtherWay == 0) RIGOR_CHECK(play_again(trial));
    }
    out_.report = solver.report();
    return {};
  }

  // Not the solver's: it would count the point twice.
  Result<void> play_again(const SearchTrial& trial) {
    RIGOR_TRY(const SearchTrial other, play(trial.asked, true));
    ++out_.played_again;
    if (other.passed != trial.passed) ++out_.differed;
    return {};
  }

  Result<void> no_window() {
    return fail(Code::expectation_failed, fmt::format("the search ended with '{}' after {} trials",
                                                      search::verdict_name(out_.report.verdict), out_.report.trials));
  }

  // Of several windows the one that passes most often.
  Result<void> choose() {
    std::vector<search::Point> candidates;
    for (const search::FoundWindow& window : out_.report.windows)
      if (window.certain) candidates.push_back(window.best);
    if (candidates.empty()) candidates.push_back(out_.report.windows.front().best);
    search::ReliableChoice choice(candidates.size(), runner_.parts_.seed);
    const std::size_t trials = candidates.size() > 1 ? candidates.size() * search_.confirm : 0;
    for (std::size_t i = 0; i < trials; ++i) {
      const std::size_t candidate = choice.next();
      RIGOR_TRY(const SearchTrial trial, play(candidates[candidate], false));
      choice.tell(candidate, trial.passed);
    }
    out_.chosen = candidates[choice.best()];
    return {};
  }

  Result<void> confirm() {
    for (unsigned i = 0; i < search_.confirm; ++i) {
      RIGOR_TRY(const SearchTrial trial, play(*out_.chosen, false));
      ++out_.confirmed.trials;
      out_.confirmed.hits += trial.passed ? 1 : 0;
    }
    if (search_.confirm == 0 || 2 * out_.confirmed.hits > out_.confirmed.trials) return {};
    return fail(Code::expectation_failed, fmt::format("the schedule that was found passed {} of {} times",
                                                      out_.confirmed.hits, out_.confirmed.trials));
  }

  Result<void> play_finally() {
    bench_.timeline().clear();
    if (search_.finally.empty()) return {};
    RIGOR_TRY(const Schedule schedule, with_offsets(search_.schedule, offsets_at(search_, *out_.chosen)));
    runner_.run_list(record_, {runner_.one_step("power", "state", "cycle")}, bench_, state_);
    if (record_.verdict != Verdict::pass) return {};
    RIGOR_CHECK(bench_.start_schedule(schedule));
    runner_.run_list(record_, search_.finally, bench_, state_);
    static_cast<void>(bench_.end_schedule(kGrace));
    return {};
  }

  void note(SearchTrial trial) {
    trial.number = static_cast<unsigned>(out_.trials.size()) + 1;
    out_.trials.push_back(std::move(trial));
  }

  // Until its edges come in time.
  Result<SearchTrial> play(const search::Point& point, bool only_reset) {
    for (unsigned attempt = 1;; ++attempt) {
      bench_.timeline().clear();
      const TimePoint began = bench_.clock().now();
      RIGOR_CHECK(return_to_known_state(only_reset));
      RIGOR_TRY(const Schedule schedule, with_offsets(search_.schedule, offsets_at(search_, point)));
      RIGOR_CHECK(bench_.start_schedule(schedule));
      const Result<void> done = run_trial();
      const PlayedSchedule played = *bench_.end_schedule(done ? kGrace : Duration::zero());
      if (!done && verdict_for(done.error().code()) != Verdict::fail) return fail(done.error());
      if (!on_time(played)) {
        if (attempt >= kMostInvalid) return fail(late(played));
        continue;
      }
      const bool passed = done.has_value();
      const int stages = static_cast<int>(search_.milestones.size()) + 1;
      const int stage =
          passed ? stages + 1 : std::min(stages, stage_of(bench_.timeline().records(), search_.milestones));
      return SearchTrial{.asked = point,
                         .achieved = achieved(search_, point, played),
                         .passed = passed,
                         .stage = stage,
                         .symptom = passed ? "pass" : std::string(code_name(done.error().code())),
                         .message = passed ? "" : done.error().describe(),
                         .duration = bench_.clock().now() - began};
    }
  }

  Result<void> run_trial() {
    std::vector<std::string> evidence;
    for (const ScenarioStep& step : search_.trial)
      RIGOR_CHECK(runner_.attempt(record_, step, bench_, state_, evidence));
    return {};
  }

  Result<void> return_to_known_state(bool only_reset) {
    if (only_reset) return bench_.pulse_reset(kHold);
    RIGOR_CHECK(bench_.switch_power(false));
    RIGOR_CHECK(bench_.switch_power(true));
    return bench_.connect();
  }

  TestRunner& runner_;
  const WindowSearch& search_;
  OpenBench& bench_;
  BenchState& state_;
  SearchObserver& observer_;
  TestRecord& record_;
  SearchRecord& out_;
};

SearchRecord TestRunner::search(const WindowSearch& window_search, const BenchDescription& bench,
                                SearchObserver& observer, const std::optional<search::Point>& only) {
  SearchRecord out;
  out.problem = problem_of(window_search);
  std::ignore = search::settle(out.problem);  // done when it was loaded
  TestRecord head;
  head.suite = window_search.name;
  head.test = "search";
  head.bench = bench.name;
  Suite suite;
  suite.name = window_search.name;
  suite.needs = window_search.needs;
  suite.needs.emplace_back("power");
  out.record = timed(std::move(head), [&](TestRecord& record) {
    if (lacks(record, suite, bench)) return;
    BenchState& state = state_of(bench);
    if (const Result<void> doubted = doubt_identity(bench); !doubted) return conclude(record, doubted.error());
    state.suite = nullptr;
    on_open_bench(record, bench, [&](OpenBench& opened) {
      note_probe(state.record, opened.probe().identity());
      state.board.forget();
      record.verdict = Verdict::pass;
      keep(record, WindowSearchRun(*this, window_search, opened, state, observer, record, out).run(only));
      leave(record, opened, state);
    });
  });
  return out;
}

}  // namespace rigor
