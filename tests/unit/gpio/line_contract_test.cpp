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
          .pull = [machine](const LineName& name, Level level) { machine->line(name).pulled = level; }};
}

LineFixture make_gpiod_lines() { return over(std::make_shared<FakeMachine>()); }

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
                                           LineImplementation{"recording", make_recorded_lines}),
                         implementation_name);

}  // namespace
}  // namespace rigor
