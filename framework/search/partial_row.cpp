#include "framework/search/partial_row.hpp"

#include <algorithm>

namespace rigor {

PartialRow::PartialRow(const std::vector<Factor>& factors, const std::vector<Combination>& forbidden)
    : factors_(&factors),
      forbidden_(&forbidden),
      constrained_(factors.size()),
      row_(factors.size()),
      is_set_(factors.size()) {
  for (const Combination& combination : forbidden)
    for (const Setting& setting : combination) constrained_[setting.factor] = true;
}

bool PartialRow::can_take(const Combination& settings) const {
  if (forbidden_->empty()) return true;
  PartialRow trial = *this;
  trial.take(settings);
  return !trial.breaks_a_rule() && trial.can_be_completed(0);
}

void PartialRow::take(const Setting& setting) {
  row_[setting.factor] = setting.value;
  is_set_[setting.factor] = true;
}

void PartialRow::take(const Combination& settings) {
  for (const Setting& setting : settings) take(setting);
}

std::vector<std::size_t> PartialRow::open_factors() const {
  std::vector<std::size_t> open;
  for (std::size_t factor = 0; factor < is_set_.size(); ++factor)
    if (!is_set_[factor]) open.push_back(factor);
  return open;
}

bool PartialRow::breaks_a_rule() const {
  return std::ranges::any_of(*forbidden_, [&](const Combination& combination) {
    return std::ranges::all_of(
        combination, [&](const Setting& each) { return is_set_[each.factor] && row_[each.factor] == each.value; });
  });
}

bool PartialRow::can_be_completed(std::size_t from_factor) {
  std::size_t factor = from_factor;
  while (factor < row_.size() && (is_set_[factor] || !constrained_[factor])) ++factor;
  if (factor == row_.size()) return true;
  for (std::size_t value = 0; value < values(factor); ++value) {
    take(Setting{factor, value});
    if (!breaks_a_rule() && can_be_completed(factor + 1)) return true;
  }
  is_set_[factor] = false;
  return false;
}

}  // namespace rigor
