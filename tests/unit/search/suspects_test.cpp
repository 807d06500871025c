// What failures follow: the ranking, rivals that no statistics separates, and the configuration that would separate
// them.
#include "framework/search/suspects.hpp"

#include <gmock/gmock.h>

#include "framework/search/covering_array.hpp"
#include "framework/search/suspicion_step.hpp"
#include "tests/unit/search/planted_fault.hpp"
#include "tests/unit/search/racks.hpp"

namespace rigor::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<ConfigurationRecord> run_all(const std::vector<Configuration>& rows, PlantedFault fault,
                                         std::uint64_t repeats) {
  std::vector<ConfigurationRecord> records;
  for (const Configuration& row : rows) {
    ConfigurationRecord record{row, {}};
    for (std::uint64_t i = 0; i < repeats; ++i) {
      ++record.failures.trials;
      if (!fault.passes(row)) ++record.failures.hits;
    }
    records.push_back(record);
  }
  return records;
}

TEST(Suspects, OneValueIsFoundInOneRunOfThePairs) {
  const Combination cause = {{1, 3}};
  const auto suspects = rank_suspects(run_all(cover({.factors = rack()})->rows, {{cause}, 0.0, 1}, 1));
  ASSERT_FALSE(suspects.empty());
  EXPECT_EQ(suspects.front().combination, cause);
  EXPECT_TRUE(suspects.front().believable);
  EXPECT_EQ(suspects.front().outside.hits, 0U);
  EXPECT_LT(suspects.front().chance, 1e-6);
}

TEST(Suspects, NoFailureNoSuspect) {
  EXPECT_THAT(rank_suspects(run_all(cover({.factors = rack()})->rows, {{}, 0.0, 1}, 1)), IsEmpty());
  EXPECT_THAT(rank_suspects({}), IsEmpty());
}

TEST(Suspects, FlakesAreNotBelieved) {
  for (const Suspect& each : rank_suspects(run_all(cover({.factors = rack()})->rows, {{}, 0.1, 3}, 1)))
    EXPECT_FALSE(each.believable);
}

// The clone was only ever used with the long cable: the data cannot say which of them it is.
TEST(Suspects, NamesRivalsThatStoodInTheSameConfigurations) {
  const std::vector<Factor> factors = {
      {"probe", {"genuine", "clone"}}, {"wiring", {"short", "long"}}, {"mode", {"a", "b"}}};
  const std::vector<ConfigurationRecord> records = {
      {{0, 0, 0}, {0, 5}}, {{0, 0, 1}, {0, 5}}, {{1, 1, 0}, {5, 5}}, {{1, 1, 1}, {5, 5}}};
  const auto suspects = rank_suspects(records);
  ASSERT_FALSE(suspects.empty());
  EXPECT_EQ(suspects.front().combination, (Combination{{0, 1}}));
  EXPECT_THAT(suspects.front().rivals, ElementsAre(Combination{{1, 1}}, Combination{{0, 1}, {1, 1}}));
  EXPECT_EQ(describe(factors, suspects.front()),
            "probe=clone (10 of 10 fail, 0 of 10 without it); the same configurations: wiring=long, "
            "probe=clone and wiring=long");
}

TEST(SuspicionStep, AsksTheSuspectInAnInnocentEnvironmentUntilOneIsLeft) {
  const Combination cause = {{1, 3}, {4, 2}};
  PlantedFault fault({cause}, 0.0, 1);
  std::vector<ConfigurationRecord> records = run_all(cover({.factors = rack()})->rows, fault, 1);
  std::size_t suspects = 0;
  for (int i = 0; i < 20; ++i) {
    const auto step = suspicion_step(rack(), {}, records);
    ASSERT_TRUE(step);
    EXPECT_TRUE(contains(step->configuration, step->combination));
    for (const ConfigurationRecord& each : records) EXPECT_NE(each.configuration, step->configuration);
    suspects = step->suspects;
    records.push_back({step->configuration, {fault.passes(step->configuration) ? 0U : 1U, 1U}});
    if (suspects == 1) break;
  }
  const auto last = suspicion_step(rack(), {}, records);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->combination, cause);
}

TEST(SuspicionStep, EndsWithoutSuspects) {
  EXPECT_FALSE(suspicion_step(rack(), {}, run_all(cover({.factors = rack()})->rows, {{}, 0.0, 1}, 1)));
  // The only allowed configuration has been run.
  const std::vector<Factor> two = rack_of({2, 2});
  const std::vector<ConfigurationRecord> records = {{{0, 0}, {1, 1}}};
  EXPECT_FALSE(suspicion_step(two, {{{0, 1}}, {{1, 1}}}, records));
  EXPECT_TRUE(suspicion_step(two, {{{0, 1}}}, records, 1));
}

}  // namespace
}  // namespace rigor::test
