// The program as a whole, measured from outside: processor time and peak memory of a run on the virtual rig, and how
// long `rigor --help` and `rigor credential show` take. The counter `ratio` is promised / measured: 1 or more keeps the
// promise.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace {

struct Spent {
  int exit_code = -1;
  double processor_seconds = 0;
  double wall_seconds = 0;
  double peak_megabytes = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Spent spend(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, seconds(usage.ru_utime) + seconds(usage.ru_stime), wall.count(),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

void whole_suite(benchmark::State& state) {
  const std::filesystem::path out =
      std::filesystem::temp_directory_path() / ("rigor-benchmark-" + std::to_string(getpid()));
  double processor = 0;
  double peak = 0;
  for (auto _ : state) {
    std::filesystem::remove_all(out);
    const Spent spent =
        spend({RIGOR_PROGRAM, "run", "--rig", RIGOR_SOURCE_DIR "/rigs/virtual.yaml", "--out", out.string()});
    if (spent.exit_code != 1) state.SkipWithError("the run did not end with the one refused bench");
    processor += spent.processor_seconds;
    peak = std::max(peak, spent.peak_megabytes);
    state.SetIterationTime(spent.processor_seconds);
  }
  std::filesystem::remove_all(out);
  state.counters["cpu_s"] = processor / static_cast<double>(state.iterations());
  state.counters["ratio"] = 0.5 / (processor / static_cast<double>(state.iterations()));
  state.counters["peak_MB"] = peak;
  state.counters["peak_ratio"] = 64 / peak;
}
BENCHMARK(whole_suite)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(10);

void whole_process(benchmark::State& state, std::vector<std::string> arguments, double promised_seconds) {
  arguments.insert(arguments.begin(), RIGOR_PROGRAM);
  double wall = 0;
  for (auto _ : state) {
    const Spent spent = spend(arguments);
    if (spent.exit_code != 0) state.SkipWithError("the program did not end with 0");
    wall += spent.wall_seconds;
    state.SetIterationTime(spent.wall_seconds);
  }
  state.counters["ratio"] = promised_seconds / (wall / static_cast<double>(state.iterations()));
}
BENCHMARK_CAPTURE(whole_process, help, {"--help"}, 0.010)
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(100);
// Three certificates, three signatures to verify.
BENCHMARK_CAPTURE(whole_process, credential_show,
                  {"credential", "show", RIGOR_SOURCE_DIR "/tests/data/da/chains/h5_leaf_chain.b64"}, 0.015)
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(100);

}  // namespace
