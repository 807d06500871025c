// A written problem and the outcomes it gives: what a target would have answered, computed from a seed.
//
// The arithmetic is a published one (schema rigor-windows/1), so that every implementation sees the same outcomes for
// the same seed and points: draws are counted, not taken from a generator's state. Nothing here is for the solver; it
// gets `problem` and the outcomes.
//
//   WrittenOracle oracle(written, 17);
//   const Outcome outcome = oracle.trial({312.0});
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/search/problem.hpp"

namespace rigor::search {

// lo <= sum of coef * x <= hi, needed for `stage` to end well; what is seen when it is broken below or above.
struct Constraint {
  int stage = 1;
  SideCondition bounds;
  std::string below;
  std::string above;
};

struct Region {
  std::vector<Constraint> constraints;  // the first that is broken is the one that shows
};

// Fails of a stage that have nothing to do with the offsets.
struct Flake {
  double rate = 0;
  std::string symptom;
};

struct Noise {
  std::vector<double> jitter;           // half width of a triangular distribution, per dimension
  std::vector<Flake> flake;             // one for every stage
  double false_pass = 0;                // how often a point outside passes
  double label_noise = 0;               // how often a symptom is drawn at random
  std::vector<double> drift_per_trial;  // per dimension
};

struct Conformance {
  std::uint64_t seed = 0;
  struct Trial {
    Point x;
    Outcome outcome;
  };
  std::vector<Trial> trials;
};

struct WrittenProblem {
  std::string id;
  std::string title;
  Problem problem;
  std::vector<Region> regions;
  Noise noise;
  std::vector<Conformance> conformance;
};

// Uniform in [0, 1): draw number `draw` of trial `trial`.
[[nodiscard]] double counted_uniform(std::uint64_t seed, std::uint64_t trial, std::uint64_t draw);

class WrittenOracle {
 public:
  // `written` must outlive the oracle.
  WrittenOracle(const WrittenProblem& written, std::uint64_t seed) : written_(written), seed_(seed) {}

  // Trials are counted by calls.
  [[nodiscard]] Outcome trial(const Point& asked);

 private:
  [[nodiscard]] double draw(std::uint64_t number) const { return counted_uniform(seed_, trials_, number); }
  [[nodiscard]] Outcome judge(const Point& point) const;
  [[nodiscard]] Outcome failed(int stage, const std::string& symptom) const;

  const WrittenProblem& written_;
  std::uint64_t seed_;
  std::uint64_t trials_ = 0;
};

}  // namespace rigor::search
