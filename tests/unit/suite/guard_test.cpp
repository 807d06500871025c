#include "framework/suite/guard.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

class ConsentsTest : public ::testing::Test {
 protected:
  BenchDescription bench_;
};

TEST_F(ConsentsTest, NeedBothTheBenchAndTheRun) {
  const std::string word = "irreversible:set-state";
  Consents none;
  Consents once({{word, 1}});
  EXPECT_EQ(once.take(Deed{Effect::irreversible}, "set-state", bench_).error().code(), Code::consent_missing);
  bench_.allow = {word};
  EXPECT_EQ(none.take(Deed{Effect::irreversible}, "set-state", bench_).error().code(), Code::consent_missing);
  EXPECT_TRUE(once.take(Deed{Effect::irreversible}, "set-state", bench_));
}

TEST_F(ConsentsTest, AreCounted) {
  bench_.allow = {"irreversible:set-state"};
  Consents twice({{"irreversible:set-state", 2}});
  EXPECT_TRUE(twice.take(Deed{Effect::irreversible}, "set-state", bench_));
  EXPECT_TRUE(twice.take(Deed{Effect::irreversible}, "set-state", bench_));
  EXPECT_FALSE(twice.take(Deed{Effect::irreversible}, "set-state", bench_));
}

TEST(ParseAllow, ReadsEffectVerbAndCount) {
  const auto word = allow_words().front();
  const auto counts = parse_allow({word + "=2", word + "=1"});
  ASSERT_TRUE(counts) << counts.error().describe();
  EXPECT_EQ(counts->at(word), 3u);
}

TEST(ParseAllow, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"", "irreversible", "irreversible:set-state", "irreversible:nothing=1",
                           "irreversible:set-state=0", "irreversible:set-state=x", "irreversible:set-state=-1"})
    EXPECT_EQ(parse_allow({text}).error().code(), Code::usage) << text;
}

}  // namespace
}  // namespace rigor
