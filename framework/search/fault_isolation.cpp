#include "framework/search/fault_isolation.hpp"

#include <algorithm>

#include "framework/search/partial_row.hpp"

namespace rigor {
namespace {

// Failure rate of each value, a little towards one half where it was seldom seen.
std::vector<std::vector<double>> failure_rates(std::span<const Factor> factors,
                                               std::span<const ConfigurationRecord> records) {
  std::vector<std::vector<double>> rates;
  for (std::size_t factor = 0; factor < factors.size(); ++factor) {
    auto& of_factor = rates.emplace_back();
    for (std::size_t value = 0; value < factors[factor].values.size(); ++value) {
      double failures = 0.5;
      double trials = 1.0;
      for (const ConfigurationRecord& record : records) {
        if (record.configuration[factor] != value) continue;
        failures += static_cast<double>(record.failures.hits);
        trials += static_cast<double>(record.failures.trials);
      }
      of_factor.push_back(failures / trials);
    }
  }
  return rates;
}

statistics::SequentialTest test_of(const IsolationOptions& options) {
  return {options.good_rate, options.bad_rate, options.error};
}

}  // namespace

FaultIsolation::FaultIsolation(std::vector<Factor> factors, std::vector<Combination> forbidden,
                               std::span<const ConfigurationRecord> records, Configuration failing,
                               IsolationOptions options)
    : factors_(std::move(factors)),
      forbidden_(std::move(forbidden)),
      suspicion_(failure_rates(factors_, records)),
      failing_(std::move(failing)),
      options_(options),
      test_(test_of(options)) {
  for (std::size_t factor = 0; factor < factors_.size(); ++factor) {
    tried_.emplace_back(factors_[factor].values.size());
    tried_.back()[failing_[factor]] = true;
  }
  ask(Stage::confirm, failing_);
}

void FaultIsolation::tell(bool passed) {
  if (stage_ == Stage::done) return;
  ++records_.back().failures.trials;
  if (!passed) ++records_.back().failures.hits;
  const statistics::Judgement verdict = test_.tell(passed);
  if (verdict != statistics::Judgement::undecided) decide(verdict == statistics::Judgement::bad);
}

void FaultIsolation::decide(bool fails) {
  switch (stage_) {
    case Stage::confirm:
      if (!fails) return finish(IsolationEnd::not_confirmed);
      return replace_from(0);
    case Stage::replace:
      if (!fails) result_.cause.push_back({factor_, failing_[factor_]});
      return replace_from(factor_ + 1);
    case Stage::alone:
      if (fails) return finish(IsolationEnd::isolated);
      if (second_round_) return finish(IsolationEnd::not_sufficient);
      // Some replacement may have brought a fault of its own and so hidden that its factor matters: try other values.
      second_round_ = true;
      return replace_from(0);
    case Stage::done:
      return;
  }
}

void FaultIsolation::ask(Stage stage, Configuration configuration) {
  stage_ = stage;
  current_ = std::move(configuration);
  test_ = test_of(options_);
  records_.push_back({current_, {}});
}

void FaultIsolation::replace_from(std::size_t factor) {
  for (factor_ = factor; factor_ < factors_.size(); ++factor_) {
    const bool known = std::ranges::find(result_.cause, factor_, &Setting::factor) != result_.cause.end();
    if (known) continue;
    if (auto configuration = with_replaced(factor_)) {
      tried_[factor_][(*configuration)[factor_]] = true;
      return ask(Stage::replace, std::move(*configuration));
    }
    if (!second_round_) result_.inseparable.push_back({factor_, failing_[factor_]});
  }
  std::ranges::sort(result_.cause);
  if (!result_.cause.empty()) return ask_alone();
  if (second_round_) return finish(IsolationEnd::no_factor);
  second_round_ = true;
  replace_from(0);
}

// The cause, and what cannot be separated from it, with everything else changed as far as that is allowed.
void FaultIsolation::ask_alone() {
  PartialRow row(factors_, forbidden_);
  row.take(result_.cause);
  for (const Setting& each : result_.inseparable) row.take(each);
  for (const std::size_t factor : row.open_factors()) {
    std::optional<Setting> best;
    for (std::size_t value = 0; value < factors_[factor].values.size(); ++value) {
      const Setting setting{factor, value};
      if (value == failing_[factor] || !row.can_take(setting)) continue;
      // A value that stood here before did not make the failure end, perhaps because it fails by itself.
      const auto doubt = [&](const Setting& each) {
        return std::pair(tried_[each.factor][each.value], suspicion(each));
      };
      if (!best || doubt(setting) < doubt(*best)) best = setting;
    }
    row.take(best.value_or(Setting{factor, failing_[factor]}));  // where no other value is possible, this one is
  }
  ask(Stage::alone, row.row());
}

void FaultIsolation::finish(IsolationEnd end) {
  stage_ = Stage::done;
  result_.end = end;
}

// The failing configuration with the least suspicious other value of one factor; no value is tried twice.
std::optional<Configuration> FaultIsolation::with_replaced(std::size_t factor) const {
  std::optional<Configuration> best;
  for (std::size_t value = 0; value < factors_[factor].values.size(); ++value) {
    if (tried_[factor][value]) continue;
    Configuration other = failing_;
    other[factor] = value;
    if (!allowed(other, forbidden_)) continue;
    if (!best || suspicion({factor, value}) < suspicion({factor, (*best)[factor]})) best = std::move(other);
  }
  return best;
}

double FaultIsolation::suspicion(const Setting& setting) const { return suspicion_[setting.factor][setting.value]; }

}  // namespace rigor
