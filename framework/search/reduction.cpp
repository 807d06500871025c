#include "framework/search/reduction.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rigor {
namespace {

constexpr double kFirstProbability = 0.1;  // that an event is needed, before anything is known (timing-search.md 9)

class ByChunks final : public Reduction {
 public:
  Events propose(const Events& kept) override {
    if (chunk_ == chunks_) {  // none could be left out: finer
      if (chunks_ >= kept.size()) return {};
      chunks_ = std::min(2 * chunks_, kept.size());
      chunk_ = 0;
    }
    if (kept.size() < 2) return {};
    chunks_ = std::min(chunks_, kept.size());
    const auto at = [&](std::size_t chunk) {
      return kept.begin() + static_cast<std::ptrdiff_t>(chunk * kept.size() / chunks_);
    };
    return {at(chunk_), at(chunk_ + 1)};
  }

  void learn(const Events&, bool reproduced) override {
    if (!reproduced) {
      ++chunk_;
      return;
    }
    chunks_ = std::max<std::size_t>(chunks_ - 1, 2);
    chunk_ = 0;
  }

  bool weighs_single_runs() const override { return false; }

 private:
  std::size_t chunks_ = 2;
  std::size_t chunk_ = 0;
};

class ByCounters final : public Reduction {
 public:
  Events propose(const Events& kept) override {
    while (position_ >= kept.size()) {
      if (size_ == 1 || kept.empty()) return {};
      probability_ /= 1.0 - 1.0 / std::numbers::e;
      size_ = size_for(probability_);
      position_ = 0;
    }
    const std::size_t end = std::min(position_ + size_, kept.size());
    return {kept.begin() + static_cast<std::ptrdiff_t>(position_), kept.begin() + static_cast<std::ptrdiff_t>(end)};
  }

  void learn(const Events& left_out, bool reproduced) override {
    if (!reproduced) position_ += left_out.size();
  }

  bool weighs_single_runs() const override { return false; }

 private:
  static std::size_t size_for(double probability) {
    return probability >= 0.6 ? 1
                              : static_cast<std::size_t>(std::max(1.0, std::floor(-1.0 / std::log1p(-probability))));
  }

  double probability_ = kFirstProbability;
  std::size_t size_ = size_for(kFirstProbability);
  std::size_t position_ = 0;
};

class ByProbabilities final : public Reduction {
 public:
  ByProbabilities(std::size_t events, double rate) : needed_(events, kFirstProbability), rate_(rate) {}

  // The prefix, by ascending probability, that is expected to remove most.
  Events propose(const Events& kept) override {
    Events order = kept;
    std::ranges::stable_sort(order, {}, [&](std::size_t event) { return needed_[event]; });
    double none_needed = 1.0;
    double most = kLeastGain;
    std::size_t length = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      none_needed *= 1.0 - needed_[order[i]];
      const double gain = static_cast<double>(i + 1) * none_needed;
      if (gain <= most) continue;
      most = gain;
      length = i + 1;
    }
    order.resize(length);
    std::ranges::sort(order);
    return order;
  }

  void learn(const Events& left_out, bool reproduced) override {
    if (reproduced) return;
    double none_needed = 1.0;
    for (const std::size_t event : left_out) none_needed *= 1.0 - needed_[event];
    for (const std::size_t event : left_out)
      needed_[event] = std::min(1.0, needed_[event] / (1.0 - rate_ * none_needed));
  }

  bool weighs_single_runs() const override { return true; }

 private:
  static constexpr double kLeastGain = 0.02;  // events that are expected to go; below, an event counts as needed

  std::vector<double> needed_;
  double rate_;
};

}  // namespace

std::unique_ptr<Reduction> reduce_by_chunks() { return std::make_unique<ByChunks>(); }
std::unique_ptr<Reduction> reduce_by_counters() { return std::make_unique<ByCounters>(); }
std::unique_ptr<Reduction> reduce_by_probabilities(std::size_t events, double rate) {
  return std::make_unique<ByProbabilities>(events, rate);
}

}  // namespace rigor
