#include "framework/search/localisation.hpp"

#include <algorithm>

namespace rigor {

Result<Localisation> Localisation::of(const CoveringRequest& request, LocalisationOptions options) {
  if (!options.change_costs.empty() && options.change_costs.size() != request.factors.size())
    return fail(Code::usage, "there is one cost of change for each factor, or none");
  RIGOR_TRY(CoveringArray array, cover(request));
  std::vector<Configuration> rows = order_by_changes(std::move(array.rows), options.change_costs);
  return Localisation(request, std::move(rows), std::move(options));
}

Localisation::Localisation(const CoveringRequest& request, std::vector<Configuration> rows, LocalisationOptions options)
    : factors_(request.factors),
      forbidden_(request.forbidden),
      options_(std::move(options)),
      rows_(std::move(rows)),
      examined_(rows_.size()) {}

const Configuration* Localisation::next() const {
  if (row_ < rows_.size()) return &rows_[row_];
  return isolation_ ? isolation_->next() : nullptr;
}

void Localisation::tell(bool passed) {
  if (row_ < rows_.size()) {
    records_.push_back({rows_[row_], {passed ? 0U : 1U, 1U}});
    if (++row_ == rows_.size()) isolate_next();
    return;
  }
  if (!isolation_) return;
  isolation_->tell(passed);
  if (isolation_->next() != nullptr) return;
  keep(*isolation_);
  isolate_next();
}

std::uint64_t Localisation::trials() const {
  std::uint64_t sum = 0;
  for (const ConfigurationRecord& record : records_) sum += record.failures.trials;
  return sum;
}

void Localisation::keep(const FaultIsolation& isolation) {
  records_.insert(records_.end(), isolation.records().begin(), isolation.records().end());
  if (isolation.result().end != IsolationEnd::not_confirmed)
    causes_.push_back({isolation.failing(), isolation.result()});
}

// The unexplained failing row that contains the best suspect; rows stand first in the records, in their order.
void Localisation::isolate_next() {
  isolation_.reset();
  std::vector<std::size_t> left;
  for (std::size_t row = 0; row < rows_.size(); ++row)
    if (!examined_[row] && records_[row].failures.hits > 0 && !explained(rows_[row])) left.push_back(row);
  if (left.empty() || causes_.size() >= options_.most_causes) return;

  std::size_t chosen = left.front();
  for (const Suspect& suspect : suspects()) {
    const auto with =
        std::ranges::find_if(left, [&](std::size_t row) { return contains(rows_[row], suspect.combination); });
    if (with == left.end()) continue;
    chosen = *with;
    break;
  }
  examined_[chosen] = true;
  isolation_.emplace(factors_, forbidden_, records_, rows_[chosen], options_.isolation);
}

bool Localisation::explained(const Configuration& configuration) const {
  return std::ranges::any_of(causes_, [&](const IsolatedCause& each) {
    return each.result.end == IsolationEnd::isolated && contains(configuration, each.result.cause);
  });
}

}  // namespace rigor
