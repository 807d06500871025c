#include "framework/base/secret.hpp"

#include <gtest/gtest.h>
#include <type_traits>

namespace rigor {
namespace {

TEST(Secret, CannotBeCopiedByAccident) {
  EXPECT_FALSE(std::is_copy_constructible_v<Secret>);
  EXPECT_FALSE(std::is_copy_assignable_v<Secret>);
}

TEST(Secret, MovedFromIsEmpty) {
  Secret first(Bytes{1, 2, 3});
  Secret second(std::move(first));
  EXPECT_EQ(first.size(), 0u);  // NOLINT(bugprone-use-after-move): that it is empty is the point
  EXPECT_EQ(second.size(), 3u);
}

TEST(Secret, WipeOverwritesTheBytes) {
  Bytes bytes{1, 2, 3};
  wipe(bytes);
  EXPECT_EQ(bytes, (Bytes{0, 0, 0}));
}

}  // namespace
}  // namespace rigor
