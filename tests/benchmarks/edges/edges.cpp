// How late an edge is: from the time it was asked for to the return of its set call, on this machine's clock, with a
// line that does nothing. Promised: p50 at most 5 us and p99 at most 50 us; and, in the same run, a p99 at least 20
// times better than a relative select() loop (what gpioset does) and a Python loop of sleep().
//
// And from the write of a line by a program behind a pseudo terminal to the edge that hangs on it: p50 at most 200 us.
//
// All three play the same edges: 2 ms apart. `ratio` is promised / measured, or times better / promised: 1 or more
// keeps the promise. The others aim at their own start plus a multiple of the period, as a person would write it, so
// that their errors add up only where the method lets them: each sleep is counted from where it began.
#include <benchmark/benchmark.h>
#include <sys/select.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "framework/gpio/edge_measurement.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr int kEdges = 1000;
constexpr Duration kPeriod = 2ms;
constexpr double kPromisedMedian = 5.0;  // us
constexpr double kPromisedTail = 50.0;
constexpr double kPromisedAdvantage = 20.0;
constexpr int kLines = 300;
constexpr double kPromisedLine = 200.0;  // us, from a tool's write of a line to the edge that hangs on it

using Lateness = std::vector<double>;  // microseconds

double quantile(Lateness values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

Lateness play_schedule(std::string& quality) {
  const EdgeMeasurement measured = measure_edges(kEdges, kPeriod);
  if (measured.late.size() != kEdges) throw std::runtime_error("edges were lost");
  quality = measured.quality.describe();
  Lateness late;
  for (const Duration each : measured.late) late.push_back(std::chrono::duration<double, std::micro>(each).count());
  return late;
}

Lateness sleep_with_select() {
  Lateness late;
  for (int i = 0; i < kEdges; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    timeval wait{0, std::chrono::duration_cast<std::chrono::microseconds>(kPeriod).count()};
    ::select(0, nullptr, nullptr, nullptr, &wait);
    const auto error = std::chrono::steady_clock::now() - begin - kPeriod;
    late.push_back(std::chrono::duration<double, std::micro>(error).count());
  }
  return late;
}

Lateness sleep_in_python() {
  const std::string program =
      "python3 -c \"\nimport time\nfor i in range(" + std::to_string(kEdges) +
      "):\n  t=time.monotonic_ns()\n  time.sleep(0.002)\n  print((time.monotonic_ns()-t-2000000)/1000)\n\"";
  std::FILE* const output = ::popen(program.c_str(), "r");
  if (output == nullptr) throw std::runtime_error("cannot start python3");
  Lateness late;
  for (double value = 0; std::fscanf(output, "%lf", &value) == 1;) late.push_back(value);
  if (::pclose(output) != 0 || late.size() != kEdges) throw std::runtime_error("python3 did not run");
  return late;
}

void report(benchmark::State& state, const Lateness& late) {
  state.counters["p50_us"] = quantile(late, 0.5);
  state.counters["p99_us"] = quantile(late, 0.99);
  state.counters["max_us"] = quantile(late, 1.0);
}

double schedule_tail = 0;

void schedule(benchmark::State& state) {
  std::string quality;
  for (auto _ : state) {
    const Lateness late = play_schedule(quality);
    report(state, late);
    schedule_tail = quantile(late, 0.99);
    state.counters["ratio_p50"] = kPromisedMedian / quantile(late, 0.5);
    state.counters["ratio_p99"] = kPromisedTail / schedule_tail;
  }
  state.SetLabel(quality);
}

template <Lateness (*Others)()>
void beside(benchmark::State& state) {
  for (auto _ : state) {
    const Lateness late = Others();
    report(state, late);
    state.counters["ratio"] = quantile(late, 0.99) / schedule_tail / kPromisedAdvantage;
  }
}

// A tool that says when it writes each line; what Python itself takes between the two counts as ours.
void tool_lines(benchmark::State& state) {
  const std::string tool = "import time\nfor i in range(" + std::to_string(kLines) +
                           "):\n  time.sleep(0.003)\n  print('line', i, time.monotonic_ns(), flush=True)\n";
  for (auto _ : state) {
    const auto measured = measure_line_edges({"python3", "-c", tool}, kLines);
    if (!measured || measured->late.size() != kLines) throw std::runtime_error("lines were lost");
    Lateness late;
    for (const Duration each : measured->late) late.push_back(std::chrono::duration<double, std::micro>(each).count());
    report(state, late);
    state.counters["ratio_p50"] = kPromisedLine / quantile(late, 0.5);
  }
}

BENCHMARK(schedule)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(tool_lines)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(beside<sleep_with_select>)->Name("select")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(beside<sleep_in_python>)->Name("python_sleep")->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rigor
