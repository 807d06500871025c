// Runs one test of a suite on one bench and returns what happened, step by step.
//
// A test whose bench lacks what the suite needs is skipped before power is applied. The first step that does not pass
// ends the test. Whatever the verdict, a board that this run has taken out of OPEN and not brought back is brought back
// then, so that neither a failure nor a suite that forgets it strands a board; and the lines go into their safe state.
// The recovery's steps are in the record. They change the verdict only of a test that passed and whose board could not
// be brought back.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "framework/store/run_record.hpp"
#include "framework/suite/scenario.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/window_search.hpp"

namespace rigor {

// The verdict that an error deserves: the board's failure, the guard's refusal, the bench's error.
[[nodiscard]] Verdict verdict_for(Code code);

// 0, 1 or 3 of docs/command-line.md for a run that took place.
[[nodiscard]] int exit_code_for(const Tally& tally);

// Told while a test runs, from the thread that runs it.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void test_started(const TestRecord& test) = 0;
  virtual void step_started(const TestRecord& test, const std::string& verb) = 0;
  virtual void step_ended(const TestRecord& test, const StepRecord& step) = 0;
};

class SilentObserver final : public RunObserver {
 public:
  void test_started(const TestRecord&) override {}
  void step_started(const TestRecord&, const std::string&) override {}
  void step_ended(const TestRecord&, const StepRecord&) override {}
};

class TestRunner {
 public:
  struct Parts {
    const RigDescription& rig;
    Seams seams;
    Ledger& ledger;
    CredentialStore& credentials;
    Consents& consents;
    const VerbTable& verbs;
    RunObserver& observer;
    std::uint64_t seed = 0;
  };

  explicit TestRunner(const Parts& parts) : parts_(parts) {}

  [[nodiscard]] TestRecord run(const Suite& suite, const ScenarioTest& test, const BenchDescription& bench,
                               unsigned repeat);

  // Brings the board of this record back to the state in which everything is allowed, with what the record says of its
  // credentials and under the guard rails of every run. That the board is on the bench is the caller's word. The record
  // that comes back passes exactly when the board was seen there at the end; its message says what the board is else.
  // framework/suite/recovery.cpp has the order of what is tried.
  [[nodiscard]] TestRecord recover(const BenchDescription& bench, const BoardRecord& board);

  // Searches, and plays what it has found; or, with `only`, one trial at that point, whose timeline is the record's.
  // The board is brought back at the end as after a test. framework/suite/window_search_run.cpp has the order of
  // things.
  [[nodiscard]] SearchRecord search(const WindowSearch& window_search, const BenchDescription& bench,
                                    SearchObserver& observer, const std::optional<search::Point>& only = {});

  // What was seen of the bench's probe and board so far.
  [[nodiscard]] const BenchRecord& bench_record(const BenchDescription& bench);
  [[nodiscard]] const BoardKnowledge& knowledge(const BenchDescription& bench) { return state_of(bench).board; }

 private:
  class WindowSearchRun;
  struct BenchState {
    BoardKnowledge board;
    BenchRecord record;
    const Suite* suite = nullptr;  // of the test that runs
  };
  static void note_probe(BenchRecord& record, const ProbeIdentity& probe);
  // Takes an error for the test's verdict.
  static void conclude(TestRecord& record, const Error& error);
  // The same for a failure behind the verdict: it shows only when there is nothing worse.
  static void keep(TestRecord& record, const Result<void>& done);
  [[nodiscard]] TestRecord timed(TestRecord record, const std::function<void(TestRecord&)>& run);
  void on_open_bench(TestRecord& record, const BenchDescription& bench, const std::function<void(OpenBench&)>& run);
  [[nodiscard]] Result<void> doubt_identity(const BenchDescription& bench);
  void run_steps(TestRecord& record, const ScenarioTest& test, OpenBench& bench, BenchState& state);
  // Sets a verdict and says true when the bench cannot run the suite.
  [[nodiscard]] bool lacks(TestRecord& record, const Suite& suite, const BenchDescription& bench) const;
  // One step without its record.
  [[nodiscard]] Result<void> attempt(TestRecord& record, const ScenarioStep& step, OpenBench& bench, BenchState& state,
                                     std::vector<std::string>& evidence);
  [[nodiscard]] StepRecord run_step(TestRecord& record, const ScenarioStep& step, OpenBench& bench, BenchState& state);
  void forget_board(TestRecord& record, BenchState& state);
  // A test is over, whatever its verdict.
  void leave(TestRecord& record, OpenBench& bench, BenchState& state);
  // Until one does not pass.
  void run_list(TestRecord& record, const std::vector<ScenarioStep>& steps, OpenBench& bench, BenchState& state);

  // recovery.cpp
  void bring_back(TestRecord& record, OpenBench& bench, BenchState& state);
  [[nodiscard]] bool bring_back(TestRecord& record, OpenBench& bench, BenchState& state, const BoardRecord& board,
                                TestRecord& why);
  [[nodiscard]] bool found_open(TestRecord& record, OpenBench& bench, BenchState& state);
  bool recovery_step(TestRecord& record, const ScenarioStep& scenario, OpenBench& bench, BenchState& state);
  [[nodiscard]] std::vector<std::string> methods_for(TestRecord& record, const OpenBench& bench,
                                                     const BoardRecord& board);
  [[nodiscard]] ScenarioStep one_step(std::string_view verb, const std::string& parameter,
                                      const std::string& value) const;
  [[nodiscard]] BenchState& state_of(const BenchDescription& bench);

  Parts parts_;
  std::map<std::string, BenchState> benches_;
};

}  // namespace rigor
