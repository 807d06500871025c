// What a probe is and can do, as `rigor probe show` tells it: identity, every version field, interfaces, capabilities.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "framework/cli/output.hpp"
#include "framework/probe/observation.hpp"

namespace rigor::cli {

[[nodiscard]] nlohmann::json show_document(const ProbeObservation& seen);
void print_show(const ProbeObservation& seen, const Output& output);

}  // namespace rigor::cli
