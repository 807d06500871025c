// The main function of a program that holds C++ suites (fixtures/bench_test.hpp).
#pragma once

namespace rigor::cli {

// --rig RIG --bench BENCH [--seed N] [--allow EFFECT:VERB=COUNT]... and GoogleTest's own arguments. Returns 0 when
// every selected test passed, 1 when one failed, 2 for a request that makes no sense (also when no test is selected), 3
// when the bench could not be opened.
[[nodiscard]] int run_compiled_suites(int argc, char** argv);

}  // namespace rigor::cli
