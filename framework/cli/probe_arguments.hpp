// The command line of `rigor probe`. Adds its subcommands; the one that the user names puts what is to be done into
// `chosen`.
#pragma once

#include "framework/cli/credential_arguments.hpp"

namespace rigor::cli {

void add_probe(CLI::App& app, Chosen& chosen);

}  // namespace rigor::cli
