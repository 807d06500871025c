// A sequence that fails with a rate while all needed events are there. For tests and the benchmark.
#pragma once

#include <algorithm>
#include <random>

#include "framework/search/sequence_minimiser.hpp"

namespace rigor::test {

class PlantedSequence {
 public:
  PlantedSequence(Events needed, double rate, std::uint64_t seed)
      : needed_(std::move(needed)), rate_(rate), random_(seed) {}

  // `count` needed ones of so many events, drawn evenly.
  static Events draw(std::size_t events, std::size_t count, std::mt19937_64& random) {
    Events needed;
    while (needed.size() < count) {
      const std::size_t event = random() % events;
      if (std::ranges::find(needed, event) == needed.end()) needed.push_back(event);
    }
    std::ranges::sort(needed);
    return needed;
  }

  bool fails(const Events& kept) {
    const bool shows = static_cast<double>(random_() >> 11) * 0x1p-53 < rate_;
    return shows && std::ranges::includes(kept, needed_);
  }

 private:
  Events needed_;
  double rate_;
  std::mt19937_64 random_;
};

}  // namespace rigor::test
