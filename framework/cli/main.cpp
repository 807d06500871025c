#include "framework/cli/program.hpp"

int main(int argc, char** argv) { return rigor::cli::run_program(argc, argv); }
