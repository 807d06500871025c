// How many ST-LINK commands the driver and the virtual probe together live through: preset release, one core,
// in-process lab, virtual time. At least 150,000 a second.
//
// A word read is two commands (the read and its status, with the debug port's and the chip's work behind it); the
// voltage is one that touches no chip. The counter `ratio` is measured / promised: 1 or more keeps the promise.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <stdexcept>

#include "fixtures/virtual/lab.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/probe/st_link.hpp"

namespace rigor {
namespace {

constexpr double kPromisedCommands = 150'000;
constexpr const char* kBench = "f407-v3";
constexpr std::uint32_t kSram = 0x20000000;

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::unique_ptr<lab::Lab> build_lab() {
  Faults faults;
  const auto rig = load_rig(std::filesystem::path(RIGOR_SOURCE_DIR) / "rigs/virtual-f407.yaml",
                            SearchPath{{RIGOR_SOURCE_DIR}}, faults);
  if (!rig) throw std::runtime_error(faults.describe());
  return must(lab::Lab::build(*rig, 1));
}

// An F407 behind a V3.
struct Board {
  Board() {
    must(lab->clock().sleep_for(std::chrono::milliseconds(500)));
    probe = must(open_st_link(lab->usb(), std::string("lab:") + kBench, lab->clock()));
    std::ignore = must(probe->set_speed_khz(8000));
    must(probe->attach());
    must(probe->open_access_port(0));
  }
  [[nodiscard]] std::uint64_t commands() const { return lab->bench(kBench)->usb().traffic().commands; }

  std::unique_ptr<lab::Lab> lab = build_lab();
  std::unique_ptr<Actor> actor = lab->clock().enroll("benchmark");
  std::unique_ptr<Probe> probe;
};

template <typename Work>
void count_commands(benchmark::State& state, Work&& work) {
  const Board board;
  const std::uint64_t before = board.commands();
  for (auto _ : state) benchmark::DoNotOptimize(work(*board.probe));
  const auto commands = static_cast<double>(board.commands() - before);
  state.counters["commands_per_s"] = benchmark::Counter(commands, benchmark::Counter::kIsRate);
  state.counters["ratio"] = benchmark::Counter(commands / kPromisedCommands, benchmark::Counter::kIsRate);
}

void read_word(benchmark::State& state) {
  count_commands(state, [](Probe& probe) { return must(probe.read_word({}, kSram)); });
}
BENCHMARK(read_word)->Unit(benchmark::kMicrosecond);

void target_voltage(benchmark::State& state) {
  count_commands(state, [](Probe& probe) { return must(probe.target_voltage()); });
}
BENCHMARK(target_voltage)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rigor
