// The command line of `rigor search`. Puts what is to be done into `chosen` when the user names it.
#pragma once

#include "framework/cli/credential_arguments.hpp"

namespace rigor::cli {

void add_search(CLI::App& app, Chosen& chosen);

}  // namespace rigor::cli
