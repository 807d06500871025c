// What a run did, as plain values: the runner fills them, the store keeps them, reports are made from them.
//
// Texts in here are already free of secrets: parameters are redacted by the step that owns them, timelines by
// Timeline::Concealment. Times of one test are of its bench's clock; dates are UTC in the form of wall_time.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/base/timeline.hpp"

namespace rigor {

// Kept apart from the step to the exit code. A skip is never a pass.
enum class Verdict : std::uint8_t {
  pass,     // everything expected held
  fail,     // the board did something else
  refused,  // a guard rail said no; nothing was touched
  error,    // bench, probe, tool: no judgement about the board
  timeout,  // a bound of the run itself passed
  skipped,  // the bench lacks what the test needs
  aborted,  // somebody stopped the run
};
inline constexpr Verdict kVerdicts[] = {Verdict::pass,    Verdict::fail,    Verdict::refused, Verdict::error,
                                        Verdict::timeout, Verdict::skipped, Verdict::aborted};

// "pass", "fail", ...: the word in JSON, JUnit and the database.
[[nodiscard]] std::string_view verdict_name(Verdict verdict);
[[nodiscard]] std::optional<Verdict> verdict_from(std::string_view name);
// The one to show for several: fail, refused, error, timeout, aborted, pass, skipped, in this order of precedence.
[[nodiscard]] Verdict worse(Verdict a, Verdict b);

struct StepRecord {
  unsigned index = 0;  // from 1, in the order in which steps ran
  std::string verb;
  std::string parameters;  // as text, redacted
  std::string effect;      // "read-only", "reversible", "wears", "uncalibrated", "irreversible"
  Verdict verdict = Verdict::error;
  std::string reason;   // code word, e.g. "NRST_NOT_DRIVEN"; empty for a pass
  std::string message;  // Error::describe(); empty for a pass
  std::vector<std::string> evidence;
  TimePoint started{};
  TimePoint ended{};
};

struct TestRecord {
  std::string suite;
  std::string test;
  std::string bench;
  unsigned repeat = 1;   // of --repeat, from 1
  unsigned attempt = 1;  // retries of one repeat, from 1; every attempt is a record of its own
  Verdict verdict = Verdict::error;
  std::string reason;
  std::string message;
  std::string hint;  // what to do next; empty when nobody knows
  std::vector<StepRecord> steps;
  std::string started_at;  // UTC
  TimePoint started{};     // of the bench's clock, the zero of the reports' time axes
  Duration duration{};     // of the bench's clock
  Duration wall_duration{};
  std::map<std::string, double> metrics;  // "usb-round-trips": 214
  std::vector<Record> timeline;
  std::size_t timeline_dropped = 0;  // records the timeline had no room for
  std::string trace;                 // VCD file, relative to the run's directory; empty when there is none
};

// "suite.test": how people name a test; the bench comes beside it.
[[nodiscard]] std::string test_name(const TestRecord& test);

// What a bench was made of while the run lasted.
struct BenchRecord {
  std::string name;
  std::string board;
  std::string chip;
  std::string uid;  // of the chip; empty when it was never read
  std::string probe_model;
  std::string probe_firmware;
  std::string probe_serial;
  std::string probe_path;  // USB port path
  bool virtual_bench = false;
};

struct RunRecord {
  std::string id;
  std::string started_at;  // UTC
  std::string ended_at;    // UTC; empty while the run lasts, or for ever when it was killed
  std::string rig;
  std::vector<std::string> argv;  // without secrets
  std::uint64_t seed = 0;
  std::map<std::string, std::string> versions;  // "rigor": "0.1.0", "libusb": ...
  std::string host;
  std::optional<int> exit_code;
  std::vector<BenchRecord> benches;
  std::vector<TestRecord> tests;  // in the order in which they ended
};

// Of each test, bench and repeat the last attempt, in the order in which they first ended.
[[nodiscard]] std::vector<const TestRecord*> last_attempts(const std::vector<TestRecord>& tests);

// How many tests of a run ended in each way. An attempt that was repeated counts with its last attempt only, but a
// test that passed on a later attempt is counted in `flaky` as well.
struct Tally {
  std::map<Verdict, unsigned> by_verdict;
  unsigned flaky = 0;
  unsigned total = 0;
  [[nodiscard]] unsigned of(Verdict verdict) const;
};
[[nodiscard]] Tally tally(const std::vector<TestRecord>& tests, std::string_view bench = {});  // empty: all

}  // namespace rigor
