// The whole program: reads the command line, calls the command, returns the exit code of docs/command-line.md.
#pragma once

namespace rigor::cli {

[[nodiscard]] int run_program(int argc, char** argv);

}  // namespace rigor::cli
