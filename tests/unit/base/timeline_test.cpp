#include "framework/base/timeline.hpp"

#include <gtest/gtest.h>

namespace rigor {
namespace {

class TimelineTest : public ::testing::Test {
 protected:
  std::unique_ptr<Clock> clock_ = make_steady_clock();
};

TEST_F(TimelineTest, KeepsOrder) {
  Timeline timeline(*clock_);
  timeline.add(Channel::line, "nrst", 0);
  timeline.log("Asserting target reset");
  const auto records = timeline.records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].name, "nrst");
  EXPECT_EQ(records[1].text, "Asserting target reset");
  EXPECT_LE(records[0].at, records[1].at);
}

TEST_F(TimelineTest, ConcealsPayloadsButNotLogs) {
  Timeline timeline(*clock_);
  {
    const Timeline::Concealment outer(timeline);
    const Timeline::Concealment inner(timeline);
    timeline.add(Channel::mailbox, "host", 0x746e7973, "word");
    timeline.add(Channel::usb, "write-memory", 0, "f208");
    timeline.log("sending response");
  }
  timeline.add(Channel::mailbox, "host", 7);
  const auto records = timeline.records();
  EXPECT_TRUE(records[0].concealed);
  EXPECT_EQ(records[0].value, 0u);
  EXPECT_EQ(records[0].text, "");
  EXPECT_EQ(records[1].text, "");
  EXPECT_EQ(records[2].text, "sending response");
  EXPECT_FALSE(records[3].concealed);
  EXPECT_EQ(records[3].value, 7u);
}

TEST_F(TimelineTest, DropsTheMiddleWhenFull) {
  Timeline timeline(*clock_, 10);
  for (std::uint32_t i = 0; i < 100; ++i) timeline.add(Channel::usb, "x", i);
  const auto records = timeline.records();
  ASSERT_EQ(records.size(), 10u);
  EXPECT_EQ(records.front().value, 0u);
  EXPECT_EQ(records.back().value, 99u);
  EXPECT_EQ(timeline.dropped(), 90u);
}

}  // namespace
}  // namespace rigor
