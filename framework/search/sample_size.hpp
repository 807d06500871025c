// How many trials a question needs, asked before the first one. Exact: every outcome is counted, nothing is simulated.
//
//   statistics::trials_to_compare(0.95, 0.75);        // 45 with each of two probes
//   statistics::trials_to_tell_apart(0.02, 0.20);     // 30, when their number must be fixed beforehand
//
// Rates are fractions of one. Pure.
#pragma once

#include <cstdint>

namespace rigor::statistics {

// Passes in a row that prove, with `confidence`, that less than `rate` fail: 59 for 5 % at 95 %.
[[nodiscard]] std::uint64_t passes_to_prove(double rate, double confidence = 0.95);

// Trials after which one threshold separates two failure rates with at most `error` on either side. A sequential test
// (statistics.hpp) decides the same question in about half of them.
[[nodiscard]] std::uint64_t trials_to_tell_apart(double good_rate, double bad_rate, double error = 0.05);

// Trials with each of two arms until Fisher's test, one-sided at `level`, finds the worse one with probability `power`.
// The two pass rates are what is supposed: better > worse. Zero when 1000 with each do not
// suffice.
[[nodiscard]] std::uint64_t trials_to_compare(double better, double worse, double level = 0.05, double power = 0.8);
// That probability at a given number of trials.
[[nodiscard]] double power_to_compare(std::uint64_t trials, double better, double worse, double level = 0.05);

}  // namespace rigor::statistics
