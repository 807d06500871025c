#include "framework/search/reliable_choice.hpp"

#include <algorithm>
#include <cmath>

#include "framework/search/sample_size.hpp"

namespace rigor::search {
namespace {

constexpr int kMostRedraws = 60;  // for another one than the first; by then the first is all but sure
constexpr int kDraws = 2000;
constexpr double kMuchBetter = 0.2;  // of the rate: what a schedule that is good enough is expected to do

double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(2 * M_PI * random.uniform());
}

// Of shape 1 or more: a transformed normal, taken or thrown away (Marsaglia and Tsang 2000).
double gamma(double shape, Random& random) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double z = normal(random);
    const double v = std::pow(1 + c * z, 3);
    if (v > 0 && std::log(1 - random.uniform()) < z * z / 2 + d - d * v + d * std::log(v)) return d * v;
  }
}

double beta(double a, double b, Random& random) {
  const double x = gamma(a, random);
  return x / (x + gamma(b, random));
}

}  // namespace

ReliableChoice::ReliableChoice(std::size_t candidates, std::uint64_t seed)
    : counts_(std::max<std::size_t>(candidates, 1)), random_(seed) {}

// The best one of rates that may be true: each as likely as its counts make it.
std::size_t ReliableChoice::draw(Random& random) const {
  std::size_t best = 0;
  double most = -1;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const auto passes = static_cast<double>(counts_[i].hits);
    const double rate = beta(1 + passes, 1 + static_cast<double>(counts_[i].trials) - passes, random);
    if (rate <= most) continue;
    most = rate;
    best = i;
  }
  return best;
}

std::size_t ReliableChoice::next() {
  const std::size_t first = draw(random_);
  if (counts_.size() == 1 || random_.uniform() < 0.5) return first;
  for (int i = 0; i < kMostRedraws; ++i)
    if (const std::size_t other = draw(random_); other != first) return other;
  // The one that was tried least: what is so sure needs watching, not confirming.
  std::size_t least = first == 0 ? 1 : 0;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (i != first && counts_[i].trials < counts_[least].trials) least = i;
  return least;
}

void ReliableChoice::tell(std::size_t candidate, bool passed) {
  if (candidate >= counts_.size()) return;
  ++counts_[candidate].trials;
  counts_[candidate].hits += passed;
}

std::size_t ReliableChoice::best() const {
  const auto mean = [](const statistics::Count& count) {
    return (static_cast<double>(count.hits) + 1) / (static_cast<double>(count.trials) + 2);
  };
  return static_cast<std::size_t>(std::ranges::max_element(counts_, {}, mean) - counts_.begin());
}

double ReliableChoice::certainty() const {
  Random random(counts_.size());
  const std::size_t chosen = best();
  int agreeing = 0;
  for (int i = 0; i < kDraws; ++i) agreeing += draw(random) == chosen;
  return static_cast<double>(agreeing) / kDraws;
}

ReliabilityProof::ReliabilityProof(double rate, double confidence)
    : in_a_row_(statistics::passes_to_prove(rate, confidence)), test_(kMuchBetter * rate, rate, 1 - confidence) {}

statistics::Judgement ReliabilityProof::tell(bool passed) {
  const statistics::Judgement sequential = test_.tell(passed);
  if (verdict_ != statistics::Judgement::undecided) return verdict_;
  const statistics::Count seen = test_.failures();
  verdict_ = seen.hits == 0 && seen.trials >= in_a_row_ ? statistics::Judgement::good : sequential;
  return verdict_;
}

std::uint64_t ReliabilityProof::passes_left() const {
  if (verdict_ != statistics::Judgement::undecided) return 0;
  const statistics::Count seen = test_.failures();
  if (seen.hits == 0) return in_a_row_ - seen.trials;
  statistics::SequentialTest ahead = test_;
  std::uint64_t passes = 0;
  while (ahead.verdict() == statistics::Judgement::undecided) {
    ahead.tell(true);
    ++passes;
  }
  return passes;
}

}  // namespace rigor::search
