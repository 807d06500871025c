// What to leave out of a failing sequence next: the three strategies behind sequence_minimiser.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace rigor {

using Events = std::vector<std::size_t>;  // ascending indices into the original sequence

class Reduction {
 public:
  virtual ~Reduction() = default;
  // Which of the kept events to leave out; none when the strategy is at its end.
  [[nodiscard]] virtual Events propose(const Events& kept) = 0;
  // Whether the failure was still there without them. They are gone from `kept` if it was.
  virtual void learn(const Events& left_out, bool reproduced) = 0;
  // True when one run without a failure is evidence enough for learn(), because the strategy counts it as what it is.
  [[nodiscard]] virtual bool weighs_single_runs() const = 0;
};

// ddmin (Zeller, Hildebrandt): chunks of a half, a quarter ... of what is left.
[[nodiscard]] std::unique_ptr<Reduction> reduce_by_chunks();
// CDD: one pass for each chunk size, the sizes fixed beforehand.
[[nodiscard]] std::unique_ptr<Reduction> reduce_by_counters();
// Keeps for each event the probability that it is needed; the failure shows with `rate` when all needed ones are there.
[[nodiscard]] std::unique_ptr<Reduction> reduce_by_probabilities(std::size_t events, double rate);

}  // namespace rigor
