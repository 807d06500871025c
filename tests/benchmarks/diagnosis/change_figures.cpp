// Section 11: nights from a change to the alarm, and false alarms when nothing changed.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "framework/search/nightly_change.hpp"
#include "tests/benchmarks/diagnosis/figures.hpp"
#include "tests/unit/search/nights.hpp"

namespace rigor::benchmarks {
namespace {

using statistics::Count;
using test::Nights;

constexpr int kReferenceNights = 60;
constexpr int kQuietNights = 100;
constexpr int kWatchedNights = 40;  // a change that is not seen by then is missed, and counts as so many nights

struct Case {
  std::uint64_t trials;
  double before;
  double after;
  const char* watch;
  const char* split;
};

struct NightSum {
  double nights = 0;
  double seen = 0;
  double false_alarms = 0;  // in kQuietNights

  void saw(int night) {
    if (night <= kWatchedNights) ++seen;
    nights += std::min(night, kWatchedNights);
  }
  void print(const char* name, const char* reference, int runs) const {
    fmt::print("    {:6} {:5.1f} nights, {:3.0f} % missed, {:.2f} false per 100 nights [{}]\n", name, nights / runs,
               100.0 * (1.0 - seen / runs), false_alarms / runs, reference);
  }
};

void watch_once(const Case& each, Nights& source, NightSum& sum) {
  FailureWatch watch(source.draw(kReferenceNights * each.trials, 1 - each.before));
  for (int night = 0; night < kQuietNights; ++night) {
    if (!watch.tell(source.draw(each.trials, 1 - each.before))) continue;
    ++sum.false_alarms;
    watch.reset();
  }
  watch.reset();
  int night = 1;
  while (night <= kWatchedNights && !watch.tell(source.draw(each.trials, 1 - each.after))) ++night;
  sum.saw(night);
}

void split_once(const Case& each, Nights& source, NightSum& sum) {
  std::vector<Count> nights;
  for (int night = 0; night < kReferenceNights; ++night) nights.push_back(source.draw(each.trials, 1 - each.before));
  for (int night = 0; night < kQuietNights; ++night) {
    nights.push_back(source.draw(each.trials, 1 - each.before));
    if (!find_change(nights)->convincing()) continue;
    ++sum.false_alarms;
    nights.resize(kReferenceNights);
  }
  nights.resize(kReferenceNights);
  int night = 0;
  do {
    nights.push_back(source.draw(each.trials, 1 - each.after));
  } while (++night <= kWatchedNights && !(find_change(nights)->convincing() && find_change(nights)->worse()));
  sum.saw(night);
}

}  // namespace

void print_changes(int runs) {
  fmt::print("\nnightly changes: CUSUM, and maximum split with ln ratio > {} [reference]\n", FoundChange::kConvincing);
  const Case cases[] = {{10, .95, .80, "5.6, .24 false", "9.5, .00 false"},
                        {10, .95, .90, "22, 31 % missed", "37, 82 % missed"},
                        {30, .95, .80, "2.0, .28 false", "2.9, .01 false"},
                        {30, .99, .90, "2.6, .05 false", "3.1, .01 false"}};
  for (const Case& each : cases) {
    NightSum watch;
    NightSum split;
    for (int run = 0; run < runs; ++run) {
      Nights source(static_cast<std::uint64_t>(run));
      watch_once(each, source, watch);
      split_once(each, source, split);
    }
    fmt::print("  {} trials a night, {} to {}\n", each.trials, each.before, each.after);
    watch.print("CUSUM", each.watch, runs);
    split.print("split", each.split, runs);
  }
}

}  // namespace rigor::benchmarks
