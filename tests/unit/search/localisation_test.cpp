// From failures of a rack to their causes: isolation from one configuration, and the whole way from the first run.
#include "framework/search/localisation.hpp"

#include <gmock/gmock.h>

#include "tests/unit/search/planted_fault.hpp"
#include "tests/unit/search/racks.hpp"

namespace rigor::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FaultIsolation isolate(const std::vector<Factor>& factors, const Configuration& failing, PlantedFault fault,
                       const std::vector<Combination>& forbidden = {},
                       const std::vector<ConfigurationRecord>& records = {}) {
  FaultIsolation isolation(factors, forbidden, records, failing);
  for (int trials = 0; isolation.next() != nullptr && trials < 500; ++trials) {
    EXPECT_TRUE(allowed(*isolation.next(), forbidden));
    isolation.tell(fault.passes(*isolation.next()));
  }
  return isolation;
}

struct IsolationCase {
  const char* name;
  std::vector<Combination> causes;
  IsolationEnd end;
  Combination found;
};

class Isolation : public ::testing::TestWithParam<IsolationCase> {};

TEST_P(Isolation, FindsWhatAloneFails) {
  const auto isolation = isolate(rack_of({3, 3, 3, 2}), {1, 1, 1, 1}, {GetParam().causes, 0.0, 1});
  EXPECT_EQ(isolation.result().end, GetParam().end);
  EXPECT_EQ(isolation.result().cause, GetParam().found);
  EXPECT_THAT(isolation.result().inseparable, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Causes, Isolation,
    ::testing::Values(
        IsolationCase{"One", {{{2, 1}}}, IsolationEnd::isolated, {{2, 1}}},
        IsolationCase{"Two", {{{0, 1}, {3, 1}}}, IsolationEnd::isolated, {{0, 1}, {3, 1}}},
        IsolationCase{"Three", {{{0, 1}, {1, 1}, {2, 1}}}, IsolationEnd::isolated, {{0, 1}, {1, 1}, {2, 1}}},
        IsolationCase{"ItPasses", {{{2, 0}}}, IsolationEnd::not_confirmed, {}},
        IsolationCase{"TwoThatAreEachEnough", {{{0, 1}}, {{1, 1}}}, IsolationEnd::no_factor, {}},
        IsolationCase{"Everything", {{}}, IsolationEnd::no_factor, {}},
        // The first replacement of factor 0 fails by itself; the second round takes another.
        IsolationCase{"AFaultyReplacement", {{{0, 1}, {2, 1}}, {{0, 0}}}, IsolationEnd::isolated, {{0, 1}, {2, 1}}},
        // Either of two factors with the third: the third is found, and that it is not all.
        IsolationCase{
            "OneOfTwoWithAThird", {{{0, 1}, {2, 1}}, {{1, 1}, {2, 1}}}, IsolationEnd::not_sufficient, {{2, 1}}}),
    [](const auto& test) { return test.param.name; });

TEST(IsolationOfRacks, ReplacesByWhatWasLeastSuspicious) {
  const std::vector<ConfigurationRecord> records = {{{0, 0}, {4, 4}}, {{2, 0}, {0, 4}}};
  FaultIsolation isolation(rack_of({3, 1}), {}, records, {1, 0});
  while (*isolation.next() == Configuration{1, 0}) isolation.tell(false);
  EXPECT_EQ(*isolation.next(), (Configuration{2, 0}));
}

// A clone (0 is 1) exists with V2 firmware (1 is 1) only, and that firmware on the clone only.
TEST(IsolationOfRacks, NamesWhatNoAllowedConfigurationSeparates) {
  const std::vector<Combination> forbidden = {{{0, 0}, {1, 1}}, {{0, 1}, {1, 0}}};
  const auto isolation = isolate(rack_of({2, 2, 2}), {1, 1, 1}, {{{{0, 1}, {2, 1}}}, 0.0, 1}, forbidden);
  EXPECT_EQ(isolation.result().end, IsolationEnd::isolated);
  EXPECT_THAT(isolation.result().cause, ElementsAre(Setting{2, 1}));
  EXPECT_THAT(isolation.result().inseparable, ElementsAre(Setting{0, 1}, Setting{1, 1}));
}

TEST(Localisation, PassingRackNeedsOneRun) {
  auto localisation = Localisation::of({.factors = rack()});
  ASSERT_TRUE(localisation);
  while (localisation->next() != nullptr) localisation->tell(true);
  EXPECT_THAT(localisation->causes(), IsEmpty());
  EXPECT_EQ(localisation->trials(), cover({.factors = rack()})->rows.size());
}

TEST(Localisation, FindsSeveralCauses) {
  const std::vector<Combination> causes = {{{1, 3}}, {{0, 2}, {4, 1}}};
  PlantedFault fault(causes, 0.0, 1);
  auto localisation = Localisation::of({.factors = rack()});
  ASSERT_TRUE(localisation);
  while (const Configuration* each = localisation->next()) localisation->tell(fault.passes(*each));
  std::vector<Combination> found;
  for (const IsolatedCause& each : localisation->causes()) found.push_back(each.result.cause);
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(causes));
  EXPECT_TRUE(localisation->suspects().front().rivals.empty());
}

struct RateCase {
  std::size_t size;
  double flake;
  double exact;  // timing-search.md 7.2: pairwise and OFAT with SPRT repeats
};

class LocalisationRates : public ::testing::TestWithParam<RateCase> {};

TEST_P(LocalisationRates, AreThoseOfTheReference) {
  constexpr int kRuns = 20;
  std::mt19937_64 random(7);
  int exact = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Combination cause = draw_combination(rack(), GetParam().size, random);
    PlantedFault fault({cause}, GetParam().flake, random());
    auto localisation = Localisation::of({.factors = rack(), .attempts = 1, .seed = random()}, {.most_causes = 1});
    ASSERT_TRUE(localisation);
    while (const Configuration* each = localisation->next()) localisation->tell(fault.passes(*each));
    const auto& causes = localisation->causes();
    if (causes.size() == 1 && causes.front().result.end == IsolationEnd::isolated &&
        causes.front().result.cause == cause)
      ++exact;
  }
  EXPECT_GE(exact / static_cast<double>(kRuns), GetParam().exact - 0.1);  // two runs of twenty
}

INSTANTIATE_TEST_SUITE_P(Faults, LocalisationRates,
                         ::testing::Values(RateCase{1, 0.0, 1.0}, RateCase{1, 0.05, 0.99}, RateCase{1, 0.2, 0.99},
                                           RateCase{2, 0.0, 1.0}, RateCase{2, 0.05, 0.99}, RateCase{2, 0.2, 0.95}));

TEST(Localisation, RefusesCostsThatDoNotFit) {
  const auto refused = Localisation::of({.factors = rack()}, {.change_costs = {1, 2}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("one cost of change for each factor"));
}

}  // namespace
}  // namespace rigor::test
