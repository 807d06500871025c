// The next configuration that tells most about suspicious combinations (BEN, Ghandehari et al.): the combination that
// is worth most suspicion, in the environment that is worth least. If it fails, the combination alone is enough.
//
//   while (const auto step = suspicion_step(factors, {}, records)) records.push_back(run(step->configuration));
//
// A combination is suspicious when it stands in a failing configuration and in no passing one: one flake hides or
// invents a suspect, so repeat trials, or use fault_isolation.hpp, where outcomes are noisy. Pure.
#pragma once

#include <optional>

#include "framework/search/configuration.hpp"

namespace rigor {

struct SuspicionStep {
  Combination combination;
  Configuration configuration;  // not run so far
  std::size_t suspects = 0;     // suspicious combinations of this size that are left
};

// Combinations of `size` settings. A record fails when at least half of its trials failed. Nothing when no combination
// is suspicious, or none can be asked in a configuration that is allowed and new.
[[nodiscard]] std::optional<SuspicionStep> suspicion_step(const std::vector<Factor>& factors,
                                                          const std::vector<Combination>& forbidden,
                                                          std::span<const ConfigurationRecord> records,
                                                          std::size_t size = 2);

}  // namespace rigor
