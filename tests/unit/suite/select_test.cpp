#include <gtest/gtest.h>

#include "framework/suite/googletest.hpp"

namespace rigor {
namespace {

TEST(Pattern, StarsAndQuestionMarks) {
  for (const auto& [text, pattern, matches] : std::vector<std::tuple<std::string, std::string, bool>>{
           {"suite.test", "suite.test", true},
           {"suite.test", "suite", false},
           {"suite.test", "*", true},
           {"suite.test", "s*t", true},
           {"suite.test", "*.te?t", true},
           {"suite.test", "*x*", false},
           {"a*b", "a*b", true},
           {"", "*", true},
           {"", "?", false},
           {"abcabc", "*abc", true},
       })
    EXPECT_EQ(matches_pattern(text, pattern), matches) << text << " " << pattern;
}

class Selection : public ::testing::Test {
 protected:
  Selection() {
    first_.name = "first-bench";
    second_.name = "second-bench";
    suite_.name = "close-and-regress";
    suite_.tests = {{"one", {}}, {"two", {}}};
  }
  auto select(const std::string& pattern) { return select_tests({suite_}, {&first_, &second_}, pattern); }

  BenchDescription first_, second_;
  Suite suite_;
};

TEST_F(Selection, WithoutPatternIsEverything) { EXPECT_EQ(select("")->size(), 4u); }
TEST_F(Selection, ByTest) { EXPECT_EQ(select("*.one")->size(), 2u); }
TEST_F(Selection, ByBench) { EXPECT_EQ(select("*@second-bench")->size(), 2u); }

TEST_F(Selection, EmptyIsAnErrorThatListsWhatThereIs) {
  const auto selected = select("nothing");
  ASSERT_FALSE(selected);
  EXPECT_EQ(selected.error().code(), Code::nothing_selected);
  EXPECT_NE(selected.error().hint_text().find("close-and-regress.two@second-bench"), std::string::npos);
}

}  // namespace
}  // namespace rigor
