// How long the search thinks between two trials. Promised: below 1 ms in one dimension, below 20 ms for a level set of
// 300 points. `ratio` is promised / measured: 1 or more keeps the promise.
#include <benchmark/benchmark.h>

#include <chrono>

#include "framework/search/level_set.hpp"
#include "framework/search/low_discrepancy.hpp"
#include "tests/benchmarks/search/families.hpp"
#include "tests/benchmarks/search/scoring.hpp"

namespace rigor::search {
namespace {

constexpr double kPromisedLine = 1;  // ms
constexpr double kPromisedArea = 20;

void decisions(benchmark::State& state, const char* name) {
  double spent = 0;
  double trials = 0;
  double slowest = 0;
  for (auto _ : state)
    for (const Family& family : families())
      for (std::uint64_t seed = 1; family.name == name && seed <= 5; ++seed) {
        const Score score = play(family.draw(seed), seed);
        spent += score.total_ms;
        trials += static_cast<double>(score.report.trials);
        slowest = std::max(slowest, score.slowest_ms);
      }
  state.counters["mean_ms"] = spent / trials;
  state.counters["slowest_ms"] = slowest;
  state.counters["ratio"] = kPromisedLine * trials / spent;
}

// Point number 300: told, and the next one chosen.
void level_set(benchmark::State& state) {
  Random random(1);
  std::vector<Point> candidates;
  for (int i = 0; i < 676; ++i) candidates.push_back({random.uniform(), random.uniform()});
  LevelSet level(candidates, {});
  const auto tell = [&] {
    const Point x = {random.uniform(), random.uniform()};
    level.tell(x, x[0] < 0.5);
  };
  for (int i = 0; i < 299; ++i) tell();
  const LevelSet before = level;
  double ms = 0;
  double count = 0;
  for (auto _ : state) {
    level = before;
    const auto since = std::chrono::steady_clock::now();
    tell();
    benchmark::DoNotOptimize(level.best_query());
    ms += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - since).count();
    ++count;
  }
  state.counters["mean_ms"] = ms / count;
  state.counters["ratio"] = kPromisedArea * count / ms;
}

BENCHMARK_CAPTURE(decisions, labelled, "labelled")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decisions, unlabelled, "unlabelled")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(level_set)->Iterations(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rigor::search
