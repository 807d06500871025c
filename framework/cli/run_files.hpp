// The files of a run: results.db and events.jsonl while it lasts, a trace for every test that did not pass, and the
// reports when it is over. Also keeps the console's progress line.
#pragma once

#include <filesystem>
#include <memory>

#include "framework/cli/line_observer.hpp"
#include "framework/store/event_writer.hpp"
#include "framework/store/store.hpp"
#include "framework/suite/runner.hpp"
#include "reports/console.hpp"

namespace rigor::cli {

// What is known of a run before its first test.
[[nodiscard]] RunRecord run_head(const std::string& id, const RigDescription& rig, const std::vector<std::string>& argv,
                                 std::uint64_t seed);

class RunFiles final : public RunObserver {
 public:
  struct Settings {
    const RigDescription& rig;  // outlives the files
    std::filesystem::path directory;
    std::size_t expected_tests = 0;
    bool quiet = false;
    bool all_traces = false;  // also of tests that passed
  };
  // Creates the directory and the head of the run in it. Errors: io_failed, file_invalid; nothing has run then.
  [[nodiscard]] static Result<std::unique_ptr<RunFiles>> open(const Settings& settings, RunRecord head);

  void test_started(const TestRecord& test) override;
  void step_started(const TestRecord& test, const std::string& verb) override;
  void step_ended(const TestRecord& test, const StepRecord& step) override;

  // Durable when it returns. After an error the test must not be reported as done.
  [[nodiscard]] Result<void> test_ended(TestRecord test, const BenchRecord& bench);

  // Tests that were never begun, recorded all at once: an interrupted run may have thousands of them.
  [[nodiscard]] Result<void> tests_left_out(std::vector<TestRecord> tests, const std::vector<BenchRecord>& benches);

  // Ends the run in the database and writes junit.xml and report.html. Returns the run without timelines.
  [[nodiscard]] Result<RunRecord> finish();

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] const RunRecord& head() const { return run_; }

 private:
  RunFiles(const Settings& settings, RunRecord head, Store store, EventWriter events);
  // Keeps the first failure of a write that nobody waits for, so that finish() can report it.
  void keep(Result<void> written);
  // What an observer could not do is said, and no test is judged by it.
  void note(const Result<void>& observed);

  std::filesystem::path directory_;
  bool all_traces_;
  LineObservers observers_;
  RunRecord run_;
  Store store_;
  EventWriter events_;
  ConsoleProgress console_;
  Result<void> trouble_;
};

}  // namespace rigor::cli
