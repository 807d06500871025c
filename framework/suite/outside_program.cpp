#include "framework/suite/outside_program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/line_splitter.hpp"
#include "framework/suite/step.hpp"

namespace rigor {
namespace {

constexpr std::size_t kLastLines = 8;  // of the program's output, as evidence

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

std::vector<std::string> filled_in(const OutsideProgram& program, const ProbeIdentity& probe) {
  std::vector<std::string> command = program.command;
  for (std::string& word : command) {
    replace_all(word, "{serial}", probe.serial);
    replace_all(word, "{usb}", probe.usb_path);
    for (const auto& [what, with] : program.replace) replace_all(word, what, with);
  }
  return command;
}

std::vector<std::string> last_lines(std::string_view output) {
  std::vector<std::string> lines;
  LineSplitter splitter([&](std::string_view line) { lines.emplace_back(line); });
  splitter.add(output);
  splitter.end();
  if (lines.size() > kLastLines) lines.erase(lines.begin(), lines.end() - kLastLines);
  return lines;
}

// On the machine's own clock, for a bench on that clock or on another.
Result<ProgramOutcome> run_timed(const OutsideProgram& program, ProgramRequest request, OpenBench& bench) {
  Timeline& timeline = bench.timeline();
  if (!bench.description().is_virtual()) {
    if (program.lines_are_events)
      request.line = [&](TimePoint at, std::string_view line) {
        timeline.add_at(at, Channel::log, "tool", 0, std::string(line));
      };
    return run_program(request, bench.clock());
  }
  std::vector<std::string> lines;
  if (program.lines_are_events) request.line = [&](TimePoint, std::string_view line) { lines.emplace_back(line); };
  const std::unique_ptr<Clock> machine = make_steady_clock();
  auto outcome = run_program(request, *machine);
  for (std::string& line : lines) timeline.add(Channel::log, "tool", 0, std::move(line));
  return outcome;
}

}  // namespace

Result<ProgramOutcome> run_outside(Step& step, const OutsideProgram& program) {
  const ProgramRequest request{filled_in(program, step.bench().probe().identity()), program.limit,
                               program.lines_are_events};
  ProgramOutcome outcome;
  RIGOR_CHECK(step.bench().lend_probe([&]() -> Result<void> {
    RIGOR_TRY(outcome, run_timed(program, request, step.bench()));
    return {};
  }));
  step.evidence(fmt::format("{} ended with {}", program.command.front(), outcome.status));
  for (const std::string& line : last_lines(outcome.output))
    step.evidence(fmt::format("{}: {}", program.command.front(), line));
  return outcome;
}

std::string describe_end(const OutsideProgram& program, const ProgramOutcome& outcome) {
  const std::vector<std::string> said = last_lines(outcome.output);
  return fmt::format("'{}' ended with {}: {}", fmt::join(program.command, " "), outcome.status,
                     said.empty() ? "no word" : said.back());
}

}  // namespace rigor
