#include "reports/text.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

using namespace std::chrono_literals;

TEST(Text, IsValidXmlWhateverComesIn) {
  struct Case {
    std::string in, out;
  };
  const std::string bad = "\xEF\xBF\xBD";
  const Case cases[] = {
      {"plain\ttext\r\n", "plain\ttext\r\n"},
      {"\xC2\xB5s \xE2\x86\x92 \xF0\x9F\x98\x80", "\xC2\xB5s \xE2\x86\x92 \xF0\x9F\x98\x80"},
      {std::string("a\0b", 3), "a" + bad + "b"},
      {"\x1b[31mred", bad + "[31mred"},
      {"\xff\xfe", bad + bad},
      {"cut \xE2\x86", "cut " + bad + bad},
      {"overlong \xC0\xAF", "overlong " + bad + bad},
      {"overlong \xE0\x80\xAF", "overlong " + bad + bad + bad},
      {"surrogate \xED\xA0\x80", "surrogate " + bad},
      {"noncharacter \xEF\xBF\xBF", "noncharacter " + bad},
      {"beyond \xF4\x90\x80\x80", "beyond " + bad},
  };
  for (const Case& c : cases) EXPECT_EQ(clean_text(c.in), c.out) << c.in;
  EXPECT_EQ(escaped("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
}

TEST(Text, IsCutBetweenCharacters) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abc…");
  EXPECT_EQ(shortened("ab\xE2\x86\x92zzzz", 7), "ab…");
  EXPECT_EQ(shortened("abc", 0), "…");
}

TEST(Text, DurationsHaveThreeDigitsAndAUnit) {
  struct Case {
    Duration duration;
    std::string text;
  };
  const Case cases[] = {{0ns, "0 s"},          {7ns, "7 ns"},       {42us, "42.0 µs"},  {999'600ns, "1.00 ms"},
                        {318ms, "318 ms"},     {5020ms, "5.02 s"},  {99960ms, "100 s"}, {599s, "599 s"},
                        {750s, "12 min 30 s"}, {-20ms, "-20.0 ms"}, {9999us, "10.0 ms"}};
  for (const Case& c : cases) EXPECT_EQ(duration_text(c.duration), c.text);
}

TEST(Text, BothEndsSurviveALimit) {
  const std::vector<std::string> rows{"a\n", "b\n", "c\n", "d\n", "e\n"};
  EXPECT_EQ(both_ends(rows, 100, "({})\n"), "a\nb\nc\nd\ne\n");
  EXPECT_EQ(both_ends(rows, 6, "({})\n"), "a\nb\n(2)\ne\n");
  EXPECT_EQ(both_ends(rows, 0, "({})\n"), "(5)\n");
  EXPECT_EQ(both_ends({}, 0, "({})\n"), "");
}

}  // namespace
}  // namespace rigor
