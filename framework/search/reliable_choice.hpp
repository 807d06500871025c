// Which of several schedules that are known to work is the most reliable, and the proof that it is reliable enough.
//
//   ReliableChoice choice(schedules.size(), seed);
//   for (int n = 0; n < 320; ++n) { const auto i = choice.next(); choice.tell(i, play(schedules[i])); }
//   ReliabilityProof proof(0.05);                       // fails less often than that
//   while (proof.verdict() == statistics::Judgement::undecided) proof.tell(play(schedules[choice.best()]));
//
// Pure: the same choices for the same seed and outcomes. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "framework/search/low_discrepancy.hpp"
#include "framework/search/statistics.hpp"

namespace rigor::search {

// Top-two Thompson sampling: what is likely the best is played half of the time, otherwise what is likely the best of
// the rest. Of 16 schedules, one passing 97 % and the others 90 % down to 65 %, it names the right one in some 90 %
// after 320 trials; trials shared out evenly name it in some 58 % (timing-search.md 6.5).
class ReliableChoice {
 public:
  // At least one candidate.
  ReliableChoice(std::size_t candidates, std::uint64_t seed);

  // The one to play next; what is told need not follow it.
  [[nodiscard]] std::size_t next();
  void tell(std::size_t candidate, bool passed);

  // The one that passes most often, as far as is known.
  [[nodiscard]] std::size_t best() const;
  // P(best() is the best), from 2,000 draws.
  [[nodiscard]] double certainty() const;
  // Hits are passes.
  [[nodiscard]] const std::vector<statistics::Count>& counts() const { return counts_; }

 private:
  [[nodiscard]] std::size_t draw(Random& random) const;

  std::vector<statistics::Count> counts_;
  Random random_;
};

// That a schedule fails less often than `rate`. Proven at once by passes in a row from the first trial on, as many as
// make `confidence` (59 for 5 % at 95 %). After a failure Wald's test goes on, over all trials, between a fifth of the
// rate and the rate: passes in a row that are waited for long enough prove nothing. Each way errs at most by 1 -
// confidence.
class ReliabilityProof {
 public:
  // 0 < rate < 1, confidence above one half.
  explicit ReliabilityProof(double rate, double confidence = 0.95);

  statistics::Judgement tell(bool passed);
  // good: proven; bad: it fails too often. Stays.
  [[nodiscard]] statistics::Judgement verdict() const { return verdict_; }
  [[nodiscard]] statistics::Count failures() const { return test_.failures(); }
  // Passes that are still needed if every trial passes.
  [[nodiscard]] std::uint64_t passes_left() const;

 private:
  std::uint64_t in_a_row_;
  statistics::SequentialTest test_;
  statistics::Judgement verdict_ = statistics::Judgement::undecided;
};

}  // namespace rigor::search
