#include "reports/export.hpp"

#include <fmt/format.h>

#include "framework/store/record_json.hpp"

namespace rigor {
namespace {

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

// RFC 4180. A text that a spreadsheet would take for a formula is led by an apostrophe.
std::string csv_field(std::string_view text) {
  std::string field;
  if (!text.empty() && std::string_view("=+-@\t").find(text.front()) != std::string_view::npos) field += '\'';
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  const bool quote = field.find_first_of("\",\r\n") != std::string::npos;
  return quote ? '"' + field + '"' : field;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += (line.empty() ? "" : ",") + csv_field(field);
  return line + "\r\n";
}

}  // namespace

std::string run_json(const RunRecord& run, bool with_timelines) {
  Json document = run_head_json(run);
  document["benches"] = Json::array();
  for (const BenchRecord& bench : run.benches) document["benches"].push_back(bench_json(bench));
  document["tests"] = Json::array();
  for (const TestRecord& test : run.tests) {
    Json entry = test_json(test);
    entry["steps"] = Json::array();
    for (const StepRecord& step : test.steps) entry["steps"].push_back(step_json(step));
    if (with_timelines) {
      entry["timeline"] = timeline_json(test.timeline);
      entry["timeline_dropped"] = test.timeline_dropped;
    }
    document["tests"].push_back(std::move(entry));
  }
  return json_line(document) + "\n";
}

std::string run_summary_json(const RunRecord& run, const std::string& out_directory) {
  Json tests = Json::array();
  for (const TestRecord* test : last_attempts(run.tests))
    tests.push_back({{"suite", test->suite},
                     {"test", test->test},
                     {"bench", test->bench},
                     {"verdict", verdict_name(test->verdict)},
                     {"reason", test->reason},
                     {"duration_ms", milliseconds(test->duration)},
                     {"attempts", test->attempt},
                     {"repeat", test->repeat}});
  const Json document = {{"run", run.id},
                         {"exit", run.exit_code ? Json(*run.exit_code) : Json(nullptr)},
                         {"seed", run.seed},
                         {"tests", std::move(tests)},
                         {"out", out_directory}};
  return json_line(document) + "\n";
}

std::string run_csv(const RunRecord& run) {
  std::string csv = csv_line({"run", "suite", "test", "bench", "repeat", "attempt", "verdict", "reason", "started_at",
                              "duration_ms", "wall_ms", "message"});
  for (const TestRecord& test : run.tests)
    csv += csv_line({run.id, test.suite, test.test, test.bench, std::to_string(test.repeat),
                     std::to_string(test.attempt), std::string(verdict_name(test.verdict)), test.reason,
                     test.started_at, fmt::format("{:.3f}", milliseconds(test.duration)),
                     fmt::format("{:.3f}", milliseconds(test.wall_duration)), test.message});
  return csv;
}

}  // namespace rigor
