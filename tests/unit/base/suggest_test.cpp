#include "framework/base/suggest.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace rigor {
namespace {

const std::vector<std::string> kKnown = {"power", "nrst", "boot0", "settle"};

TEST(EditDistance, CountsEdits) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("power", "power"), 0u);
  EXPECT_EQ(edit_distance("pwoer", "power"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Suggestion, NamesTheNearestWord) {
  EXPECT_EQ(suggestion("pwoer", kKnown), "did you mean 'power'?");
  EXPECT_EQ(suggestion("nrts", kKnown), "did you mean 'nrst'?");
}

TEST(Suggestion, ListsAllWhenNothingIsNear) {
  EXPECT_EQ(suggestion("temperature", kKnown), "one of: power, nrst, boot0, settle");
}

}  // namespace
}  // namespace rigor
