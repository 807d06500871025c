// The parts of the diagnosis benchmark: each simulates one section of timing-search.md so many times and prints what it
// measured beside what is written there.
#pragma once

namespace rigor::benchmarks {

void print_covering_arrays();
void print_localisation(int runs);
void print_minimising(int runs);
void print_hypotheses(int runs);
void print_changes(int runs);

}  // namespace rigor::benchmarks
