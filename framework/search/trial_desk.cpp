#include "framework/search/trial_desk.hpp"

#include <algorithm>
#include <cmath>

namespace rigor::search {
namespace {

// A target that invents a symptom per trial tells nothing by them.
constexpr std::size_t kMostLabels = 16;

bool usable(const std::optional<Point>& achieved, const Point& asked) {
  return achieved && achieved->size() == asked.size() &&
         std::ranges::all_of(*achieved, [](double x) { return std::isfinite(x); });
}

}  // namespace

std::size_t TrialDesk::label_of(const std::string& symptom) {
  const auto found = std::ranges::find(symptoms_, symptom);
  if (found == symptoms_.end() && symptoms_.size() < kMostLabels) {
    symptoms_.push_back(symptom);
    return symptoms_.size() - 1;
  }
  return std::min<std::size_t>(found - symptoms_.begin(), symptoms_.size() - 1);
}

void TrialDesk::answer(const Outcome& outcome) {
  if (!question_ || !waiting_) return;
  Trial trial;
  trial.x = usable(outcome.achieved, *question_) ? *outcome.achieved : *question_;
  trial.passed = outcome.passed;
  trial.stage = outcome.stage;
  trial.number = trials_.size();
  if (!outcome.passed) trial.label = label_of(outcome.symptom);
  trials_.push_back(std::move(trial));
  question_.reset();
  std::exchange(waiting_, {}).resume();
}

}  // namespace rigor::search
