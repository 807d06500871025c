#include "framework/search/tuple_table.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace rigor {
namespace {

// The subsets of factors whose values are all combined: those of the general strength and of each demand, but none that
// lies within another.
std::set<std::vector<std::size_t>> wanted_subsets(const CoveringRequest& request) {
  std::vector<std::size_t> all(request.factors.size());
  std::iota(all.begin(), all.end(), 0U);
  std::vector<CoverageDemand> demands = request.stronger;
  demands.push_back({all, request.strength});
  std::ranges::sort(demands, std::greater<>(), &CoverageDemand::strength);

  std::set<std::vector<std::size_t>> subsets;
  for (const CoverageDemand& demand : demands) {
    std::vector<std::size_t> factors = demand.factors;
    std::ranges::sort(factors);
    for (std::vector<std::size_t>& subset : subsets_of(factors, std::min(demand.strength, factors.size()))) {
      const bool within =
          std::ranges::any_of(subsets, [&](const auto& other) { return std::ranges::includes(other, subset); });
      if (!within && !subset.empty()) subsets.insert(std::move(subset));
    }
  }
  return subsets;
}

}  // namespace

TupleTable::TupleTable(const CoveringRequest& request) : subsets_with_(request.factors.size()) {
  for (const Factor& factor : request.factors) sizes_.push_back(factor.values.size());
  std::size_t numbers = 0;
  for (const std::vector<std::size_t>& factors : wanted_subsets(request)) {
    for (const std::size_t factor : factors) subsets_with_[factor].push_back(subsets_.size());
    subsets_.push_back({factors, numbers});
    std::size_t count = 1;
    for (const std::size_t factor : factors) count *= sizes_[factor];
    bound_ = std::max(bound_, count);
    numbers += count;
  }
  place_.resize(numbers);
  std::iota(place_.begin(), place_.end(), 0U);
  missing_ = place_;
}

Combination TupleTable::draw(std::mt19937_64& random) const {
  return combination(missing_[random() % missing_.size()]);
}

std::vector<Combination> TupleTable::missing() const {
  std::vector<std::size_t> numbers = missing_;
  std::ranges::sort(numbers);
  std::vector<Combination> combinations;
  for (const std::size_t each : numbers) combinations.push_back(combination(each));
  return combinations;
}

void TupleTable::remove(const Combination& combination) {
  Configuration row(sizes_.size());
  std::vector<std::size_t> factors;
  for (const Setting& each : combination) {
    row[each.factor] = each.value;
    factors.push_back(each.factor);
  }
  const auto subset = std::ranges::find(subsets_, factors, &Subset::factors);
  if (subset != subsets_.end()) remove_number(number(*subset, row));
}

void TupleTable::cover(const Configuration& row) {
  for (const Subset& subset : subsets_) remove_number(number(subset, row));
}

std::size_t TupleTable::gain(const Configuration& row, const std::vector<bool>& is_set, std::size_t factor,
                             std::size_t value) const {
  Configuration with = row;
  with[factor] = value;
  std::size_t gained = 0;
  for (const std::size_t index : subsets_with_[factor]) {
    const Subset& subset = subsets_[index];
    const bool complete = std::ranges::all_of(subset.factors, [&](std::size_t f) { return f == factor || is_set[f]; });
    if (complete && place_[number(subset, with)] != kCovered) ++gained;
  }
  return gained;
}

Combination TupleTable::combination(std::size_t number) const {
  const auto after = std::ranges::upper_bound(subsets_, number, {}, &Subset::begin);
  const Subset& subset = *std::prev(after);
  Combination combination;
  std::size_t rest = number - subset.begin;
  for (const std::size_t factor : subset.factors) {
    combination.push_back({factor, rest % sizes_[factor]});
    rest /= sizes_[factor];
  }
  return combination;
}

std::size_t TupleTable::number(const Subset& subset, const Configuration& row) const {
  std::size_t offset = 0;
  std::size_t stride = 1;
  for (const std::size_t factor : subset.factors) {
    offset += row[factor] * stride;
    stride *= sizes_[factor];
  }
  return subset.begin + offset;
}

void TupleTable::remove_number(std::size_t number) {
  const std::size_t place = place_[number];
  if (place == kCovered) return;
  missing_[place] = missing_.back();
  place_[missing_[place]] = place;
  missing_.pop_back();
  place_[number] = kCovered;
}

}  // namespace rigor
