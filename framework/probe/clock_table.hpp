// The SWD speeds that an STLINK-V3 offers (command F2 62, st-link-protocol.md 4.5).
#pragma once

#include <vector>

#include "framework/probe/command_port.hpp"

namespace rigor {

// In kHz, in the probe's order. Errors: probe_confused when it offers none; those of the exchange.
[[nodiscard]] Result<std::vector<unsigned>> read_clock_table(CommandPort& port);

}  // namespace rigor
