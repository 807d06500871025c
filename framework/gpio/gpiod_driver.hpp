// The LineDriver of Linux: GPIO character devices through libgpiod.
//
// libgpiod 1.6 and 2.x share a header name and nothing else; gpiod_v1.cpp and gpiod_v2.cpp both implement this header
// and the build takes the one that fits (RIGOR_GPIOD_BACKEND). A chip is found by its label first, then by its device
// name
// ("gpiochip0"), because numbers change with the order in which USB boards are plugged in. A line is found by its name
// first, then by its offset.
#pragma once

#include <memory>
#include <string>

#include "framework/gpio/line_driver.hpp"

namespace rigor {

struct GpiodSettings {
  std::string consumer = "rigor";  // shown by gpioinfo as the holder of a line
};

// `clock` stamps the edges and must outlive the driver and its lines. list() is empty on a machine without GPIO chips;
// chips that this user may not open are left out of it, and asking for their lines says so.
[[nodiscard]] std::unique_ptr<LineDriver> make_gpiod_driver(Clock& clock, GpiodSettings settings = {});

}  // namespace rigor
