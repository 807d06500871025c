#include "framework/search/written_oracle.hpp"

#include <gtest/gtest.h>

namespace rigor::search::test {
namespace {

TEST(WrittenOracle, draws_are_those_that_are_published) {
  EXPECT_NEAR(counted_uniform(1, 0, 0), 0.8431406618821263, 1e-14);
  EXPECT_NEAR(counted_uniform(1, 0, 1), 0.0678922724056826, 1e-14);
  // Published as 0.730913550115016; the definition gives this, and the published outcomes agree with it.
  EXPECT_NEAR(counted_uniform(1, 1, 0), 0.730913550116015, 1e-14);
  EXPECT_NEAR(counted_uniform(42, 7, 101), 0.837442591550700, 1e-14);
}

WrittenProblem two_stages() {
  WrittenProblem written;
  written.problem.dims = {{.name = "a", .lo = 0, .hi = 100}, {.name = "b", .lo = 0, .hi = 100}};
  written.problem.symptoms = {"one", "two"};
  written.regions = {{{{1, {{1, 0}, 10, 20}, "one", "one"}, {2, {{0, 1}, 30, {}}, "two", "two"}}}};
  written.noise.flake = {{0, "one"}, {0, "two"}};
  return written;
}

TEST(WrittenOracle, the_first_broken_constraint_shows) {
  const WrittenProblem written = two_stages();
  struct Case {
    Point x;
    bool passed;
    int stage;
    std::string symptom;
  };
  for (const Case& each :
       {Case{{15, 50}, true, 3, "pass"}, Case{{5, 50}, false, 1, "one"}, Case{{15, 5}, false, 2, "two"},
        Case{{5, 5}, false, 1, "one"}, Case{{20, 30}, true, 3, "pass"}}) {
    WrittenOracle oracle(written, 1);
    const Outcome outcome = oracle.trial(each.x);
    EXPECT_EQ(outcome.passed, each.passed) << each.x[0] << ' ' << each.x[1];
    EXPECT_EQ(outcome.stage, each.stage);
    EXPECT_EQ(outcome.symptom, each.symptom);
  }
}

TEST(WrittenOracle, the_region_that_gets_furthest_shows) {
  WrittenProblem written = two_stages();
  Region other = written.regions[0];
  other.constraints[0].bounds.lo = 60;
  other.constraints[0].bounds.hi = 70;
  written.regions.push_back(other);
  WrittenOracle oracle(written, 1);
  EXPECT_EQ(oracle.trial({65, 5}).stage, 2);
  EXPECT_TRUE(oracle.trial({65, 50}).passed);
}

TEST(WrittenOracle, windows_move_by_trials) {
  WrittenProblem written = two_stages();
  written.noise.drift_per_trial = {4, 0};
  WrittenOracle oracle(written, 1);
  EXPECT_TRUE(oracle.trial({12, 50}).passed);
  EXPECT_FALSE(oracle.trial({12, 50}).passed);
}

TEST(WrittenOracle, without_regions_the_first_symptom_shows) {
  WrittenProblem written = two_stages();
  written.regions.clear();
  WrittenOracle oracle(written, 1);
  const Outcome outcome = oracle.trial({15, 50});
  EXPECT_FALSE(outcome.passed);
  EXPECT_EQ(outcome.stage, 1);
  EXPECT_EQ(outcome.symptom, "one");
}

}  // namespace
}  // namespace rigor::search::test
