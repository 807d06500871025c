// `rigor lab ...`: `rigor-lab`, the lab as a process of its own, found beside this program. It is a program apart
// because it links Unicorn, which is GPL.
#pragma once

#include <span>

#include "framework/cli/credential_arguments.hpp"

namespace rigor::cli {

// Adds the subcommand. `arguments` are the program's own, the first being its name, and must outlive `chosen`: what
// follows "lab" is handed on as it was typed.
void add_lab(CLI::App& app, Chosen& chosen, std::span<char* const> arguments);

}  // namespace rigor::cli
