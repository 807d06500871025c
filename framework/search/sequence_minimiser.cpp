#include "framework/search/sequence_minimiser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rigor {
namespace {

constexpr std::size_t kManyEvents = 32;
constexpr double kSteadyRate = 0.9;

std::size_t repeats_for(double rate, double missed) {
  if (rate >= 1.0) return 1;
  return static_cast<std::size_t>(std::max(1.0, std::ceil(std::log(missed) / std::log1p(-rate) - 1e-9)));
}

std::unique_ptr<Reduction> reduction_for(ReductionMethod method, std::size_t events, double rate) {
  switch (method) {
    case ReductionMethod::chunks:
      return reduce_by_chunks();
    case ReductionMethod::counters:
      return reduce_by_counters();
    case ReductionMethod::probabilities:
      return reduce_by_probabilities(events, rate);
    case ReductionMethod::automatic:
      break;
  }
  if (events >= kManyEvents || rate < kSteadyRate) return reduce_by_probabilities(events, rate);
  return reduce_by_counters();
}

Events without(const Events& kept, const Events& left_out) {
  Events rest;
  std::ranges::set_difference(kept, left_out, std::back_inserter(rest));
  return rest;
}

}  // namespace

Result<SequenceMinimiser> SequenceMinimiser::of(std::size_t events, double rate, MinimiserOptions options) {
  if (!(rate > 0.0 && rate <= 1.0))
    return fail(Error(Code::usage, fmt::format("a failure that shows with a rate of {} cannot be minimised", rate))
                    .hint("run the whole sequence until it has failed some times; the rate is failures by runs"));
  if (!(options.missed > 0.0 && options.missed < 1.0))
    return fail(Code::usage, fmt::format("the chance of a missed failure is between 0 and 1, not {}", options.missed));
  return SequenceMinimiser(events, repeats_for(rate, options.missed), reduction_for(options.method, events, rate),
                           options.final_pass);
}

SequenceMinimiser::SequenceMinimiser(std::size_t events, std::size_t repeats, std::unique_ptr<Reduction> reduction,
                                     bool final_pass)
    : kept_(events),
      repeats_(repeats),
      reduction_(std::move(reduction)),
      final_pass_(final_pass),
      silent_without_(events) {
  std::iota(kept_.begin(), kept_.end(), 0U);
  ask();
}

void SequenceMinimiser::tell(bool failed) {
  if (done_) return;
  ++runs_;
  if (!failed) {
    ++silent_runs_;
    if (left_out_.size() == 1) ++silent_without_[left_out_.front()];
    const bool one_is_enough = !reduction_ || reduction_->weighs_single_runs();  // the final pass counts for itself
    if (!one_is_enough && silent_runs_ < repeats_) return;
  }
  if (reduction_) reduction_->learn(left_out_, failed);
  if (failed) accept();
  ask();
}

void SequenceMinimiser::accept() {
  kept_ = trial_;
  // What was needed beside the events that are gone now may be unneeded without them.
  std::ranges::fill(silent_without_, 0U);
}

void SequenceMinimiser::ask() {
  left_out_ = proposal();
  done_ = left_out_.empty();
  trial_ = without(kept_, left_out_);
  silent_runs_ = 0;
}

Events SequenceMinimiser::proposal() {
  if (reduction_) {
    Events proposed = reduction_->propose(kept_);
    if (!proposed.empty()) return proposed;
    reduction_.reset();
  }
  if (!final_pass_) return {};
  const auto unproven = [&](std::size_t event) { return silent_without_[event] < repeats_; };
  const auto event = std::ranges::find_if(kept_, unproven);
  return event == kept_.end() ? Events{} : Events{*event};
}

}  // namespace rigor
