#include "tests/benchmarks/search/families.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/search/low_discrepancy.hpp"

namespace rigor::search {
namespace {

double between(Random& random, double lo, double hi) { return lo + random.uniform() * (hi - lo); }
double log_between(Random& random, double lo, double hi) { return lo * std::pow(hi / lo, random.uniform()); }

Constraint bounds_of(std::size_t dims, std::size_t dim, double lo, double hi, std::string below, std::string above,
                     int stage = 1) {
  std::vector<double> coef(dims, 0.0);
  coef[dim] = 1;
  return {stage, {coef, lo, hi}, std::move(below), std::move(above)};
}

// One dimension of a few hundred to a few thousand ms, nothing in it yet.
WrittenProblem line(Random& random, std::vector<std::string> symptoms, double flake) {
  WrittenProblem written;
  const double lo = std::round(between(random, -500, 300));
  const double range = std::round(log_between(random, 400, 5000));
  written.problem.dims = {{.name = "t", .lo = lo, .hi = lo + range}};
  written.problem.symptoms = std::move(symptoms);
  written.problem.task.eps = {range / 1000};
  written.noise.jitter = {0.75 * range / 1000};
  written.noise.flake = {{flake, written.problem.symptoms.back()}};
  written.noise.drift_per_trial = {0};
  return written;
}

Region window_in(const WrittenProblem& written, double from, double width, std::string below, std::string above) {
  const Dimension& dim = written.problem.dims[0];
  const double lo = dim.lo + from * dim.range();
  return {{bounds_of(1, 0, lo, lo + width * dim.range(), std::move(below), std::move(above))}};
}

WrittenProblem labelled(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = line(random, {"early", "late"}, between(random, 0.02, 0.3));
  const double width = log_between(random, 0.004, 0.1);
  written.regions = {window_in(written, between(random, 0.02, 0.96 - width), width, "early", "late")};
  written.noise.label_noise = between(random, 0, 0.15);
  return written;
}

WrittenProblem labelled_backwards(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = line(random, {"late", "early", "other"}, between(random, 0.02, 0.2));
  const double width = log_between(random, 0.008, 0.1);
  written.regions = {window_in(written, between(random, 0.02, 0.96 - width), width, "early", "late")};
  written.noise.label_noise = between(random, 0, 0.3);
  return written;
}

WrittenProblem meaningless(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = line(random, {"a", "b"}, between(random, 0.02, 0.2));
  const double width = log_between(random, 0.012, 0.1);
  written.regions = {window_in(written, between(random, 0.02, 0.96 - width), width, "a", "a")};
  written.noise.label_noise = 1;
  return written;
}

WrittenProblem unlabelled(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = line(random, {"no_response"}, between(random, 0.02, 0.3));
  const double width = log_between(random, 0.012, 0.2);
  written.regions = {window_in(written, between(random, 0.0, 1 - width), width, "no_response", "no_response")};
  return written;
}

WrittenProblem very_flaky(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = line(random, {"no_response"}, between(random, 0.4, 0.6));
  const double width = log_between(random, 0.02, 0.2);
  written.regions = {window_in(written, between(random, 0.0, 1 - width), width, "no_response", "no_response")};
  return written;
}

WrittenProblem to_the_end(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = line(random, {"no_response"}, between(random, 0.02, 0.2));
  const double width = log_between(random, 0.02, 0.3);
  const bool up = random.uniform() < 0.5;
  written.regions = {window_in(written, up ? 1 - width : 0, width, "no_response", "no_response")};
  (up ? written.regions[0].constraints[0].bounds.hi : written.regions[0].constraints[0].bounds.lo).reset();
  return written;
}

WrittenProblem false_passes(std::uint64_t seed) {
  WrittenProblem written = seed % 2 == 0 ? labelled(seed) : unlabelled(seed);
  written.noise.false_pass = 0.02;
  return written;
}

WrittenProblem nothing(std::uint64_t seed) {
  Random random(seed);
  const bool two = random.uniform() < 0.4;
  WrittenProblem written = line(random, two ? std::vector<std::string>{"a", "b"} : std::vector<std::string>{"a"}, 0.1);
  written.noise.label_noise = two ? between(random, 0, 1) : 0;
  return written;
}

WrittenProblem soft(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = line(random, {"early", "late"}, between(random, 0.02, 0.2));
  const double width = log_between(random, 0.06, 0.2);
  written.regions = {window_in(written, between(random, 0.05, 0.93 - width), width, "early", "late")};
  const double range = written.problem.dims[0].range();
  written.problem.task.kind = TaskKind::edges50;
  written.problem.task.eps = {range / 400};
  written.noise.jitter = {between(random, 1, 4) * range / 400};
  return written;
}

WrittenProblem moving(std::uint64_t seed) {
  WrittenProblem written = seed % 2 == 0 ? labelled(seed) : unlabelled(seed);
  Random random(seed * 7 + 1);
  const auto& bounds = written.regions[0].constraints[0].bounds;
  written.noise.drift_per_trial = {(random.uniform() < 0.5 ? -1 : 1) * between(random, 0.1, 0.5) *
                                   written.problem.task.eps[0]};
  std::ignore = bounds;
  if (random.uniform() < 0.5) written.problem.task.kind = TaskKind::drift;
  return written;
}

WrittenProblem two_windows(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = line(random, {"no_response"}, between(random, 0.02, 0.2));
  written.regions = {
      window_in(written, between(random, 0.05, 0.3), log_between(random, 0.015, 0.1), "no_response", "no_response"),
      window_in(written, between(random, 0.5, 0.85), log_between(random, 0.015, 0.1), "no_response", "no_response")};
  written.problem.task.kind = TaskKind::edges_multi;
  return written;
}

// `dims` dimensions, of which the first `deciding` decide.
WrittenProblem box(Random& random, std::size_t dims, std::size_t deciding, double smallest, bool labels) {
  WrittenProblem written;
  Region region;
  written.problem.symptoms = {"no_response"};
  for (std::size_t i = 0; i < dims; ++i) {
    const double range = std::round(log_between(random, 300, 3000));
    written.problem.dims.push_back({.name = fmt::format("x{}", i), .lo = 0, .hi = range});
    written.problem.task.eps.push_back(range / 400);
    written.noise.jitter.push_back(range / 1500);
    written.noise.drift_per_trial.push_back(0);
    if (i >= deciding) continue;
    const double width = log_between(random, smallest, 0.4) * range;
    const double lo = between(random, 0.02, 0.97 - width / range) * range;
    const std::string below = labels ? fmt::format("early{}", i) : "no_response";
    const std::string above = labels ? fmt::format("late{}", i) : "no_response";
    if (labels) written.problem.symptoms.insert(written.problem.symptoms.end(), {below, above});
    region.constraints.push_back(bounds_of(dims, i, lo, lo + width, below, above));
  }
  written.regions = {region};
  written.noise.flake = {{between(random, 0.02, 0.2), "no_response"}};
  return written;
}

WrittenProblem plane(std::uint64_t seed) {
  Random random(seed);
  return box(random, 2, 2, 0.08, false);
}

WrittenProblem plane_labelled(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = box(random, 2, 2, 0.03, true);
  written.noise.label_noise = 0.05;
  return written;
}

WrittenProblem relevance(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = box(random, 4, 2, 0.12, false);
  written.problem.task.kind = TaskKind::relevance;
  return written;
}

WrittenProblem staged(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = box(random, 3, 3, 0.06, false);
  written.problem.symptoms = {"one", "two"};
  for (std::size_t i = 0; i < 3; ++i) {
    const int stage = i == 0 ? 1 : 2;
    written.problem.dims[i].anchor_stage = stage;
    written.regions[0].constraints[i].stage = stage;
    written.regions[0].constraints[i].below = written.regions[0].constraints[i].above = stage == 1 ? "one" : "two";
  }
  written.noise.flake = {{0.05, "one"}, {0.1, "two"}};
  return written;
}

WrittenProblem sheared(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = box(random, 2, 1, 0.2, false);
  const auto& dims = written.problem.dims;
  const double slope = between(random, -0.8, 0.8) * dims[1].range() / dims[0].range();
  const double width = between(random, 0.06, 0.25) * dims[1].range();
  const auto& bounds = written.regions[0].constraints[0].bounds;
  const double middle = (*bounds.lo + *bounds.hi) / 2;
  const double at = between(random, 0.3, 0.6) * dims[1].range() - slope * middle;
  written.regions[0].constraints.push_back({1, {{-slope, 1}, at, at + width}, "no_response", "no_response"});
  written.problem.task.kind = TaskKind::map;
  written.problem.task.budget = 400;
  written.problem.task.eps = {};
  return written;
}

// A slanted band that is announced as a box.
WrittenProblem slanted(std::uint64_t seed) {
  WrittenProblem written = sheared(seed);
  written.problem.task.kind = TaskKind::edges;
  written.problem.task.budget.reset();
  for (const Dimension& dim : written.problem.dims) written.problem.task.eps.push_back(dim.range() / 400);
  return written;
}

WrittenProblem plane_flaky(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = box(random, 2, 2, 0.12, false);
  written.noise.flake[0].rate = between(random, 0.4, 0.6);
  return written;
}

WrittenProblem plane_false(std::uint64_t seed) {
  WrittenProblem written = seed % 2 == 0 ? plane(seed) : plane_labelled(seed);
  written.noise.false_pass = 0.02;
  return written;
}

WrittenProblem plane_moving(std::uint64_t seed) {
  WrittenProblem written = plane(seed);
  Random random(seed * 7 + 1);
  const auto dim = random.below(2);
  written.noise.drift_per_trial[dim] =
      (random.uniform() < 0.5 ? -1 : 1) * between(random, 0.1, 0.4) * written.problem.task.eps[dim];
  if (random.uniform() < 0.5) written.problem.task.kind = TaskKind::drift;
  return written;
}

WrittenProblem moving_slowly(std::uint64_t seed) {
  WrittenProblem written = seed % 2 == 0 ? labelled(seed) : unlabelled(seed);
  Random random(seed * 7 + 1);
  written.noise.drift_per_trial = {(random.uniform() < 0.5 ? -1 : 1) * between(random, 0.02, 0.1) *
                                   written.problem.task.eps[0]};
  if (random.uniform() < 0.5) written.problem.task.kind = TaskKind::drift;
  return written;
}

WrittenProblem plane_two(std::uint64_t seed) {
  Random random(seed);
  WrittenProblem written = box(random, 2, 2, 0.1, false);
  written.problem.task.kind = TaskKind::edges_multi;
  Region other;
  const std::size_t apart = random.below(2);
  for (std::size_t i = 0; i < 2; ++i) {
    const double range = written.problem.dims[i].range();
    auto& bounds = written.regions[0].constraints[i].bounds;
    if (i == apart) {  // one in each half
      const double width = std::min(*bounds.hi - *bounds.lo, 0.35 * range);
      bounds.lo = between(random, 0.02, 0.45 - width / range) * range;
      bounds.hi = *bounds.lo + width;
    }
    const double width = log_between(random, 0.1, 0.35) * range;
    const double lo =
        (i == apart ? between(random, 0.55, 0.98 - width / range) : between(random, 0.02, 0.98 - width / range)) *
        range;
    other.constraints.push_back(bounds_of(2, i, lo, lo + width, "no_response", "no_response"));
  }
  written.regions.push_back(other);
  return written;
}

WrittenProblem nothing_in(std::uint64_t seed) {
  Random random(seed);
  const std::size_t dims = 2 + random.below(3);
  WrittenProblem written = box(random, dims, 0, 0.1, false);
  written.regions.clear();
  if (random.uniform() < 0.3) written.problem.symptoms.push_back("other");
  written.noise.label_noise = random.uniform();
  if (random.uniform() < 0.5) written.problem.task.kind = TaskKind::none;
  if (random.uniform() < 0.6)
    for (const Dimension& dim : written.problem.dims)
      written.problem.task.must_exclude_width.push_back(dim.range() *
                                                        std::pow(100.0, -1.0 / static_cast<double>(dims)));
  return written;
}

// Some two per cent of the volume.
WrittenProblem solid(std::uint64_t seed, std::size_t dims, bool labels) {
  Random random(seed);
  WrittenProblem written = box(random, dims, dims, 0.1, labels);
  const double width = std::pow(log_between(random, 0.01, 0.05), 1.0 / static_cast<double>(dims));
  for (std::size_t i = 0; i < dims; ++i) {
    const double range = written.problem.dims[i].range();
    const double lo = between(random, 0.02, 0.98 - width) * range;
    written.regions[0].constraints[i].bounds.lo = lo;
    written.regions[0].constraints[i].bounds.hi = lo + width * range;
  }
  return written;
}

WrittenProblem solid3(std::uint64_t seed) { return solid(seed, 3, false); }
WrittenProblem solid3_labelled(std::uint64_t seed) { return solid(seed, 3, true); }
WrittenProblem solid4(std::uint64_t seed) { return solid(seed, 4, false); }

WrittenProblem relevance_mixed(std::uint64_t seed) {
  Random random(seed);
  const std::size_t dims = 3 + seed % 2;
  WrittenProblem written = box(random, dims, 1 + seed % 3, 0.15, false);
  // Which ones decide is not told by their place.
  for (Region& region : written.regions)
    for (Constraint& c : region.constraints) std::ranges::reverse(c.bounds.coef);
  std::ranges::reverse(written.problem.dims);
  std::ranges::reverse(written.problem.task.eps);
  std::ranges::reverse(written.noise.jitter);
  written.problem.task.kind = TaskKind::relevance;
  return written;
}

// Several stages are reported, all offsets count from the first event.
WrittenProblem staged_at_once(std::uint64_t seed) {
  WrittenProblem written = staged(seed);
  for (Dimension& dim : written.problem.dims) dim.anchor_stage = 1;
  return written;
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> list = {{"labelled", labelled},
                                           {"backwards", labelled_backwards},
                                           {"meaningless", meaningless},
                                           {"unlabelled", unlabelled},
                                           {"flaky", very_flaky},
                                           {"to-the-end", to_the_end},
                                           {"false-pass", false_passes},
                                           {"nothing", nothing},
                                           {"soft", soft},
                                           {"moving", moving},
                                           {"two-windows", two_windows},
                                           {"plane", plane},
                                           {"plane-labelled", plane_labelled},
                                           {"relevance", relevance},
                                           {"staged", staged},
                                           {"sheared", sheared},
                                           {"slanted", slanted},
                                           {"plane-flaky", plane_flaky},
                                           {"plane-false", plane_false},
                                           {"plane-moving", plane_moving},
                                           {"moving-slowly", moving_slowly},
                                           {"plane-two", plane_two},
                                           {"nothing-in", nothing_in},
                                           {"solid3", solid3},
                                           {"solid3-labelled", solid3_labelled},
                                           {"solid4", solid4},
                                           {"relevance-mixed", relevance_mixed},
                                           {"staged-at-once", staged_at_once}};
  return list;
}

}  // namespace rigor::search
