#include "reports/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "reports/text.hpp"

namespace rigor {
namespace {

constexpr std::string_view kReset = "\033[0m";
constexpr std::string_view kDim = "\033[2m";

std::string_view color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "\033[32m";
    case Verdict::fail:
      return "\033[31m";
    case Verdict::refused:
      return "\033[33m";
    case Verdict::error:
      return "\033[35m";
    case Verdict::timeout:
      return "\033[35m";
    case Verdict::skipped:
      return "\033[2m";
    case Verdict::aborted:
      break;
  }
  return "\033[36m";
}

std::string painted(std::string_view text, std::string_view color, bool wanted) {
  return wanted ? fmt::format("{}{}{}", color, text, kReset) : std::string(text);
}

// Control characters of a bench's texts must not reach the terminal.
std::string printable(std::string_view text) {
  std::string line = clean_text(text);
  std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return line;
}

std::string indented(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += "         " + printable(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string counted(const Tally& counts) {
  std::string text;
  for (const Verdict verdict : kVerdicts)
    if (counts.of(verdict) != 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts.of(verdict), verdict_name(verdict));
  if (counts.flaky != 0) text += fmt::format(" ({} only on a later attempt)", counts.flaky);
  return text.empty() ? "no test ran" : text;
}

}  // namespace

ConsoleStyle ConsoleStyle::for_standard_error(bool quiet) {
  const char* term = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  const bool terminal = ::isatty(STDERR_FILENO) == 1 && !dumb;
  ConsoleStyle style{
      .live = terminal && !quiet, .color = terminal && (no_color == nullptr || *no_color == '\0'), .quiet = quiet};
  winsize size{};
  if (terminal && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
  return style;
}

ConsoleProgress::ConsoleProgress(std::ostream& out, ConsoleStyle style, std::size_t expected)
    : out_(out), style_(style), expected_(expected) {}

void ConsoleProgress::erase_live() {
  if (live_shown_) out_ << "\r\033[K";
  live_shown_ = false;
}

void ConsoleProgress::draw_live() {
  if (!style_.live || style_.quiet || running_.empty()) return;
  std::string line = expected_ != 0 ? fmt::format("[{}/{}]", ended_, expected_) : fmt::format("[{}]", ended_);
  if (not_passed_ != 0) line += fmt::format(" {} not passed", not_passed_);
  for (const Running& test : running_)
    line += fmt::format("  {}: {}{}", test.bench, test.verb.empty() ? "" : test.verb + ", ", test.name);
  // One column stays free: a full line would wrap and could not be taken back.
  out_ << shortened(printable(line), style_.width > 1 ? style_.width - 1 : 1) << std::flush;
  live_shown_ = true;
}

void ConsoleProgress::test_started(const std::string& suite, const std::string& test, const std::string& bench) {
  const std::scoped_lock lock(mutex_);
  running_.push_back({bench, suite + "." + test, {}});
  erase_live();
  draw_live();
}

void ConsoleProgress::step_started(const std::string& bench, const std::string& verb) {
  const std::scoped_lock lock(mutex_);
  for (Running& test : running_)
    if (test.bench == bench) test.verb = verb;
  erase_live();
  draw_live();
}

void ConsoleProgress::test_ended(const TestRecord& test) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(running_,
                [&](const Running& running) { return running.bench == test.bench && running.name == test_name(test); });
  ++ended_;
  const bool good = test.verdict == Verdict::pass;
  if (!good) ++not_passed_;
  erase_live();
  if (!good || !style_.quiet) {
    const std::string word =
        painted(fmt::format("{:<8}", verdict_name(test.verdict)), color_of(test.verdict), style_.color);
    const std::string time = painted(duration_text(test.duration), kDim, style_.color);
    out_ << word << ' ' << printable(test_name(test)) << " on " << printable(test.bench);
    if (test.repeat > 1) out_ << ", repeat " << test.repeat;
    if (test.attempt > 1) out_ << ", attempt " << test.attempt;
    out_ << "  " << time << '\n';
    if (!good && test.verdict != Verdict::skipped) out_ << indented(test.message);
    if (test.verdict == Verdict::skipped && !test.message.empty())
      out_ << indented(test.message.substr(0, test.message.find('\n')));
    if (!good && !test.hint.empty() && test.message.find(test.hint) == std::string::npos)
      out_ << indented("what to do: " + test.hint);
  }
  draw_live();
  out_ << std::flush;
}

void ConsoleProgress::note(const std::string& line) {
  const std::scoped_lock lock(mutex_);
  if (style_.quiet) return;
  erase_live();
  out_ << printable(line) << '\n';
  draw_live();
  out_ << std::flush;
}

void ConsoleProgress::run_ended(const RunRecord& run) {
  const std::scoped_lock lock(mutex_);
  running_.clear();
  erase_live();
  if (!style_.quiet) {
    out_ << '\n';
    for (const BenchRecord& bench : run.benches) {
      Verdict shown = Verdict::skipped;
      for (const TestRecord& test : run.tests)
        if (test.bench == bench.name) shown = worse(shown, test.verdict);
      const Tally counts = tally(run.tests, bench.name);
      out_ << painted(fmt::format("{:<24}", printable(bench.name)), counts.total == 0 ? kDim : color_of(shown),
                      style_.color)
           << ' ' << counted(counts) << '\n';
    }
  }
  out_ << fmt::format("run {} with seed {}: {}\n", printable(run.id), run.seed, counted(tally(run.tests)))
       << std::flush;
}

}  // namespace rigor
