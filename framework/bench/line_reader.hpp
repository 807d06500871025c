// Reads the `lines:` of a bench: job by job, with the words each job uses for its safe state.
#pragma once

#include <string>
#include <vector>

#include "framework/bench/rig_description.hpp"

namespace rigor {

// `bench` names the lines of a virtual bench.
[[nodiscard]] std::vector<LineDescription> read_lines(const YamlNode& lines, const std::string& bench, Faults& faults);

}  // namespace rigor
