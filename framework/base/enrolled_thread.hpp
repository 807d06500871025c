// A thread that takes part in a clock's time from the moment at which it is started: virtual time does not move on
// without it.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "framework/base/clock.hpp"

namespace rigor {

// Returns when the thread has enrolled under `name`; it withdraws when `run` has returned. The clock outlives it.
[[nodiscard]] std::thread start_enrolled(Clock& clock, std::string name, std::function<void()> run);

}  // namespace rigor
