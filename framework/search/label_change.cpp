#include "framework/search/label_change.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rigor::search {
namespace {

constexpr double kPseudoCount = 0.3;  // of each symptom on each side: sides tend to show one symptom

// Log chance of a sequence of symptoms whose shares are not known (Dirichlet-multinomial).
double log_chance(const std::vector<double>& counts) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  const double pseudo = kPseudoCount * static_cast<double>(counts.size());
  double log = std::lgamma(pseudo) - std::lgamma(total + pseudo);
  for (const double count : counts) log += std::lgamma(count + kPseudoCount) - std::lgamma(kPseudoCount);
  return log;
}

}  // namespace

LabelChange::LabelChange(std::vector<LabelledPoint> points, double lo, double hi, std::size_t labels) {
  std::ranges::sort(points, {}, &LabelledPoint::x);
  std::vector<double> right(std::max<std::size_t>(labels, 1), 0.0);
  std::vector<double> left = right;
  for (const LabelledPoint& point : points) right[point.label] += 1;
  const double together = log_chance(right);
  double sum = 0;
  double from = lo;
  for (std::size_t i = 0; i <= points.size(); ++i) {
    const double to = i < points.size() ? points[i].x : hi;
    const double width = std::max(0.0, to - from) / (hi - lo);
    const double share = width * std::exp(log_chance(left) + log_chance(right) - together);
    gaps_.push_back({from, to, share});
    sum += share;
    if (i == points.size()) break;
    left[points[i].label] += 1;
    right[points[i].label] -= 1;
    from = to;
  }
  log_factor_ = std::log(std::max(sum, 1e-300));
  probability_ = sum / (1 + sum);
  for (Gap& gap : gaps_) gap.share /= std::max(sum, 1e-300);
}

double LabelChange::draw(Random& random) const {
  double left = random.uniform();
  for (const Gap& gap : gaps_) {
    left -= gap.share;
    if (left <= 0) return gap.from + random.uniform() * (gap.to - gap.from);
  }
  return (gaps_.front().from + gaps_.back().to) / 2;
}

}  // namespace rigor::search
