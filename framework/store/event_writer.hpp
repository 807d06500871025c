// events.jsonl: what happens in a run, while it happens, one JSON document per line.
//
//   {"event":"run-started","run":"...","at":"...","rig":"...","seed":7,...}
//   {"event":"test-started","run":"...","at":"...","suite":"...","test":"...","bench":"...","repeat":1,"attempt":1}
//   {"event":"step",...,"index":1,"verb":"power","verdict":"pass",...}
//   {"event":"test-ended",...,"verdict":"refused","reason":"NRST_NOT_DRIVEN",...}
//   {"event":"run-ended",...,"exit":1}
//
// Every line is written whole with one system call, so that a follower never sees half a line of ours. The file is
// flushed to disk at the end of each test and of the run. Thread safety: all members may be called from any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "framework/base/result.hpp"
#include "framework/base/wall_time.hpp"
#include "framework/store/run_record.hpp"

namespace rigor {

// Which test an event is about.
struct TestKey {
  std::string suite;
  std::string test;
  std::string bench;
  unsigned repeat = 1;
  unsigned attempt = 1;
};

class EventWriter {
 public:
  // Appends to the file, creating it with mode 0600. Errors: io_failed.
  [[nodiscard]] static Result<EventWriter> open(const std::filesystem::path& path, WallClock wall = system_wall_time);

  EventWriter(EventWriter&&) noexcept;
  EventWriter& operator=(EventWriter&&) noexcept;
  ~EventWriter();

  [[nodiscard]] Result<void> run_started(const RunRecord& run);
  [[nodiscard]] Result<void> test_started(const TestKey& key);
  [[nodiscard]] Result<void> step_ended(const TestKey& key, const StepRecord& step);
  // Without steps and timeline: the steps were written as they ended.
  [[nodiscard]] Result<void> test_ended(const TestRecord& test);
  // The same event for a test that was never begun; on disk only with what is written after it.
  [[nodiscard]] Result<void> test_left_out(const TestRecord& test);
  [[nodiscard]] Result<void> run_ended(int exit_code, const Tally& tally);

 private:
  struct File;
  explicit EventWriter(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace rigor
