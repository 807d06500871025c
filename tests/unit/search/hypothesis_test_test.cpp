// Telling explanations apart: the experiment that tells most for its cost, and the four ends.
#include "framework/search/hypothesis_test.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace rigor::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<Experiment> kThree = {{"a"}, {"b"}, {"c"}};
const std::vector<Hypothesis> kTables = {{"x", {0.9, 0.05, 0.05}}, {"y", {0.05, 0.9, 0.05}}, {"z", {0.05, 0.05, 0.9}}};

TEST(HypothesisTest, FindsEachTruth) {
  for (std::size_t truth = 0; truth < kTables.size(); ++truth) {
    auto test = HypothesisTest::of(kThree, kTables);
    ASSERT_TRUE(test);
    int trials = 0;
    while (const auto experiment = test->next()) {
      test->tell(*experiment, *experiment == truth);
      ASSERT_LT(++trials, 20);
    }
    EXPECT_EQ(test->end(), HypothesisEnd::decided);
    EXPECT_THAT(test->left(), ElementsAre(truth));
    EXPECT_GE(test->posterior()[truth], 0.95);
    EXPECT_LE(trials, 6);
  }
}

TEST(HypothesisTest, ChoosesByInformationForItsCost) {
  // The first experiment tells x from the rest, the second tells nothing, the third is as good as the first.
  const std::vector<Hypothesis> tables = {{"x", {0.9, 0.5, 0.9}}, {"y", {0.05, 0.5, 0.05}}};
  EXPECT_EQ(HypothesisTest::of({{"a", 2.0}, {"b"}, {"c", 1.0}}, tables)->next(), 2U);
  EXPECT_EQ(HypothesisTest::of({{"a", 1.0}, {"b"}, {"c", 2.0}}, tables)->next(), 0U);
  const auto test = HypothesisTest::of(kThree, tables, {.weight_of_none = 1e-9});
  EXPECT_NEAR(test->gain(1), 0.0, 1e-6);
  // H2(.475) - (H2(.9) + H2(.05)) / 2
  EXPECT_NEAR(test->gain(0), 0.998196 - (0.468996 + 0.286397) / 2, 1e-5);
}

TEST(HypothesisTest, SaysWhatCannotBeToldApart) {
  const std::vector<Hypothesis> tables = {{"x", {0.9}}, {"twin", {0.9}}, {"y", {0.05}}};
  auto test = HypothesisTest::of({{"a"}}, tables);
  ASSERT_TRUE(test);
  for (int i = 0; test->next() && i < 100; ++i) test->tell(0, true);
  EXPECT_EQ(test->end(), HypothesisEnd::indistinguishable);
  EXPECT_THAT(test->left(), ::testing::IsSupersetOf({0U, 1U}));
  EXPECT_EQ(HypothesisTest::of({}, {{"x", {}}, {"y", {}}})->end(), HypothesisEnd::indistinguishable);
}

TEST(HypothesisTest, SaysThatTheModelIsIncomplete) {
  auto test = HypothesisTest::of(kThree, kTables);
  ASSERT_TRUE(test);
  for (int round = 0; round < 12; ++round)  // half of each passes: fits no table
    for (std::size_t experiment = 0; experiment < kThree.size(); ++experiment) test->tell(experiment, round % 2 == 0);
  EXPECT_EQ(test->next(), std::nullopt);
  EXPECT_EQ(test->end(), HypothesisEnd::none);
}

TEST(HypothesisTest, SurpriseIsNotTheEndOfAHypothesis) {
  auto test = HypothesisTest::of({{"a"}}, {{"never", {0.0}}, {"always", {1.0}}});
  test->tell(0, true);
  for (int i = 0; i < 10; ++i) test->tell(0, false);
  EXPECT_THAT(test->left(), ElementsAre(0));
}

TEST(HypothesisTest, RefusesTablesThatDoNotFit) {
  const auto refusal = [](std::vector<Experiment> experiments, std::vector<Hypothesis> hypotheses) {
    const auto test = HypothesisTest::of(std::move(experiments), std::move(hypotheses));
    return test ? std::string() : test.error().message();
  };
  EXPECT_THAT(refusal({{"a"}}, {}), HasSubstr("no hypotheses"));
  EXPECT_THAT(refusal({{"a"}}, {{"x", {}}}), HasSubstr("'x' foretells 0 experiments of 1"));
  EXPECT_THAT(refusal({{"a"}}, {{"x", {1.5}}}), HasSubstr("chance of 1.5"));
  EXPECT_THAT(refusal({{"a", 0.0}}, {{"x", {0.5}}}), HasSubstr("cost of 'a'"));
  EXPECT_THAT(refusal({{"a"}}, {{"x", {0.5}, 0.0}}), HasSubstr("weight of 'x'"));
}

}  // namespace
}  // namespace rigor::test
