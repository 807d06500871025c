#include "fixtures/virtual/bench_time.hpp"
#include "framework/gpio/recording_lines.hpp"
#include "tests/lab/contracts/contract_lab.hpp"
#include "tests/unit/contracts/line_contract.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;

// Two lines with nothing but a wire behind each; the contact follows after its own time.
struct BareLines {
  struct Wire {
    Level driven = Level::high;
    Level pulled = Level::high;
    std::function<void()> changed{};
  };
  BareLines() {
    for (auto& [name, wire] : wires) {
      driver.add({.name = name,
                  .traits = {.operate = 5ms, .release = 2ms, .call = 10us},
                  .act = [&wire](Level level, Drive) { wire.driven = level; },
                  .sense = [&wire] { return wire.pulled; },
                  .watch = [&wire](std::function<void()> changed) { wire.changed = std::move(changed); }},
                 time, bench);
    }
  }
  VirtualClock clock;
  std::unique_ptr<Actor> actor = clock.enroll("test");
  std::mutex bench;
  BenchScheduler time{clock, bench};
  std::map<LineName, Wire> wires{{{"lab", "bench/one"}, {}}, {{"lab", "bench/two"}, {}}};
  VirtualLineDriver driver{clock};
  Timeline timeline{clock};
  RecordingLines recording{driver, timeline, {}};
};

LineFixture make_bare() {
  const auto lines = std::make_shared<BareLines>();
  BareLines* raw = lines.get();
  return {.keep = lines,
          .clock = &lines->clock,
          .driver = &lines->driver,
          .first = {"lab", "bench/one"},
          .second = {"lab", "bench/two"},
          .wire =
              [raw](const LineName& name) {
                EXPECT_TRUE(raw->clock.sleep_for(10ms));
                return raw->wires.at(name).driven;
              },
          .pull =
              [raw](const LineName& name, Level level) {
                const std::lock_guard lock(raw->bench);
                raw->wires.at(name).pulled = level;
                raw->wires.at(name).changed();
              },
          .watches_edges = true};
}

LineFixture make_recorded_line() {
  LineFixture fixture = make_bare();
  fixture.driver = &static_cast<BareLines*>(fixture.keep.get())->recording;
  return fixture;
}

// The relays of a whole bench, seen where they end: at the board's supply and at its NRST.
LineFixture make_bench() {
  const auto lab = std::make_shared<ContractLab>();
  ContractLab* raw = lab.get();
  const auto wire = [raw](const LineName& name) {
    EXPECT_TRUE(raw->lab->clock().sleep_for(500ms));
    LabBench& bench = *raw->lab->bench("weact-relay");
    const std::lock_guard lock(bench.bench());
    const bool high = name.line.ends_with("/power") ? bench.supply().volts() > 1.0 : bench.nrst().high();
    return high ? Level::high : Level::low;
  };
  return {.keep = lab,
          .clock = &lab->lab->clock(),
          .driver = &lab->lab->lines(),
          .first = {"lab", "weact-relay/power"},
          .second = {"lab", "weact-relay/nrst"},
          .wire = wire};
}

}  // namespace
}  // namespace rigor::lab

namespace rigor {

INSTANTIATE_TEST_SUITE_P(VirtualLab, LineContract,
                         ::testing::Values(LineImplementation{"bare", lab::make_bare},
                                           LineImplementation{"recording", lab::make_recorded_line},
                                           LineImplementation{"bench", lab::make_bench}),
                         implementation_name);

}  // namespace rigor
