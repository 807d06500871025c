// Which values of a rack's factors make it fail, from the first run to the isolated cause: a covering array is run
// once, then failing configurations are isolated, the most suspicious first, until no failure is left unexplained.
//
//   RIGOR_TRY(Localisation localisation, Localisation::of({.factors = rack}));
//   while (const Configuration* each = localisation.next()) localisation.tell(run(*each));
//   for (const IsolatedCause& each : localisation.causes()) print(describe(rack, each.result.cause));
//
// One thread at a time. Measured rates: docs/statistics.md.
#pragma once

#include "framework/search/covering_array.hpp"
#include "framework/search/fault_isolation.hpp"
#include "framework/search/suspects.hpp"

namespace rigor {

struct LocalisationOptions {
  IsolationOptions isolation = {};
  std::vector<double> change_costs = {};  // of each factor, for the order of the first run; equal when empty
  std::size_t most_causes = 8;            // stops looking after so many
};

struct IsolatedCause {
  Configuration failing;   // from which it was isolated
  IsolationResult result;  // not_sufficient and no_factor are findings too
};

class Localisation {
 public:
  // USAGE as of cover().
  [[nodiscard]] static Result<Localisation> of(const CoveringRequest& request, LocalisationOptions options = {});

  [[nodiscard]] const Configuration* next() const;  // nullptr when nothing is left to ask
  void tell(bool passed);

  [[nodiscard]] const std::vector<IsolatedCause>& causes() const { return causes_; }
  [[nodiscard]] const std::vector<ConfigurationRecord>& records() const { return records_; }
  [[nodiscard]] std::uint64_t trials() const;
  // The statistics of all that was run: names the rivals that the data cannot separate.
  [[nodiscard]] std::vector<Suspect> suspects() const { return rank_suspects(records_); }

 private:
  Localisation(const CoveringRequest& request, std::vector<Configuration> rows, LocalisationOptions options);

  void keep(const FaultIsolation& isolation);
  void isolate_next();
  [[nodiscard]] bool explained(const Configuration& configuration) const;

  std::vector<Factor> factors_;
  std::vector<Combination> forbidden_;
  LocalisationOptions options_;
  std::vector<Configuration> rows_;
  std::size_t row_ = 0;
  std::vector<ConfigurationRecord> records_;
  std::vector<bool> examined_;  // by row: isolated from, or found to be a flake
  std::optional<FaultIsolation> isolation_;
  std::vector<IsolatedCause> causes_;
};

}  // namespace rigor
