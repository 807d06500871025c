#include "framework/search/solver.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "framework/search/written_oracle.hpp"

namespace rigor::search::test {
namespace {

WrittenProblem line(std::vector<std::string> symptoms) {
  WrittenProblem written;
  written.problem.dims = {{.name = "t", .lo = 0, .hi = 1000}};
  written.problem.symptoms = std::move(symptoms);
  written.problem.task.eps = {2};
  written.noise.jitter = {0.5};
  written.noise.flake = {{0.1, written.problem.symptoms.back()}};
  return written;
}

Region window(double lo, double hi, std::string below, std::string above) {
  return {{{1, {{1}, lo, hi}, std::move(below), std::move(above)}}};
}

Report search(const WrittenProblem& written, std::uint64_t seed) {
  Problem problem = written.problem;
  EXPECT_TRUE(settle(problem).has_value());
  Solver solver(problem, seed);
  WrittenOracle oracle(written, seed);
  while (const auto point = solver.next()) {
    EXPECT_TRUE(problem.feasible(*point));
    solver.tell(oracle.trial(*point));
  }
  return solver.report();
}

TEST(Solver, finds_a_window_and_its_edges) {
  WrittenProblem written = line({"early", "late"});
  written.regions = {window(612, 640, "early", "late")};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Report report = search(written, seed);
    ASSERT_EQ(report.verdict, Verdict::window) << seed;
    EXPECT_NEAR(report.windows.at(0).lo[0].at, 612, 2) << seed;
    EXPECT_NEAR(report.windows.at(0).hi[0].at, 640, 2) << seed;
    EXPECT_LT(report.trials, 60U);
    EXPECT_FALSE(report.drift);
  }
}

TEST(Solver, a_window_at_the_end_of_the_domain_ends_there) {
  WrittenProblem written = line({"no_response"});
  written.regions = {window(900, 5000, "no_response", "no_response")};
  const Report report = search(written, 3);
  ASSERT_EQ(report.verdict, Verdict::window);
  EXPECT_TRUE(report.windows.at(0).hi[0].bound);
  EXPECT_EQ(report.windows.at(0).hi[0].at, 1000);
}

TEST(Solver, says_none_with_the_width_it_excludes) {
  WrittenProblem written = line({"no_response"});
  written.problem.task.must_exclude_width = {20};
  for (const TaskKind kind : {TaskKind::none, TaskKind::edges}) {
    written.problem.task.kind = kind;
    const Report report = search(written, 4);
    EXPECT_EQ(report.verdict, Verdict::none);
    EXPECT_LE(report.exclusion_width.at(0), 20 + 1e-6);
    EXPECT_LE(report.trials, 110U);
    EXPECT_FALSE(report.first_hit.has_value());
  }
}

TEST(Solver, says_none_in_two_dimensions) {
  WrittenProblem written = line({"no_response"});
  written.problem.dims.push_back({.name = "u", .lo = 0, .hi = 10});
  written.problem.task.eps = {};
  written.problem.task.must_exclude_width = {250, 2.5};
  const Report report = search(written, 1);
  EXPECT_EQ(report.verdict, Verdict::none);
  ASSERT_EQ(report.exclusion_width.size(), 2U);
  EXPECT_LE(report.exclusion_width[0], 250);
  EXPECT_LE(report.exclusion_width[1], 2.5);
}

WrittenProblem plane() {
  WrittenProblem written = line({"no_response"});
  written.problem.dims.push_back({.name = "u", .lo = 0, .hi = 10});
  written.problem.task.eps = {4, 0.04};
  written.noise.jitter = {0.5, 0.005};
  return written;
}

Constraint band(std::vector<double> coef, double lo, double hi) {
  return {1, {std::move(coef), lo, hi}, "no_response", "no_response"};
}

TEST(Solver, says_none_in_two_dimensions_without_a_width) {
  WrittenProblem written = plane();
  const Report report = search(written, 1);
  EXPECT_EQ(report.verdict, Verdict::none);
  EXPECT_LE(report.trials, 1000U);
  ASSERT_EQ(report.exclusion_width.size(), 2U);
  EXPECT_LE(report.exclusion_width[0], 150);
}

TEST(Solver, an_asked_width_costs_no_more_trials_than_a_grid) {
  WrittenProblem written = plane();
  written.problem.task.must_exclude_width = {100, 1};
  const Report report = search(written, 3);
  EXPECT_EQ(report.verdict, Verdict::none);
  EXPECT_EQ(report.trials, 200U);
  EXPECT_LE(report.exclusion_width[0], 100);
  EXPECT_LE(report.exclusion_width[1], 1);
}

TEST(Solver, a_slanted_window_is_not_certified_as_a_box) {
  WrittenProblem written = plane();
  written.regions = {{{band({1, 0}, 300, 700), band({-0.008, 1}, 0, 2)}}};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Report report = search(written, seed);
    EXPECT_EQ(report.verdict, Verdict::unsettled) << seed;
    ASSERT_EQ(report.windows.size(), 1U);
    EXPECT_FALSE(report.windows[0].box);
    EXPECT_TRUE(report.map.has_value());
    EXPECT_FALSE(report.drift);
  }
}

TEST(Solver, a_box_of_two_dimensions_is_certified) {
  WrittenProblem written = plane();
  written.regions = {{{band({1, 0}, 300, 420), band({0, 1}, 5, 7)}}};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Report report = search(written, seed);
    EXPECT_EQ(report.verdict, Verdict::window) << seed;
    EXPECT_TRUE(report.windows.at(0).box);
    EXPECT_NEAR(report.windows[0].hi[0].at, 420, 4);
    EXPECT_NEAR(report.windows[0].lo[1].at, 5, 0.04);
  }
}

TEST(Solver, finds_both_windows_of_a_plane) {
  WrittenProblem written = plane();
  written.problem.task.kind = TaskKind::edges_multi;
  written.regions = {{{band({1, 0}, 100, 300), band({0, 1}, 1, 3)}}, {{band({1, 0}, 600, 850), band({0, 1}, 2, 5)}}};
  const Report report = search(written, 2);
  EXPECT_EQ(report.verdict, Verdict::window);
  EXPECT_EQ(report.windows.size(), 2U);
}

TEST(Solver, many_flakes_in_a_plane_are_no_motion) {
  WrittenProblem written = plane();
  written.noise.flake[0].rate = 0.55;
  written.regions = {{{band({1, 0}, 300, 500), band({0, 1}, 5, 8)}}};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) EXPECT_FALSE(search(written, seed).drift) << seed;
}

TEST(Solver, finds_two_windows) {
  WrittenProblem written = line({"no_response"});
  written.problem.task.kind = TaskKind::edges_multi;
  written.regions = {window(200, 240, "no_response", "no_response"), window(700, 760, "no_response", "no_response")};
  const Report report = search(written, 2);
  EXPECT_EQ(report.windows.size(), 2U);
  EXPECT_EQ(report.verdict, Verdict::window);
}

TEST(Solver, a_side_condition_is_never_broken_and_hides_no_edge) {
  WrittenProblem written;
  written.problem.dims = {{.name = "a", .lo = 0, .hi = 400}, {.name = "b", .lo = 0, .hi = 400}};
  written.problem.side_conditions = {{{-1, 1}, 2, {}}};
  written.problem.symptoms = {"no_response"};
  written.problem.task.eps = {4, 4};
  written.noise.flake = {{0.05, "no_response"}};
  written.regions = {
      {{{1, {{1, 0}, 100, 180}, "no_response", "no_response"}, {1, {{0, 1}, 140, 300}, "no_response", "no_response"}}}};
  const Report report = search(written, 5);
  ASSERT_EQ(report.windows.size(), 1U);
  EXPECT_NEAR(report.windows[0].hi[0].at, 180, 4);
  EXPECT_NEAR(report.windows[0].lo[1].at, 140, 4);
}

TEST(Solver, ends_within_its_budget_whatever_it_is_told) {
  WrittenProblem written = line({"a", "b"});
  written.problem.task.budget = 150;
  ASSERT_TRUE(settle(written.problem).has_value());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Outcome answers[] = {{true, 2, "pass", {}},
                             {false, 1, "a", {}},
                             {false, -7, "never heard of", {}},
                             {false, 1'000'000, "", Point{nan}},
                             {true, 0, "pass", Point{1, 2, 3}}};
  for (std::size_t step = 1; step <= 3; ++step) {
    Solver solver(written.problem, step);
    std::size_t trials = 0;
    while (const auto point = solver.next()) {
      ASSERT_TRUE(std::isfinite(point->front()));
      solver.tell(answers[(trials * step + trials / 7) % std::size(answers)]);
      ASSERT_LE(++trials, 150U);
    }
    EXPECT_EQ(solver.report().trials, trials);
  }
}

TEST(Solver, a_target_that_always_passes_has_the_whole_domain_for_a_window) {
  WrittenProblem written = line({"a"});
  ASSERT_TRUE(settle(written.problem).has_value());
  Solver solver(written.problem, 1);
  while (solver.next()) solver.tell({true, 2, "pass", {}});
  const Report report = solver.report();
  EXPECT_EQ(report.verdict, Verdict::window);
  EXPECT_EQ(report.irrelevant, std::vector<std::size_t>{0});
}

TEST(Solver, repeats_itself_for_the_same_seed) {
  WrittenProblem written = line({"early", "late"});
  written.regions = {window(100, 140, "early", "late")};
  EXPECT_EQ(search(written, 9).trials, search(written, 9).trials);
}

TEST(Settle, refuses_what_cannot_be_searched) {
  Problem problem;
  EXPECT_FALSE(settle(problem).has_value());
  problem.dims = {{.name = "t", .lo = 5, .hi = 5}};
  EXPECT_FALSE(settle(problem).has_value());
  problem.dims[0].hi = 10;
  EXPECT_TRUE(settle(problem).has_value());
  problem.task.eps = {-1};
  EXPECT_FALSE(settle(problem).has_value());
  problem.task.eps = {};
  problem.task.assumed_flake = 1;
  EXPECT_FALSE(settle(problem).has_value());
}

}  // namespace
}  // namespace rigor::search::test
