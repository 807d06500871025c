// The command line of `rigor credential`. Each function adds its subcommands below `credential`; the one that the user
// names puts what is to be done into `chosen`.
#pragma once

#include <functional>

#include "framework/cli/output.hpp"

namespace CLI {
class App;
}

namespace rigor::cli {

using Chosen = std::function<int(const Output&)>;

void add_credential_show(CLI::App& credential, Chosen& chosen);
void add_credential_verify(CLI::App& credential, Chosen& chosen);
void add_credential_make(CLI::App& credential, Chosen& chosen);

}  // namespace rigor::cli
