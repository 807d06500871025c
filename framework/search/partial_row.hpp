// A configuration under construction that can always be completed to an allowed one.
#pragma once

#include <vector>

#include "framework/search/configuration.hpp"

namespace rigor {

// Keeps references to the factors and the forbidden combinations.
class PartialRow {
 public:
  PartialRow(const std::vector<Factor>& factors, const std::vector<Combination>& forbidden);

  // True when an allowed configuration has these settings beside those taken. Searches depth first through the factors
  // that forbidden combinations name.
  [[nodiscard]] bool can_take(const Combination& settings) const;
  [[nodiscard]] bool can_take(const Setting& setting) const { return can_take(Combination{setting}); }
  void take(const Setting& setting);
  void take(const Combination& settings);

  [[nodiscard]] const Configuration& row() const { return row_; }
  [[nodiscard]] const std::vector<bool>& is_set() const { return is_set_; }
  [[nodiscard]] std::size_t values(std::size_t factor) const { return (*factors_)[factor].values.size(); }
  [[nodiscard]] std::vector<std::size_t> open_factors() const;

 private:
  [[nodiscard]] bool breaks_a_rule() const;
  [[nodiscard]] bool can_be_completed(std::size_t from_factor);

  const std::vector<Factor>* factors_;
  const std::vector<Combination>* forbidden_;
  std::vector<bool> constrained_;  // the factors that forbidden combinations name
  Configuration row_;
  std::vector<bool> is_set_;
};

}  // namespace rigor
