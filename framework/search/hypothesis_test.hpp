// Which of several explanations is true, and what to try next to find out: the experiment that tells most for its cost.
//
//   RIGOR_TRY(auto test, HypothesisTest::of(
//       {{"discover with BOOT0 high"}, {"regress after a power cycle", 30.0}},                  // name, cost
//       {{"mailbox left full", {0.05, 0.9}}, {"wrong certificate", {0.9, 0.05}}}));              // P(pass) of each
//   while (const auto experiment = test.next()) test.tell(*experiment, run(*experiment));
//   test.end(), test.left();
//
// The explanation "none of these" is always there, with even odds for every experiment: when it wins, the model is
// incomplete. One thread at a time. Method: timing-search.md 10.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/base/result.hpp"

namespace rigor {

struct Experiment {
  std::string name;
  double cost = 1.0;  // in any unit: seconds, money, wear; above zero
};

struct Hypothesis {
  std::string name;
  std::vector<double> pass_chances;  // of each experiment, if this is true
  double weight = 1.0;               // how likely it is beforehand, relative to the others
};

struct HypothesisOptions {
  double certainty = 0.95;      // ends when one explanation is so likely
  double least_gain = 0.05;     // bits; ends when no experiment is expected to tell more
  double weight_of_none = 0.2;  // of "none of these"
};

enum class HypothesisEnd : std::uint8_t {
  running,
  decided,            // `left` is one hypothesis
  indistinguishable,  // no experiment separates those in `left`
  none,               // "none of these" is the likeliest: the model is incomplete
};

class HypothesisTest {
 public:
  // USAGE when tables and experiments do not fit, or chances, costs or weights are out of range.
  [[nodiscard]] static Result<HypothesisTest> of(std::vector<Experiment> experiments,
                                                 std::vector<Hypothesis> hypotheses, HypothesisOptions options = {});

  // Index of the experiment to run; nothing at the end. Any other may be run and told as well.
  [[nodiscard]] std::optional<std::size_t> next() const;
  void tell(std::size_t experiment, bool passed);

  [[nodiscard]] HypothesisEnd end() const;
  // Hypotheses that are still worth naming, the likeliest first: at least 5 % each.
  [[nodiscard]] std::vector<std::size_t> left() const;
  // Probability of each hypothesis, and of "none of these" at the end.
  [[nodiscard]] std::span<const double> posterior() const { return posterior_; }
  // What an experiment is expected to tell now, in bits.
  [[nodiscard]] double gain(std::size_t experiment) const;

 private:
  HypothesisTest(std::vector<Experiment> experiments, const std::vector<Hypothesis>& hypotheses,
                 HypothesisOptions options);

  [[nodiscard]] std::optional<std::size_t> most_telling() const;
  [[nodiscard]] bool certain() const;

  std::vector<Experiment> experiments_;
  std::vector<std::vector<double>> pass_chances_;  // by hypothesis, "none of these" last
  std::vector<double> posterior_;
  HypothesisOptions options_;
};

}  // namespace rigor
