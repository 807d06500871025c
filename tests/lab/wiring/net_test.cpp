#include "fixtures/virtual/net.hpp"

#include <gmock/gmock.h>

#include "fixtures/virtual/virtual_clock.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

struct NetCase {
  bool pulled;
  PinDrive first;
  PinDrive second;
  bool high;
};

TEST(Net, LowWinsThenHighThenThePull) {
  const NetCase cases[] = {
      {true, PinDrive::released, PinDrive::released, true}, {false, PinDrive::released, PinDrive::released, false},
      {true, PinDrive::low, PinDrive::released, false},     {true, PinDrive::low, PinDrive::high, false},
      {false, PinDrive::released, PinDrive::high, true},    {true, PinDrive::low, PinDrive::low, false},
  };
  for (const NetCase& each : cases) {
    Net net(each.pulled);
    const auto first = net.attach("first");
    const auto second = net.attach("second");
    net.drive(first, each.first);
    net.drive(second, each.second);
    EXPECT_EQ(net.high(), each.high);
  }
}

TEST(Net, ObserversHearChangesAndNothingElse) {
  Net net(true);
  std::vector<bool> heard;
  net.observe([&](bool high) { heard.push_back(high); });
  const auto probe = net.attach("probe");
  const auto relay = net.attach("relay");
  net.drive(probe, PinDrive::low);
  net.drive(relay, PinDrive::low);
  net.drive(probe, PinDrive::released);
  net.drive(relay, PinDrive::released);
  EXPECT_THAT(heard, ElementsAre(false, true));
}

TEST(Net, ABrokenWireReachesNothingUntilItIsMended) {
  Net net(true);
  const auto relay = net.attach("relay");
  net.connect(relay, false);
  net.drive(relay, PinDrive::low);
  EXPECT_TRUE(net.high());
  net.connect(relay, true);
  EXPECT_FALSE(net.high());
}

TEST(Net, CountsFightsBetweenPushPullAndLow) {
  Net net(true);
  const auto pusher = net.attach("pusher");
  const auto puller = net.attach("puller");
  net.drive(pusher, PinDrive::high);
  net.drive(puller, PinDrive::low);
  net.drive(puller, PinDrive::low);
  EXPECT_EQ(net.contentions(), 1U);
  net.drive(puller, PinDrive::released);
  net.drive(puller, PinDrive::low);
  EXPECT_EQ(net.contentions(), 2U);
}

class SupplyTest : public testing::Test {
 protected:
  VirtualClock clock_;
  std::unique_ptr<Actor> actor_ = clock_.enroll("test");
};

TEST_F(SupplyTest, RisesWithinItsRiseTimeAndFallsBelowTheThresholdInItsDischargeTime) {
  SupplyNet supply(clock_, {});
  EXPECT_EQ(supply.volts(), 0.0);
  supply.set_on(true);
  EXPECT_LT(supply.volts(), 0.1) << "not at once";
  ASSERT_TRUE(clock_.sleep_for(1ms));
  EXPECT_NEAR(supply.volts(), 3.3, 0.1);
  ASSERT_TRUE(clock_.sleep_for(10ms));
  EXPECT_EQ(supply.volts(), 3.3);
  supply.set_on(false);
  ASSERT_TRUE(clock_.sleep_for(49ms));
  EXPECT_GT(supply.volts(), 1.6);
  ASSERT_TRUE(clock_.sleep_for(2ms));
  EXPECT_LT(supply.volts(), 1.6);
  ASSERT_TRUE(clock_.sleep_for(1s));
  EXPECT_EQ(supply.volts(), 0.0);
}

TEST_F(SupplyTest, ObserversSeeBothThresholdsCrossed) {
  SupplyNet supply(clock_, {});
  std::vector<double> seen;
  supply.observe([&](double volts) { seen.push_back(volts); });
  supply.set_on(true);
  ASSERT_TRUE(clock_.sleep_for(20ms));
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(seen.back(), 3.3);
  seen.clear();
  supply.set_on(false);
  ASSERT_TRUE(clock_.sleep_for(2s));
  EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater{}));
  EXPECT_EQ(seen.back(), 0.0);
}

TEST_F(SupplyTest, AShortInterruptionDoesNotReachZero) {
  SupplyNet supply(clock_, {});
  supply.set_on(true);
  ASSERT_TRUE(clock_.sleep_for(20ms));
  double lowest = 5.0;
  supply.observe([&](double volts) { lowest = std::min(lowest, volts); });
  supply.set_on(false);
  ASSERT_TRUE(clock_.sleep_for(10ms));
  supply.set_on(true);
  ASSERT_TRUE(clock_.sleep_for(1s));
  EXPECT_GT(lowest, 2.5);
  EXPECT_EQ(supply.volts(), 3.3);
}

TEST_F(SupplyTest, BackFeedingKeepsAVoltageOn) {
  SupplyNet supply(clock_, {.backfeed_volts = 1.2});
  supply.set_on(true);
  ASSERT_TRUE(clock_.sleep_for(1s));
  supply.set_on(false);
  ASSERT_TRUE(clock_.sleep_for(10s));
  EXPECT_EQ(supply.volts(), 1.2);
}

}  // namespace
}  // namespace rigor::lab
