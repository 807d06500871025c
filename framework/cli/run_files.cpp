#include "framework/cli/run_files.hpp"

#include <unistd.h>

#include <fmt/format.h>
#include <algorithm>
#include <iostream>
#include <iterator>

#include "framework/base/durable_file.hpp"
#include "framework/cli/version.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/vcd.hpp"

namespace rigor::cli {
namespace {

constexpr unsigned kReportMode = 0644;  // reports hold no secrets and are there to be handed on

TestKey key_of(const TestRecord& test) { return {test.suite, test.test, test.bench, test.repeat, test.attempt}; }

Result<void> make_directory(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure) return fail(Code::io_failed, fmt::format("cannot create {}: {}", path.string(), failure.message()));
  return {};
}

std::string host_name() {
  std::string name(256, '\0');
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.c_str();
}

}  // namespace

RunRecord run_head(const std::string& id, const RigDescription& rig, const std::vector<std::string>& argv,
                   std::uint64_t seed) {
  RunRecord head;
  head.id = id;
  head.started_at = utc_text(system_wall_time());
  head.rig = rig.name;
  head.argv = argv;
  head.seed = seed;
  head.versions = library_versions();
  head.host = host_name();
  return head;
}

RunFiles::RunFiles(const Settings& settings, RunRecord head, Store store, EventWriter events)
    : directory_(settings.directory),
      all_traces_(settings.all_traces),
      observers_(settings.rig, settings.directory / "traces"),
      run_(std::move(head)),
      store_(std::move(store)),
      events_(std::move(events)),
      console_(std::cerr, ConsoleStyle::for_standard_error(settings.quiet), settings.expected_tests) {}

Result<std::unique_ptr<RunFiles>> RunFiles::open(const Settings& settings, RunRecord head) {
  const std::filesystem::path& directory = settings.directory;
  RIGOR_CHECK(make_directory(directory / "traces"));
  RIGOR_TRY(Store store, Store::open(directory / "results.db"));
  RIGOR_CHECK(store.begin_run(head));
  RIGOR_TRY(EventWriter events, EventWriter::open(directory / "events.jsonl"));
  RIGOR_CHECK(events.run_started(head));
  return std::unique_ptr<RunFiles>(new RunFiles(settings, std::move(head), std::move(store), std::move(events)));
}

void RunFiles::keep(Result<void> written) {
  if (!written && trouble_) trouble_ = std::move(written);
}

void RunFiles::note(const Result<void>& observed) {
  if (!observed) console_.note(observed.error().describe());
}

void RunFiles::test_started(const TestRecord& test) {
  console_.test_started(test.suite, test.test, test.bench);
  keep(events_.test_started(key_of(test)));
  note(observers_.begin(test.bench, trace_stem(test)));
}

void RunFiles::step_started(const TestRecord& test, const std::string& verb) {
  console_.step_started(test.bench, verb);
}

void RunFiles::step_ended(const TestRecord& test, const StepRecord& step) {
  keep(events_.step_ended(key_of(test), step));
}

Result<void> RunFiles::test_ended(TestRecord test, const BenchRecord& bench) {
  note(observers_.end(test.bench));
  if ((all_traces_ || test.verdict != Verdict::pass) && !test.timeline.empty()) {
    const std::string name = trace_file_name(test);
    test.trace = "traces/" + name;
    RIGOR_CHECK(write_durably(directory_ / test.trace, vcd_text(test), kReportMode));
  }
  RIGOR_CHECK(store_.record_bench(run_.id, bench));
  RIGOR_CHECK(store_.record_test(run_.id, test));
  RIGOR_CHECK(events_.test_ended(test));
  console_.test_ended(test);
  test.timeline.clear();
  run_.tests.push_back(std::move(test));
  return {};
}

Result<void> RunFiles::tests_left_out(std::vector<TestRecord> tests, const std::vector<BenchRecord>& benches) {
  if (tests.empty()) return {};
  for (const BenchRecord& bench : benches) RIGOR_CHECK(store_.record_bench(run_.id, bench));
  RIGOR_CHECK(store_.record_tests(run_.id, tests));
  for (const TestRecord& test : tests) RIGOR_CHECK(events_.test_left_out(test));
  console_.note(fmt::format("{} test{} not begun", tests.size(), tests.size() == 1 ? " was" : "s were"));
  std::ranges::move(tests, std::back_inserter(run_.tests));
  return {};
}

Result<RunRecord> RunFiles::finish() {
  RIGOR_CHECK(trouble_);
  const Tally counts = tally(run_.tests);
  const int code = rigor::exit_code_for(counts);
  run_.ended_at = utc_text(system_wall_time());
  run_.exit_code = code;
  RIGOR_CHECK(store_.end_run(run_.id, run_.ended_at, code));
  RIGOR_CHECK(events_.run_ended(code, counts));
  {
    // Timelines come back shortened, so that the page stays small however long the run was.
    RIGOR_TRY(const RunRecord whole, store_.load_run(run_.id));
    RIGOR_CHECK(write_durably(directory_ / "junit.xml", junit_xml(whole), kReportMode));
    RIGOR_CHECK(write_durably(directory_ / "report.html", html_report(whole), kReportMode));
    run_.benches = whole.benches;
  }
  console_.run_ended(run_);
  return run_;
}

}  // namespace rigor::cli
