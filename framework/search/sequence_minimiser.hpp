// The few events of a long sequence (edges of a schedule, commands, waits, option writes) that a failure needs.
//
//   RIGOR_TRY(SequenceMinimiser minimiser, SequenceMinimiser::of(commands.size(), 0.5));   // fails every second time
//   while (const Events* kept = minimiser.next()) minimiser.tell(fails(only(commands, *kept)));
//   print(only(commands, minimiser.kept()));
//
// The failure never shows when a needed event is missing, and with the given rate when all are there. Measure the rate
// first: one that is too high leaves unneeded events in, one that is too low costs runs. A wait that may be shortened
// is two events of half its length. One thread at a time. Measured figures: docs/statistics.md.
#pragma once

#include "framework/base/result.hpp"
#include "framework/search/reduction.hpp"

namespace rigor {

enum class ReductionMethod : std::uint8_t {
  automatic,      // probabilities for 32 events or more, or a rate below .9; else counters
  chunks,         // ddmin
  counters,       // CDD
  probabilities,  // Bayesian
};

struct MinimiserOptions {
  ReductionMethod method = ReductionMethod::automatic;
  double missed = 0.01;    // chance that a set that still fails is taken for one that does not
  bool final_pass = true;  // prove that no single event can be left out
};

class SequenceMinimiser {
 public:
  // `rate` in (0, 1]; USAGE otherwise.
  [[nodiscard]] static Result<SequenceMinimiser> of(std::size_t events, double rate, MinimiserOptions options = {});

  // The events to run now, in their order; nullptr at the end.
  [[nodiscard]] const Events* next() const { return done_ ? nullptr : &trial_; }
  void tell(bool failed);

  // The smallest set so far that has been seen to fail (or, at the beginning, the whole sequence).
  [[nodiscard]] const Events& kept() const { return kept_; }
  [[nodiscard]] std::size_t runs() const { return runs_; }
  // Runs without a failure that count as "does not fail any more".
  [[nodiscard]] std::size_t repeats() const { return repeats_; }

 private:
  SequenceMinimiser(std::size_t events, std::size_t repeats, std::unique_ptr<Reduction> reduction, bool final_pass);

  void ask();
  void accept();
  [[nodiscard]] Events proposal();

  Events kept_;
  std::size_t repeats_;
  std::unique_ptr<Reduction> reduction_;  // empty once its last proposal was answered
  bool final_pass_;
  // Runs that did not fail with only this event left out of kept_; enough of them prove that it is needed.
  std::vector<std::size_t> silent_without_;
  Events left_out_;
  Events trial_;
  std::size_t silent_runs_ = 0;  // of this trial
  std::size_t runs_ = 0;
  bool done_ = false;
};

}  // namespace rigor
