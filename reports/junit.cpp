#include "reports/junit.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "reports/text.hpp"

namespace rigor {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// What a verdict is to JUnit.
struct Outcome {
  const char* element = nullptr;  // null: passed
  std::string type;
};

Outcome outcome_of(const TestRecord& test) {
  const std::string with_reason = test.reason.empty() ? "" : ":" + test.reason;
  switch (test.verdict) {
    case Verdict::pass:
      return {};
    case Verdict::fail:
      return {"failure", "fail" + with_reason};
    case Verdict::refused:
      return {"failure", "refused" + with_reason};
    case Verdict::skipped:
      return {"skipped", {}};
    case Verdict::error:
    case Verdict::timeout:
    case Verdict::aborted:
      break;
  }
  return {"error", std::string(verdict_name(test.verdict)) + with_reason};
}

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", escaped(name), escaped(value));
}

std::string suite_properties(const RunRecord& run, const std::string& bench_name) {
  std::string xml = "    <properties>\n";
  xml += property("run", run.id) + property("rig", run.rig) + property("seed", std::to_string(run.seed));
  for (const auto& [name, version] : run.versions) xml += property("version." + name, version);
  for (const BenchRecord& bench : run.benches) {
    if (bench.name != bench_name) continue;
    xml += property("board", bench.board) + property("chip", bench.chip) + property("uid", bench.uid) +
           property("probe", bench.probe_model) + property("probe.firmware", bench.probe_firmware) +
           property("probe.serial", bench.probe_serial);
  }
  return xml + "    </properties>\n";
}

// What a person reads in the CI system without opening the report.
std::string transcript(const TestRecord& test) {
  std::string text;
  for (const StepRecord& step : test.steps) {
    text += fmt::format("{:>3} {:<8} {} {} ({})\n", step.index, verdict_name(step.verdict), step.verb, step.parameters,
                        duration_text(step.ended - step.started));
    if (!step.message.empty()) text += "    " + step.message + "\n";
    for (const std::string& line : step.evidence) text += "    evidence: " + line + "\n";
  }
  for (const auto& [name, value] : test.metrics) text += fmt::format("metric {} = {}\n", name, value);
  text += fmt::format("wall time {}\n", duration_text(test.wall_duration));
  if (!test.trace.empty()) text += "waveform " + test.trace + "\n";
  return text;
}

std::string case_name(const TestRecord& test) {
  std::string name = test.test;
  if (test.repeat > 1) name += fmt::format(" [repeat {}]", test.repeat);
  if (test.attempt > 1) name += fmt::format(" [attempt {}]", test.attempt);
  return name;
}

std::string case_xml(const TestRecord& test) {
  std::string xml =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\">\n",
                  escaped(test.suite + "." + test.bench), escaped(case_name(test)), seconds(test.duration));
  if (const Outcome outcome = outcome_of(test); outcome.element != nullptr) {
    const std::string first_line = test.message.substr(0, test.message.find('\n'));
    const std::string summary = first_line.empty() ? test.reason : first_line;
    const std::string type = outcome.type.empty() ? "" : fmt::format(" type=\"{}\"", escaped(outcome.type));
    std::string detail = test.message;
    if (!test.hint.empty()) detail += "\nwhat to do: " + test.hint;
    // <skipped> carries its text as an attribute only: older Jenkins schemas allow no content there.
    xml += test.verdict == Verdict::skipped ? fmt::format("      <skipped message=\"{}\"/>\n", escaped(summary))
                                            : fmt::format("      <{0} message=\"{1}\"{2}>{3}</{0}>\n", outcome.element,
                                                          escaped(summary), type, escaped(detail));
  }
  return xml + "      <system-out>" + escaped(transcript(test)) + "</system-out>\n    </testcase>\n";
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double time = 0;

  void add(const TestRecord& test) {
    ++tests;
    time += seconds(test.duration);
    const std::string_view element = [&] {
      const char* name = outcome_of(test).element;
      return std::string_view(name == nullptr ? "" : name);
    }();
    failures += element == "failure" ? 1 : 0;
    errors += element == "error" ? 1 : 0;
    skipped += element == "skipped" ? 1 : 0;
  }
  [[nodiscard]] std::string attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.6f}\"", tests, failures,
                       errors, skipped, time);
  }
};

std::string suite_xml(const RunRecord& run, const std::vector<const TestRecord*>& tests) {
  Counts counts;
  for (const TestRecord* test : tests) counts.add(*test);
  const TestRecord& first = *tests.front();
  std::string xml = fmt::format("  <testsuite name=\"{}\" {} timestamp=\"{}\" hostname=\"{}\">\n",
                                escaped(first.suite + "." + first.bench), counts.attributes(),
                                escaped(first.started_at.substr(0, 19)), escaped(run.host));
  xml += suite_properties(run, first.bench);
  for (const TestRecord* test : tests) xml += case_xml(*test);
  return xml + "  </testsuite>\n";
}

}  // namespace

std::string junit_xml(const RunRecord& run) {
  std::map<std::pair<std::string, std::string>, std::vector<const TestRecord*>> suites;
  Counts all;
  for (const TestRecord& test : run.tests) {
    suites[{test.suite, test.bench}].push_back(&test);
    all.add(test);
  }
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format("<testsuites name=\"rigor {}\" {}>\n", escaped(run.rig), all.attributes());
  for (const auto& [key, tests] : suites) xml += suite_xml(run, tests);
  return xml + "</testsuites>\n";
}

}  // namespace rigor
