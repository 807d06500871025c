#include "framework/suite/argument_text.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

const VerbDescription kVerb{"discover",
                            "",
                            "reset",
                            {{"reset", ParameterKind::text, false, ""},
                             {"of", ParameterKind::words, false, ""},
                             {"quick", ParameterKind::flag, false, ""},
                             {"expect", ParameterKind::table, false, ""}}};

TEST(ArgumentText, ReadsValuesListsMapsAndTheBareValue) {
  const auto raw =
      parse_argument_texts({"line", "of=nrst,power", "expect.integrity=valid", "expect.lifecycle=closed"}, kVerb);
  ASSERT_TRUE(raw) << raw.error().describe();
  ASSERT_EQ(raw->size(), 3u);
  EXPECT_EQ(std::get<std::string>((*raw)[0].second.value), "line");
  EXPECT_EQ(std::get<std::vector<std::string>>((*raw)[1].second.value), (std::vector<std::string>{"nrst", "power"}));
  EXPECT_EQ(std::get<Table>((*raw)[2].second.value), (Table{{"integrity", "valid"}, {"lifecycle", "closed"}}));
}

TEST(ArgumentText, ValueMayHoldAnEqualsSign) {
  const auto raw = parse_argument_texts({"reset=a=b"}, kVerb);
  ASSERT_TRUE(raw);
  EXPECT_EQ(std::get<std::string>(raw->front().second.value), "a=b");
}

TEST(ArgumentText, NameOfAFlagSwitchesItOn) {
  const auto raw = parse_argument_texts({"quick", "line", "reset=quick"}, kVerb);
  ASSERT_TRUE(raw) << raw.error().describe();
  ASSERT_EQ(raw->size(), 3u);
  EXPECT_EQ((*raw)[0].first, "quick");
  EXPECT_EQ(std::get<std::string>((*raw)[0].second.value), "true");
  EXPECT_EQ((*raw)[1].first, "reset");
  EXPECT_EQ(std::get<std::string>((*raw)[2].second.value), "quick");
  EXPECT_EQ(parse_argument_texts({"quick=false"}, kVerb)->front().first, "quick");
}

TEST(ArgumentText, RefusesWhatIsNoAssignment) {
  EXPECT_EQ(parse_argument_texts({"=x"}, kVerb).error().code(), Code::usage);
  VerbDescription without_primary = kVerb;
  without_primary.primary.clear();
  EXPECT_EQ(parse_argument_texts({"line"}, without_primary).error().code(), Code::usage);
  EXPECT_EQ(parse_argument_texts({"expect=1", "expect.a=2"}, kVerb).error().code(), Code::usage);
}

}  // namespace
}  // namespace rigor
