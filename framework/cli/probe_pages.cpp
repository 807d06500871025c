#include "framework/cli/probe_pages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigor::cli {
namespace {

std::string timing_text(const Samples& samples) {
  if (samples.empty()) return "not measured";
  return fmt::format("n {}, min {}, p50 {}, p90 {}, p99 {}, max {} us", samples.count(), samples.quantile(0),
                     samples.quantile(0.5), samples.quantile(0.9), samples.quantile(0.99), samples.quantile(1));
}

std::string weight_text(const Evidence& evidence) {
  if (evidence.weight != 0) return fmt::format("+{}", evidence.weight);
  return evidence.says == Says::genuine ? "ok" : "";
}

// Long values are cut, so that the columns stay beside each other; documents have them whole.
std::string cut(const std::string& text) {
  constexpr std::size_t kColumn = 44;
  return text.size() <= kColumn ? text : text.substr(0, kColumn - 3) + "...";
}

void print_fields(const std::string& title, const std::vector<ComparedField>& fields, const Output& output) {
  output.line("");
  output.line(title);
  std::size_t width = 0;
  for (const ComparedField& field : fields) width = std::max(width, cut(field.a).size());
  for (const ComparedField& field : fields)
    output.line(
        fmt::format("{} {:<26}{:<{}}  {}", field.differs ? '*' : ' ', field.name, cut(field.a), width, cut(field.b)));
}

}  // namespace

void print_fingerprint(const Fingerprint& print, const Output& output) {
  output.line(fmt::format("{} at {}, {:04x}:{:04x}, firmware {}, serial number {}", print.model, print.usb_path,
                          print.vendor, print.product, print.firmware.empty() ? "unknown" : print.firmware,
                          print.serial.empty() ? "none" : print.serial));
  output.line(fmt::format("score {}: {}", print.score, verdict_name(print.verdict)));
  output.line("");
  for (const Evidence& each : print.evidence) {
    if (!each.value) continue;
    output.line(fmt::format("{:>5}  {:<18}{}: {}", weight_text(each), each.feature, *each.value, each.meaning));
  }
  output.line("");
  output.line("not asked:");
  for (const Evidence& each : print.evidence)
    if (!each.value) output.line(fmt::format("       {:<18}{}", each.feature, each.meaning));
  output.line("");
  output.line(fmt::format("round trip of a command: {}; {} round trips in all", timing_text(print.round_trip),
                          print.usb_round_trips));
}

void print_comparison(const Fingerprint& a, const Fingerprint& b, const Comparison& comparison, const Output& output) {
  output.line(fmt::format("a: {} at {}, score {}: {}", a.model, a.usb_path, a.score, verdict_name(a.verdict)));
  output.line(fmt::format("b: {} at {}, score {}: {}", b.model, b.usb_path, b.score, verdict_name(b.verdict)));
  output.line(fmt::format("{} differences (marked *; place and serial number do not count)", comparison.differences));
  print_fields("identity", comparison.identity, output);
  print_fields("capabilities", comparison.capabilities, output);
  print_fields("evidence", comparison.evidence, output);
  output.line("");
  output.line(fmt::format("{} timing of one command", comparison.timing.differ ? '*' : ' '));
  output.line("  a  " + timing_text(a.round_trip));
  output.line("  b  " + timing_text(b.round_trip));
  output.line(fmt::format("  distance {:.3f}, chance of as much between equal probes {:.2g}",
                          comparison.timing.distance, comparison.timing.probability));
}

}  // namespace rigor::cli
