#include "framework/search/written_oracle.hpp"

#include <algorithm>

namespace rigor::search {
namespace {

// Numbers of the draws within a trial.
constexpr std::uint64_t kFalsePassDraw = 1;
constexpr std::uint64_t kLabelNoiseDraw = 2;
constexpr std::uint64_t kLabelDraw = 3;
constexpr std::uint64_t kJitterDraws = 10;
constexpr std::uint64_t kFlakeDraws = 100;

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

double at_or(const std::vector<double>& values, std::size_t i, double otherwise) {
  return i < values.size() ? values[i] : otherwise;
}

// What a point breaks of a region; nothing: it is inside.
struct Violation {
  int stage;
  const std::string* symptom;
};

std::optional<Violation> first_violation(const Region& region, const Point& point) {
  for (const Constraint& constraint : region.constraints) {
    SideCondition low = constraint.bounds;
    low.hi.reset();
    if (!low.holds(point)) return Violation{constraint.stage, &constraint.below};
    if (!constraint.bounds.holds(point)) return Violation{constraint.stage, &constraint.above};
  }
  return std::nullopt;
}

}  // namespace

double counted_uniform(std::uint64_t seed, std::uint64_t trial, std::uint64_t draw) {
  const std::uint64_t of_trial = mix(seed + 0x9E3779B97F4A7C15U * (trial + 1));
  return static_cast<double>(mix(of_trial + 0xD1B54A32D192ED03U * (draw + 1)) >> 11U) * 0x1p-53;
}

Outcome WrittenOracle::trial(const Point& asked) {
  Point point = asked;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double jitter = draw(kJitterDraws + 2 * i) + draw(kJitterDraws + 1 + 2 * i) - 1;
    point[i] += at_or(written_.noise.jitter, i, 0) * jitter -
                at_or(written_.noise.drift_per_trial, i, 0) * static_cast<double>(trials_);
  }
  Outcome outcome = judge(point);
  ++trials_;
  return outcome;
}

Outcome WrittenOracle::judge(const Point& point) const {
  const auto stages = static_cast<int>(written_.noise.flake.size());
  std::optional<Violation> shown;
  bool inside = false;
  for (const Region& region : written_.regions) {
    const auto violation = first_violation(region, point);
    if (!violation) inside = true;
    if (violation && (!shown || violation->stage > shown->stage)) shown = violation;
  }
  const int upto = inside ? stages : shown ? shown->stage : 1;
  for (int stage = 1; stage <= std::min(upto, stages); ++stage) {
    const Flake& flake = written_.noise.flake[stage - 1];
    if (draw(kFlakeDraws + stage) < flake.rate) return failed(stage, flake.symptom);
  }
  if (inside || draw(kFalsePassDraw) < written_.noise.false_pass) return {true, stages + 1, "pass", {}};
  if (shown) return failed(shown->stage, *shown->symptom);
  return failed(1, written_.problem.symptoms.empty() ? "" : written_.problem.symptoms.front());
}

Outcome WrittenOracle::failed(int stage, const std::string& symptom) const {
  const std::vector<std::string>& symptoms = written_.problem.symptoms;
  if (!symptoms.empty() && draw(kLabelNoiseDraw) < written_.noise.label_noise)
    return {
        false, stage, symptoms[static_cast<std::size_t>(draw(kLabelDraw) * static_cast<double>(symptoms.size()))], {}};
  return {false, stage, symptom, {}};
}

}  // namespace rigor::search
