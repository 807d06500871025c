#include "reports/time_axis.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/text.hpp"

namespace rigor {
namespace {

constexpr std::size_t kMostBreaks = 8;
constexpr double kBreakWidth = 44;
constexpr double kMomentWidth = 10;
constexpr double kTickSpacing = 78;
// A pause is cut out when it takes more than this part of what would remain, and is this many times as long as moments
// are apart on average: a handful of moments needs no break.
constexpr double kPartWorthCutting = 0.10;
constexpr double kTimesMeanWorthCutting = 8;

// Indices i of the pauses between times[i] and times[i + 1] that are cut out, in order.
std::vector<std::size_t> pauses_to_cut(const std::vector<Duration>& times) {
  std::vector<std::size_t> by_length(times.size() - 1);
  std::iota(by_length.begin(), by_length.end(), 0U);
  const auto length = [&](std::size_t i) { return times[i + 1] - times[i]; };
  std::ranges::sort(by_length, std::greater{}, length);
  std::vector<std::size_t> cut;
  double remaining = static_cast<double>((times.back() - times.front()).count());
  for (const std::size_t i : by_length) {
    const auto pause = static_cast<double>(length(i).count());
    const double worth =
        remaining * std::max(kPartWorthCutting, kTimesMeanWorthCutting / static_cast<double>(times.size()));
    if (cut.size() == kMostBreaks || pause < worth) break;
    cut.push_back(i);
    remaining -= pause;
  }
  std::ranges::sort(cut);
  return cut;
}

std::vector<TimeAxis::Segment> stretches(const std::vector<Duration>& times) {
  std::vector<TimeAxis::Segment> segments;
  std::size_t first = 0;
  for (const std::size_t i : pauses_to_cut(times)) {
    segments.push_back({times[first], times[i], 0, 0});
    first = i + 1;
  }
  segments.push_back({times[first], times.back(), 0, 0});
  return segments;
}

// A lone moment gets a sliver. Of the rest of the room three tenths are shared evenly and seven by the square root of
// the length: a long stretch gets more, a short one enough.
void share_width(std::vector<TimeAxis::Segment>& segments, double left, double right) {
  const auto root = [](const TimeAxis::Segment& s) { return std::sqrt(static_cast<double>((s.to - s.from).count())); };
  double roots = 0, stretches = 0;
  for (const auto& segment : segments) {
    roots += root(segment);
    stretches += segment.to > segment.from ? 1 : 0;
  }
  const auto count = static_cast<double>(segments.size());
  const double room = right - left - kBreakWidth * (count - 1) - kMomentWidth * (count - stretches);
  double at = left;
  for (auto& segment : segments) {
    segment.left = at;
    segment.right =
        at + (segment.to > segment.from ? room * (0.3 / stretches + 0.7 * root(segment) / roots) : kMomentWidth);
    at = segment.right + kBreakWidth;
  }
}

// Without zeros that say nothing: "50 ms", not "50.0 ms".
std::string tick_text(Duration at) {
  std::string text = duration_text(at);
  const std::size_t unit = text.find(' ');
  if (text.find('.') >= unit) return text;
  std::size_t end = unit;
  while (text[end - 1] == '0') --end;
  if (text[end - 1] == '.') --end;
  return text.erase(end, unit - end);
}

// 1, 2 or 5 times a power of ten nanoseconds, so that ticks do not crowd.
Duration tick_step(const TimeAxis::Segment& segment) {
  const auto span = static_cast<double>((segment.to - segment.from).count());
  const double wanted = span * kTickSpacing / std::max(1.0, segment.right - segment.left);
  double step = std::pow(10.0, std::floor(std::log10(std::max(1.0, wanted))));
  for (const double factor : {1.0, 2.0, 5.0, 10.0})
    if (factor * step >= wanted) return Duration(std::llround(factor * step));
  return Duration(std::llround(10 * step));
}

}  // namespace

TimeAxis::TimeAxis(std::vector<Duration> times, double left, double right) {
  if (times.empty()) times.push_back(Duration::zero());
  std::ranges::sort(times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
  segments_ = stretches(times);
  share_width(segments_, left, right);
}

double TimeAxis::x(Duration at) const {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const Segment& s = segments_[i];
    if (at < s.from) {
      if (i == 0) return s.left;
      const Segment& before = segments_[i - 1];
      const double part =
          static_cast<double>((at - before.to).count()) / static_cast<double>((s.from - before.to).count());
      return before.right + part * (s.left - before.right);
    }
    if (at > s.to) continue;
    const auto span = static_cast<double>((s.to - s.from).count());
    return span > 0 ? s.left + (s.right - s.left) * static_cast<double>((at - s.from).count()) / span : s.left;
  }
  return segments_.back().right;
}

std::vector<TimeAxis::Tick> TimeAxis::ticks() const {
  std::vector<Tick> ticks;
  for (const Segment& segment : segments_) {
    ticks.push_back({segment.left, tick_text(segment.from)});
    const Duration step = tick_step(segment);
    if (segment.to - segment.from < step) continue;
    // Inside a stretch the labels count from its beginning: "5.02 s", "+10 ms", "+20 ms".
    for (Duration after = step; segment.from + after <= segment.to; after += step)
      ticks.push_back({x(segment.from + after), (segment.from > Duration::zero() ? "+" : "") + tick_text(after)});
  }
  return ticks;
}

}  // namespace rigor
