// Two fingerprints side by side: identity, capability by capability, evidence by evidence, and whether their timing
// differs by more than chance. Pure.
#pragma once

#include <string>
#include <vector>

#include "framework/probe/fingerprint.hpp"

namespace rigor {

struct ComparedField {
  std::string name;
  std::string a;
  std::string b;
  bool differs = false;
};

struct Comparison {
  std::vector<ComparedField> identity;
  std::vector<ComparedField> capabilities;
  std::vector<ComparedField> evidence;  // by the answer given, not by figures that vary
  SampleComparison timing;
  // Fields that differ, the timing included. Serial numbers and places differ between any two probes and do not count.
  std::size_t differences = 0;
};

[[nodiscard]] Comparison compare_fingerprints(const Fingerprint& a, const Fingerprint& b);

}  // namespace rigor
