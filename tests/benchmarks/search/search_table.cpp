// Trials that a search needs, beside methods that do not learn: `rigor-search-table [--problems FILE] [--families FROM
// COUNT] [--only NAME] [--seeds COUNT]`.
#include <fmt/format.h>

#include <cstdlib>
#include <span>
#include <string_view>

#include "framework/bench/window_problem.hpp"
#include "tests/benchmarks/search/families.hpp"
#include "tests/benchmarks/search/scoring.hpp"

namespace rigor::search {
namespace {

struct Options {
  std::string problems;
  std::string only;
  std::uint64_t from = 1;
  std::uint64_t count = 40;
  std::uint64_t seeds = 50;
  bool verbose = false;
  bool blind = false;
};

constexpr std::size_t kMostBlind = 5000;

void head() {
  fmt::print("{:<15} {:>5} | {:>18} | {:>22} | {:>6} {:>8} | {:>7} {:>7}\n", "problem", "runs", "first hit p50 mean",
             "trials p50 mean p90 max", "right", "overlap", "ms/dec", "ms max");
}

void row(const std::string& name, std::span<const Score> scores) {
  std::vector<double> hits;
  std::vector<double> trials;
  std::vector<double> overlaps;
  double right = 0;
  double slowest = 0;
  double total = 0;
  for (const Score& score : scores) {
    if (score.first_hit > 0) hits.push_back(static_cast<double>(score.first_hit));
    trials.push_back(static_cast<double>(score.report.trials));
    if (score.overlap) overlaps.push_back(*score.overlap);
    right += score.right;
    slowest = std::max(slowest, score.slowest_ms);
    total += score.total_ms;
  }
  double played = 0;
  for (const double each : trials) played += each;
  fmt::print(
      "{:<15} {:>5} | {:>8.0f} {:>9.1f} | {:>4.0f} {:>6.1f} {:>5.0f} {:>5.0f} | {:>5.0f}% {:>8.2f} | {:>7.2f} "
      "{:>7.1f}\n",
      name, scores.size(), quantile(hits, 0.5), mean(hits), quantile(trials, 0.5), mean(trials), quantile(trials, 0.9),
      quantile(trials, 1), 100 * right / static_cast<double>(scores.size()), mean(overlaps),
      total / std::max(played, 1.0), slowest);
}

void blind_row(const WrittenProblem& written, const Options& options) {
  for (const auto& [name, method] :
       {std::pair("uniform", Blind::uniform), {"low-discrepancy", Blind::low_discrepancy}, {"grid", Blind::grid}}) {
    std::vector<double> hits;
    for (std::uint64_t seed = 1; seed <= options.seeds; ++seed)
      hits.push_back(static_cast<double>(first_pass(written, seed, method, kMostBlind).value_or(kMostBlind)));
    fmt::print("  {:<13} {:>5} | {:>8.0f} {:>9.1f} |\n", name, hits.size(), quantile(hits, 0.5), mean(hits));
  }
}

void tell_wrong(const Score& score, std::uint64_t seed) {
  const Report& report = score.report;
  fmt::print("    seed {}: {} after {}, hit {}, drift {}, false {}\n", seed, verdict_name(report.verdict),
             report.trials, score.first_hit, report.drift, report.false_passes);
  for (const FoundWindow& window : report.windows)
    for (std::size_t i = 0; i < window.lo.size(); ++i)
      fmt::print("      {:.2f} ({:.2f}) .. {:.2f} ({:.2f}){}\n", window.lo[i].at, window.lo[i].certainty,
                 window.hi[i].at, window.hi[i].certainty, window.soft ? " soft" : "");
}

void written_problems(const Options& options) {
  Faults faults;
  const auto problems = load_window_problems(options.problems, faults);
  if (!problems) {
    fmt::print("{}\n", faults.describe());
    return;
  }
  for (const WrittenProblem& written : *problems) {
    if (!options.only.empty() && options.only != written.id) continue;
    std::vector<Score> scores;
    for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
      scores.push_back(play(written, seed));
      if (options.verbose && !scores.back().right) tell_wrong(scores.back(), seed);
    }
    row(written.id, scores);
    if (options.blind && !written.regions.empty()) blind_row(written, options);
  }
}

void drawn_families(const Options& options) {
  for (const Family& family : families()) {
    if (!options.only.empty() && !std::string_view(family.name).starts_with(options.only)) continue;
    std::vector<Score> scores;
    for (std::uint64_t seed = options.from; seed < options.from + options.count; ++seed) {
      const WrittenProblem written = family.draw(seed);
      scores.push_back(play(written, seed));
      if (!options.verbose || scores.back().right) continue;
      tell_wrong(scores.back(), seed);
      for (const Region& region : written.regions)
        for (const Constraint& c : region.constraints)
          fmt::print("      {} truth {:.2f} .. {:.2f} flake {:.2f} eps {:.2f} drift {:.3f}\n",
                     kind_name(written.problem.task.kind), c.bounds.lo.value_or(-1), c.bounds.hi.value_or(-1),
                     written.noise.flake[0].rate, written.problem.task.eps.empty() ? 0 : written.problem.task.eps[0],
                     written.noise.drift_per_trial[0]);
    }
    row(family.name, scores);
  }
}

}  // namespace
}  // namespace rigor::search

int main(int argc, char** argv) {
  rigor::search::Options options;
  const std::span<char*> arguments(argv, argc);
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    const auto number = [&] { return i + 1 < arguments.size() ? std::strtoull(arguments[++i], nullptr, 10) : 0; };
    if (word == "--problems" && i + 1 < arguments.size()) options.problems = arguments[++i];
    if (word == "--only" && i + 1 < arguments.size()) options.only = arguments[++i];
    if (word == "--seeds") options.seeds = number();
    if (word == "--verbose") options.verbose = true;
    if (word == "--blind") options.blind = true;
    if (word == "--families") {
      options.from = number();
      options.count = number();
    }
  }
  rigor::search::head();
  if (!options.problems.empty()) rigor::search::written_problems(options);
  if (options.problems.empty() || options.only.empty()) rigor::search::drawn_families(options);
  return 0;
}
