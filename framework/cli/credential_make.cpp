#include <CLI/CLI.hpp>

#include "framework/cli/credential_arguments.hpp"

namespace rigor::cli {

void add_credential_make(CLI::App& /*credential*/, Chosen& /*chosen*/) {}

}  // namespace rigor::cli
