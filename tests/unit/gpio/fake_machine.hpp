// A machine with two GPIO chips in memory and the driver over them.
#pragma once

#include <memory>

#include "tests/unit/gpio/fake_chips.hpp"
#include "tests/unit/gpio/manual_clock.hpp"

namespace rigor {

struct FakeMachine {
  FakeChips chips{{"/dev/gpiochip0", {.label = "pinctrl", .lines = {{.name = "NRST3"}, {.name = "BOOT3"}}}},
                  {"/dev/gpiochip1", {.label = "rack-relays", .lines = {{.name = "PWR3"}, {.name = "NRST3"}, {}}}}};
  ManualClock clock;
  std::unique_ptr<LineDriver> driver = make_gpiod_driver(clock, {}, backend_of(chips));
  FakeLine& line(const LineName& name) {
    for (auto& [path, chip] : chips) {
      for (FakeLine& line : chip.lines) {
        if (chip.label == name.chip && line.name == name.line) return line;
      }
    }
    return chips.at("/dev/gpiochip1").lines.at(2);
  }
};

}  // namespace rigor
