// The results database: one SQLite file per rack, `results.db` (docs/formats/results-db.md).
//
//   RIGOR_TRY(Store store, Store::open(out / "results.db"));
//   RIGOR_CHECK(store.begin_run(run));
//   RIGOR_CHECK(store.record_test(run.id, test));      // durable when it returns: only now may it be reported
//   RIGOR_CHECK(store.end_run(run.id, utc_text(now), exit_code));
//
// Several processes may have the same file open; each change is one transaction. Thread safety: all members may be
// called from any thread, one at a time inside.
//
// Errors: io_failed (disk full, directory or file not writable, held by somebody else for longer than busy_limit),
// file_invalid (not a results database, damaged, or written by a newer rigor), file_unreadable (nothing there to read),
// name_unknown (no such run), usage (recorded before: nothing recorded is ever replaced). After
// an error the file holds what it held before the call.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/store/run_record.hpp"

namespace rigor {

class Store {
 public:
  static constexpr int kSchemaVersion = 1;

  struct Options {
    bool read_only = false;  // never creates the file
    std::chrono::milliseconds busy_limit{5000};
  };

  // Creates the file with mode 0600 where there is none.
  [[nodiscard]] static Result<Store> open(const std::filesystem::path& path, Options options);
  [[nodiscard]] static Result<Store> open(const std::filesystem::path& path) { return open(path, Options{}); }

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // Writes the head of the run and its benches; run.tests is not looked at. usage when the id is taken.
  [[nodiscard]] Result<void> begin_run(const RunRecord& run);
  // What was learnt of a bench after the run began (UID, firmware). Adds the bench when it is new.
  [[nodiscard]] Result<void> record_bench(std::string_view run_id, const BenchRecord& bench);
  // usage when this test, bench, repeat and attempt are already there: nothing recorded is ever replaced.
  [[nodiscard]] Result<void> record_test(std::string_view run_id, const TestRecord& test);
  // All of them or none, for the price of one.
  [[nodiscard]] Result<void> record_tests(std::string_view run_id, std::span<const TestRecord> tests);
  [[nodiscard]] Result<void> end_run(std::string_view run_id, std::string_view ended_at, int exit_code);

  struct LoadOptions {
    // Records per timeline; of longer ones the middle is left out and counted in timeline_dropped. 0: none.
    std::size_t timeline_limit = 8000;
  };
  // `id` is a whole id, its unique beginning, or "latest".
  [[nodiscard]] Result<RunRecord> load_run(std::string_view id, LoadOptions options) const;
  [[nodiscard]] Result<RunRecord> load_run(std::string_view id) const { return load_run(id, LoadOptions{}); }

  struct RunSummary {
    std::string id;
    std::string started_at;
    std::string ended_at;
    std::string rig;
    std::uint64_t seed = 0;
    std::optional<int> exit_code;
    std::map<Verdict, unsigned> by_verdict;
  };
  // Newest first.
  [[nodiscard]] Result<std::vector<RunSummary>> list_runs(std::size_t limit = 50) const;

 private:
  struct Database;
  explicit Store(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace rigor
