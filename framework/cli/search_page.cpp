#include "framework/cli/search_page.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

namespace rigor::cli {
namespace {

using nlohmann::json;
using search::FoundWindow;
using search::Problem;
using search::Report;

constexpr std::size_t kEvery = 25;  // trials between plain lines
constexpr std::size_t kDrawing = 60;

json region_document(const Problem& problem, const FoundWindow& window) {
  json edges = json::object();
  json intervals = json::object();
  json slopes = json::object();
  for (std::size_t i = 0; i < problem.dims.size(); ++i) {
    const auto& lo = window.lo[i];
    const auto& hi = window.hi[i];
    edges[problem.dims[i].name] = {lo.at, hi.at};
    intervals[problem.dims[i].name] = {{lo.low, lo.high}, {hi.low, hi.high}};
    if (lo.slope || hi.slope) slopes[problem.dims[i].name] = {lo.slope.value_or(0), hi.slope.value_or(0)};
  }
  json region = {{"edges", edges}, {"intervals", intervals}, {"soft", window.soft}, {"best", window.best}};
  if (!window.box) region["box"] = false;
  if (!slopes.empty()) region["slope"] = slopes;
  return region;
}

// The domain of one dimension as a line of text: '#' inside, '+' where an edge may lie.
std::string drawing(const search::Dimension& dim, const search::EdgeEstimate& lo, const search::EdgeEstimate& hi) {
  std::string line(kDrawing, '.');
  for (std::size_t i = 0; i < kDrawing; ++i) {
    const double from = dim.lo + dim.range() * static_cast<double>(i) / kDrawing;
    const double to = from + dim.range() / kDrawing;
    if (to >= lo.at && from <= hi.at) line[i] = '#';
    if ((to >= lo.low && from <= lo.high) || (to >= hi.low && from <= hi.high)) line[i] = '+';
  }
  return line;
}

std::string edge_text(const search::EdgeEstimate& edge) {
  if (edge.bound) return fmt::format("{:.6g} (end of the domain)", edge.at);
  return fmt::format("{:.6g} ({:.6g} to {:.6g}{})", edge.at, edge.low, edge.high,
                     edge.slope ? fmt::format(", soft over {:.3g}", *edge.slope) : "");
}

}  // namespace

json search_document(const Problem& problem, const Report& report) {
  const auto flake = statistics::confidence_sequence(report.flake_count);
  json regions = json::array();
  for (const FoundWindow& window : report.windows) regions.push_back(region_document(problem, window));
  json irrelevant = json::array();
  for (const std::size_t i : report.irrelevant) irrelevant.push_back(problem.dims[i].name);
  json document = {{"verdict", search::verdict_name(report.verdict)},
                   {"trials", report.trials},
                   {"first_hit", report.first_hit ? json(*report.first_hit) : json()},
                   {"flake", {{"estimate", report.flake_count.rate()}, {"low", flake.low}, {"high", flake.high}}},
                   {"regions", regions},
                   {"exclusion_width", report.exclusion_width.size() == 1 ? json(report.exclusion_width.front())
                                                                          : json(report.exclusion_width)},
                   {"irrelevant", irrelevant},
                   {"drift", report.drift},
                   {"false_passes", report.false_passes},
                   {"labels", report.labels_informative ? "informative" : "uninformative"}};
  if (report.map)
    document["map"] = {{"DIMS", {problem.dims[0].name, problem.dims[1].name}}, {"rows", report.map->rows}};
  return document;
}

void print_search(const Problem& problem, const Report& report, const Output& output) {
  output.line(fmt::format("{} after {} trials{}", search::verdict_name(report.verdict), report.trials,
                          report.first_hit ? fmt::format(", first hit in trial {}", *report.first_hit) : ""));
  for (const FoundWindow& window : report.windows)
    for (std::size_t i = 0; i < problem.dims.size(); ++i) {
      const search::Dimension& dim = problem.dims[i];
      output.line(
          fmt::format("  {:<20} {} .. {} {}", dim.name, edge_text(window.lo[i]), edge_text(window.hi[i]), dim.unit));
      output.line(
          fmt::format("  {:<20} [{}] {:g}..{:g}", "", drawing(dim, window.lo[i], window.hi[i]), dim.lo, dim.hi));
    }
  for (const FoundWindow& window : report.windows)
    if (!window.box)
      output.line("no box: offsets depend on each other here, and the edges are those of what encloses them");
  if (!report.windows.empty()) {
    const auto flake = statistics::confidence_sequence(report.flake_count);
    output.line(fmt::format("flake: {} of {} trials inside failed, rate {:.3g} to {:.3g}", report.flake_count.hits,
                            report.flake_count.trials, flake.low, flake.high));
  }
  for (std::size_t i = 0; i < report.exclusion_width.size(); ++i)
    output.line(fmt::format("{}no window wider than {:.4g} {} in {}, at {:.3g} % confidence for a flake rate of {:g}",
                            report.windows.empty() ? "" : "elsewhere ", report.exclusion_width[i], problem.dims[i].unit,
                            problem.dims[i].name, 100 * problem.task.confidence, problem.task.assumed_flake));
  for (const std::size_t i : report.irrelevant) output.line(fmt::format("{} decides nothing", problem.dims[i].name));
  if (report.drift)
    output.line("the window moves while it is searched: what was found holds for the time of the search only");
  if (report.false_passes) output.line("passes were seen where repeats fail: a stale result can look like a pass here");
  if (report.map)
    for (std::size_t row = search::AreaMap::kCells; row > 0; row -= 4)
      output.line(fmt::format("  {}", report.map->rows[row - 1]));
}

SearchView::SearchView(const search::Problem& problem, const Output& output)
    : problem_(problem), quiet_(output.quiet()), terminal_(false), colour_(false) {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  const char* no_color = std::getenv("NO_COLOR");
  terminal_ = !dumb && ::isatty(STDERR_FILENO) == 1;
  colour_ = terminal_ && (no_color == nullptr || *no_color == '\0');
  winsize size{};
  if (terminal_ && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) width_ = size.ws_col;
  if (width_ == 0) width_ = 80;
}

void SearchView::show(const search::Solver& solver, const search::Outcome& outcome) {
  if (quiet_) return;
  ++shown_;
  if (!terminal_) {
    if (shown_ % kEvery == 0) std::cerr << solver.progress() << '\n';
    return;
  }
  std::string line = fmt::format("{} {}", outcome.passed ? "pass" : "fail", solver.progress());
  if (line.size() > width_ - 1) line.resize(width_ - 1);
  const char* colour = !colour_ ? "" : outcome.passed ? "\033[32m" : "\033[31m";
  erase();
  draw(solver);
  std::cerr << colour << line.substr(0, 4) << (colour_ ? "\033[0m" : "") << line.substr(4) << drawn_ << std::flush;
}

// The cursor is behind what was drawn last.
void SearchView::erase() {
  const auto lines = std::ranges::count(drawn_, '\n');
  if (lines > 0) std::cerr << fmt::format("\033[{}A", lines);
  std::cerr << "\r\033[J";
}

void SearchView::draw(const search::Solver& solver) {
  constexpr auto kBetween = std::chrono::milliseconds(250);
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_at_ < kBetween) return;
  drawn_at_ = now;
  drawn_.clear();
  const Report report = solver.report();
  if (report.windows.empty()) return;
  for (std::size_t i = 0; i < problem_.dims.size(); ++i) {
    const search::Dimension& dim = problem_.dims[i];
    std::string line =
        fmt::format("  {:<20} [{}] {:g}..{:g} {}", dim.name,
                    drawing(dim, report.windows.back().lo[i], report.windows.back().hi[i]), dim.lo, dim.hi, dim.unit);
    if (line.size() > width_ - 1) line.resize(width_ - 1);
    drawn_ += "\n" + line;
  }
}

void SearchView::end() {
  if (quiet_ || !terminal_ || shown_ == 0) return;
  erase();
  std::cerr << std::flush;
}

}  // namespace rigor::cli
