// Fingerprints and comparisons for people.
#pragma once

#include "framework/cli/output.hpp"
#include "framework/probe/comparison.hpp"

namespace rigor::cli {

void print_fingerprint(const Fingerprint& print, const Output& output);
void print_comparison(const Fingerprint& a, const Fingerprint& b, const Comparison& comparison, const Output& output);

}  // namespace rigor::cli
