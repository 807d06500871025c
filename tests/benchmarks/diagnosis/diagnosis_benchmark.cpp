// How often a cause is found, and after how many trials: simulated racks, sequences, hypotheses and nights with planted
// causes. Every line shows the reference's figure in brackets. Results depend on the seed only, not on the machine.
//
//   rigor-diagnosis [runs]      200 unless told
#include <algorithm>
#include <cstdlib>

#include "tests/benchmarks/diagnosis/figures.hpp"

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 200;
  rigor::benchmarks::print_covering_arrays();
  rigor::benchmarks::print_localisation(runs);
  rigor::benchmarks::print_minimising(2 * runs);
  rigor::benchmarks::print_hypotheses(5 * runs);
  rigor::benchmarks::print_changes(runs);
}
