// Which values, or combinations of values, the failures follow: a ranking of records that are there anyway.
//
//   for (const Suspect& each : rank_suspects(records)) ...   // the first is the best explanation
//
// Every suspect names its rivals: combinations that stood in exactly the same configurations, so that no statistics can
// tell them apart ("probe=clone and wiring=long always occurred together"); only new configurations can. With faults of
// two factors a ranking of few rows is wrong in up to one case of ten: believe what fault_isolation.hpp has isolated.
// Pure. Measured rates: docs/statistics.md.
#pragma once

#include "framework/search/configuration.hpp"

namespace rigor {

struct Suspect {
  Combination combination;          // the smallest of its rivals
  statistics::Count inside;         // failures of the trials with it
  statistics::Count outside;        // and of those without
  double chance = 1.0;              // of so many failures inside by chance alone (Fisher, one-sided)
  bool believable = false;          // among the other candidates too (Benjamini-Hochberg)
  std::vector<Combination> rivals;  // stood in exactly the same configurations; smallest first
};

// Suspects of up to `largest` settings with at least one failure, the least likely by chance first, then the smaller.
// At most `false_share` of the believable ones are expected to be false.
[[nodiscard]] std::vector<Suspect> rank_suspects(std::span<const ConfigurationRecord> records, std::size_t largest = 2,
                                                 double false_share = 0.05);

// "probe=clone (7 of 7 fail, 2 of 30 without it); the same configurations: wiring=long"
[[nodiscard]] std::string describe(std::span<const Factor> factors, const Suspect& suspect);

}  // namespace rigor
