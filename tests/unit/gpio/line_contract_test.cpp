#include "tests/unit/contracts/line_contract.hpp"

#include "framework/gpio/recording_lines.hpp"
#include "tests/unit/gpio/fake_machine.hpp"

namespace rigor {
namespace {

LineFixture over(const std::shared_ptr<FakeMachine>& machine) {
  return {.keep = machine,
          .clock = &machine->clock,
          .driver = machine->driver.get(),
          .first = {"rack-relays", "PWR3"},
          .second = {"rack-relays", "NRST3"},
          .wire = [machine](const LineName& name) { return machine->line(name).wire(); },
          .pull = [machine](const LineName& name, Level level) { machine->line(name).pull(level); }};
}

LineFixture make_gpiod_lines() { return over(std::make_shared<FakeMachine>()); }

// Edges come through a thread of the driver's own, so its clock must be one that waits.
LineFixture make_watched_lines() {
  struct Watched {
    FakeMachine machine;
    std::unique_ptr<Clock> clock = make_steady_clock();
    std::unique_ptr<LineDriver> driver = make_gpiod_driver(*clock, {}, backend_of(machine.chips));
  };
  const auto watched = std::make_shared<Watched>();
  Watched* raw = watched.get();
  return {.keep = watched,
          .clock = raw->clock.get(),
          .driver = raw->driver.get(),
          .first = {"rack-relays", "PWR3"},
          .second = {"rack-relays", "NRST3"},
          .wire = [raw](const LineName& name) { return raw->machine.line(name).wire(); },
          .pull = [raw](const LineName& name, Level level) { raw->machine.line(name).pull(level, raw->clock->now()); },
          .watches_edges = true};
}

// The recording wrapper is a LineDriver like any other.
LineFixture make_recorded_lines() {
  struct Recorded {
    std::shared_ptr<FakeMachine> machine = std::make_shared<FakeMachine>();
    Timeline timeline{machine->clock};
    RecordingLines driver{*machine->driver, timeline, {}};
  };
  const auto recorded = std::make_shared<Recorded>();
  LineFixture fixture = over(recorded->machine);
  fixture.keep = recorded;
  fixture.driver = &recorded->driver;
  return fixture;
}

INSTANTIATE_TEST_SUITE_P(Gpio, LineContract,
                         ::testing::Values(LineImplementation{"gpiod_driver", make_gpiod_lines},
                                           LineImplementation{"watched", make_watched_lines},
                                           LineImplementation{"recording", make_recorded_lines}),
                         implementation_name);

}  // namespace
}  // namespace rigor
