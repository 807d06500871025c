// Covering arrays: nothing is lacking, few rows, nothing forbidden; and an order that changes little.
#include "framework/search/covering_array.hpp"

#include <gmock/gmock.h>

#include "tests/unit/search/racks.hpp"

namespace rigor::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct RowsCase {
  const char* name;
  std::vector<Factor> factors;
  std::size_t strength;
  std::size_t rows;  // timing-search.md 7.1
  std::size_t bound;
};

class CoveringRows : public ::testing::TestWithParam<RowsCase> {};

TEST_P(CoveringRows, AreAsFewAsTheReference) {
  const CoveringRequest request{.factors = GetParam().factors, .strength = GetParam().strength};
  const auto array = cover(request);
  ASSERT_TRUE(array);
  EXPECT_THAT(uncovered(request, array->rows), IsEmpty());
  EXPECT_EQ(array->bound, GetParam().bound);
  EXPECT_GE(array->rows.size(), array->bound);
  EXPECT_LE(array->rows.size(), GetParam().rows);
}

INSTANTIATE_TEST_SUITE_P(Racks, CoveringRows,
                         ::testing::Values(RowsCase{"SmallPairs", small_rack(), 2, 16, 12},
                                           RowsCase{"SmallTriples", small_rack(), 3, 57, 36},
                                           RowsCase{"RackPairs", rack(), 2, 35, 30},
                                           RowsCase{"RackTriples", rack(), 3, 189, 150},
                                           RowsCase{"LargePairs", large_rack(), 2, 88, 80}),
                         [](const auto& test) { return test.param.name; });

TEST(CoveringArray, TheSameRequestGivesTheSameRows) {
  const CoveringRequest request{.factors = small_rack()};
  EXPECT_EQ(cover(request)->rows, cover(request)->rows);
}

TEST(CoveringArray, StrengthOneWantsEachValueOnce) {
  EXPECT_EQ(cover({.factors = rack_of({3, 2, 2}), .strength = 1})->rows.size(), 3U);
}

TEST(CoveringArray, MixedStrengthCoversTheChosenTriplesAndAllPairs) {
  const CoveringRequest request{.factors = rack(), .stronger = {{{1, 3, 4}, 3}}};
  const auto array = cover(request);
  ASSERT_TRUE(array);
  EXPECT_THAT(uncovered(request, array->rows), IsEmpty());
  EXPECT_EQ(array->bound, 100U);  // 5 probes, 4 tools, 5 wirings
  EXPECT_LE(array->rows.size(), 105U);
  EXPECT_THAT(uncovered({.factors = rack()}, array->rows), IsEmpty());
}

// A clone (b1) has no V3 firmware (c2); without V3 the tool's newest version (d1) refuses; so a clone never meets d1.
TEST(CoveringArray, ForbiddenCombinationsForbidOthersByImplication) {
  const CoveringRequest request{.factors = rack_of({3, 2, 3, 2}),
                                .forbidden = {{{1, 1}, {2, 2}}, {{2, 0}, {3, 1}}, {{2, 1}, {3, 1}}}};
  const auto array = cover(request);
  ASSERT_TRUE(array);
  EXPECT_THAT(array->cannot_be_covered,
              ::testing::UnorderedElementsAre(Combination{{1, 1}, {2, 2}}, Combination{{2, 0}, {3, 1}},
                                              Combination{{2, 1}, {3, 1}}, Combination{{1, 1}, {3, 1}}));
  for (const Configuration& row : array->rows) EXPECT_TRUE(allowed(row, request.forbidden));
  EXPECT_THAT(uncovered(request, array->rows), ::testing::UnorderedElementsAreArray(array->cannot_be_covered));
}

TEST(CoveringArray, FixedRowsStandFirstAndCount) {
  const std::vector<Configuration> fixed = {{2, 3, 2, 2, 2, 2, 1, 1}, {0, 0, 0, 0, 0, 0, 0, 0}};
  const auto array = cover({.factors = small_rack(), .fixed = fixed});
  ASSERT_TRUE(array);
  EXPECT_EQ(array->rows[0], fixed[0]);
  EXPECT_EQ(array->rows[1], fixed[1]);
  EXPECT_LE(array->rows.size(), 18U);
}

TEST(CoveringArray, OrderedRowsNeedLessRePlugging) {
  const std::vector<double> costs = {1, 10, 1, 1, 10, 1, 1, 1, 1};  // probes and wirings are plugged by hand
  const std::vector<Configuration> rows = cover({.factors = rack()})->rows;
  const std::vector<Configuration> ordered = order_by_changes(rows, costs);
  EXPECT_EQ(ordered.front(), rows.front());
  EXPECT_THAT(ordered, ::testing::UnorderedElementsAreArray(rows));
  EXPECT_LT(cost_of_changes(ordered, costs), 0.7 * cost_of_changes(rows, costs));
  EXPECT_EQ(cost_of_changes(std::vector<Configuration>{{0, 0}, {0, 1}, {1, 0}}), 3.0);
}

struct Refusal {
  CoveringRequest request;
  const char* says;
};

TEST(CoveringArray, RefusesContradictions) {
  const std::vector<Factor> two = rack_of({2, 2});
  const Refusal cases[] = {
      {{}, "no factors"},
      {{.factors = two, .strength = 0}, "at least 1"},
      {{.factors = {{"probe", {}}}}, "'probe' has no values"},
      {{.factors = two, .stronger = {{{7}, 3}}}, "factor 7 of 2"},
      {{.factors = two, .forbidden = {{}}}, "forbids everything"},
      {{.factors = two, .forbidden = {{{0, 2}}}}, "value 2 of a, which has 2"},
      {{.factors = two, .forbidden = {{{1, 0}, {0, 0}}}}, "ascending factor"},
      {{.factors = two, .forbidden = {{{0, 0}}, {{0, 1}}}}, "no configuration at all"},
      {{.factors = two, .fixed = {{0}}}, "1 values for 2 factors"},
      {{.factors = two, .forbidden = {{{0, 1}}}, .fixed = {{1, 0}}}, "forbidden: a=a1 and b=b0"},
  };
  for (const Refusal& each : cases) {
    const auto array = cover(each.request);
    ASSERT_FALSE(array) << each.says;
    EXPECT_EQ(array.error().code(), Code::usage);
    EXPECT_THAT(array.error().message(), HasSubstr(each.says));
  }
}

}  // namespace
}  // namespace rigor::test
