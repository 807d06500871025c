#include "tests/benchmarks/search/scoring.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numeric>

#include "framework/search/exclusion.hpp"
#include "framework/search/low_discrepancy.hpp"
#include "framework/search/solver.hpp"

namespace rigor::search {
namespace {

// Of this thread: what other programs on the machine take is not the search's.
double processor_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// The box of a region, as far as constraints of one dimension give it.
Box truth_of(const WrittenProblem& written, const Region& region) {
  Box box;
  for (std::size_t i = 0; i < written.problem.dims.size(); ++i) {
    const Dimension& dim = written.problem.dims[i];
    box.lo.push_back(dim.lo);
    box.hi.push_back(dim.hi);
    for (const Constraint& constraint : region.constraints) {
      const auto& coef = constraint.bounds.coef;
      if (coef[i] != 1 || std::ranges::count_if(coef, [](double c) { return c != 0; }) != 1) continue;
      if (constraint.bounds.lo) box.lo[i] = std::max(box.lo[i], *constraint.bounds.lo);
      if (constraint.bounds.hi) box.hi[i] = std::min(box.hi[i], *constraint.bounds.hi);
    }
  }
  return box;
}

bool near(const FoundWindow& window, const Box& truth, const std::vector<double>& eps) {
  for (std::size_t i = 0; i < eps.size(); ++i)
    if (std::abs(window.lo[i].at - truth.lo[i]) > eps[i] || std::abs(window.hi[i].at - truth.hi[i]) > eps[i])
      return false;
  return true;
}

bool inside(const WrittenProblem& written, const Point& point) {
  return std::ranges::any_of(written.regions, [&](const Region& region) {
    return std::ranges::all_of(region.constraints, [&](const Constraint& c) { return c.bounds.holds(point); });
  });
}

double overlap_of(const WrittenProblem& written, const AreaMap& map) {
  double both = 0;
  double either = 0;
  const auto& dims = written.problem.dims;
  for (std::size_t row = 0; row < AreaMap::kCells; ++row)
    for (std::size_t cell = 0; cell < AreaMap::kCells; ++cell) {
      const bool truth =
          inside(written, {dims[0].lo + (static_cast<double>(cell) + 0.5) / AreaMap::kCells * dims[0].range(),
                           dims[1].lo + (static_cast<double>(row) + 0.5) / AreaMap::kCells * dims[1].range()});
      const bool said = map.rows[row][cell] == '1';
      both += truth && said;
      either += truth || said;
    }
  return either > 0 ? both / either : 1;
}

// No box: nothing certain may be said of edges. What side conditions rule out is never played.
bool oblique(const WrittenProblem& written, const Region& region) {
  return std::ranges::any_of(region.constraints, [&](const Constraint& constraint) {
    const auto& coef = constraint.bounds.coef;
    const bool told = std::ranges::any_of(written.problem.side_conditions,
                                          [&](const SideCondition& side) { return side.coef == coef; });
    return !told && std::ranges::count_if(coef, [](double c) { return c != 0; }) > 1;
  });
}

bool judge(const WrittenProblem& written, const Report& report) {
  const bool moves = std::ranges::any_of(written.noise.drift_per_trial, [](double d) { return d != 0; });
  if (moves || report.drift) return moves == report.drift;
  if (written.regions.empty()) return report.verdict == Verdict::none;
  if (std::ranges::any_of(written.regions, [&](const Region& region) { return oblique(written, region); }))
    return report.verdict == Verdict::unsettled;
  if (report.verdict != Verdict::window || report.windows.size() != written.regions.size()) return false;
  return std::ranges::all_of(written.regions, [&](const Region& region) {
    const Box truth = truth_of(written, region);
    return std::ranges::any_of(
        report.windows, [&](const FoundWindow& window) { return near(window, truth, written.problem.task.eps); });
  });
}

}  // namespace

Score play(const WrittenProblem& written, std::uint64_t seed) {
  Problem problem = written.problem;
  if (!settle(problem)) std::abort();
  WrittenOracle oracle(written, seed);
  Score score;
  double since = processor_ms();
  const auto lap = [&] {
    const double ms = processor_ms() - since;
    score.slowest_ms = std::max(score.slowest_ms, ms);
    score.total_ms += ms;
  };
  Solver solver(problem, seed);
  std::size_t trials = 0;
  while (const auto point = solver.next()) {
    lap();
    const Outcome outcome = oracle.trial(*point);
    ++trials;
    if (outcome.passed && score.first_pass == 0) score.first_pass = trials;
    since = processor_ms();
    solver.tell(outcome);
  }
  score.report = solver.report();
  score.first_hit = score.report.first_hit.value_or(0);
  if (score.report.map) score.overlap = overlap_of(written, *score.report.map);
  WrittenProblem settled = written;
  settled.problem = problem;
  score.right =
      written.problem.task.kind == TaskKind::map ? score.overlap.value_or(0) >= 0.8 : judge(settled, score.report);
  return score;
}

std::optional<std::size_t> first_pass(const WrittenProblem& written, std::uint64_t seed, Blind method,
                                      std::size_t most) {
  WrittenOracle oracle(written, seed);
  Random random(seed);
  const auto& dims = written.problem.dims;
  SpreadPoints points(dims.size(), random);
  const auto side = static_cast<std::size_t>(std::ceil(std::pow(100.0, 1.0 / static_cast<double>(dims.size()))));
  std::size_t cell = 0;
  for (std::size_t n = 1; n <= most;) {
    Point x = points.take();
    std::size_t rest = cell++;
    for (std::size_t i = 0; i < dims.size(); ++i) {
      if (method == Blind::uniform) x[i] = random.uniform();
      if (method == Blind::grid) x[i] = (static_cast<double>(rest % side) + 0.5) / static_cast<double>(side);
      rest /= side;
      x[i] = dims[i].lo + x[i] * dims[i].range();
    }
    if (!written.problem.feasible(x)) {
      if (cell > 100 * most) break;
      continue;
    }
    if (oracle.trial(x).passed) return n;
    ++n;
  }
  return std::nullopt;
}

double mean(std::span<const double> values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

}  // namespace rigor::search
