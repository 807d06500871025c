// Lines of a GPIO chip that are held: what gpiod_driver.cpp hands out.
#pragma once

#include "framework/gpio/gpiod_backend.hpp"

namespace rigor {

// What an errno value of the GPIO device means, and what to do about it. `attempt` is "cannot set".
[[nodiscard]] Error line_error(int number, const LineName& name, std::string_view attempt);

[[nodiscard]] std::unique_ptr<OutputLine> make_gpiod_output(std::unique_ptr<GpiodOutputs> held, const Clock& clock,
                                                            LineName name);
// `first` names the group in errors.
[[nodiscard]] std::unique_ptr<OutputGroup> make_gpiod_group(std::unique_ptr<GpiodOutputs> held, const Clock& clock,
                                                            LineName first, std::size_t lines);
// `old_edge`: the first edge is none when it leads to the level that the line has already. Errors: io_failed;
// line_failed.
[[nodiscard]] Result<std::unique_ptr<InputLine>> make_gpiod_input(std::unique_ptr<GpiodInput> held, Clock& clock,
                                                                  LineName name, bool old_edge);

}  // namespace rigor
