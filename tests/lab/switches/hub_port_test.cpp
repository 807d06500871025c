// Ports of hubs that do what they are told, and of all the others.
#include <gmock/gmock.h>

#include "tests/lab/switches/switch_lab.hpp"

namespace rigor::lab {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Switching = UsbHubOptions::Switching;

const LineName kPort{"hub:1-2", "3"};

TEST(HubPorts, HaveTheirPowerOneByOne) {
  SwitchLab lab;
  const UsbHub& hub = lab.hubs->add("1-2", {});
  const auto line = lab.take(kPort);
  ASSERT_TRUE(line) << line.error().describe();
  EXPECT_FALSE(hub.supplies(3));
  EXPECT_TRUE(hub.supplies(2));
  EXPECT_TRUE((*line)->set(Level::high));
  EXPECT_TRUE(hub.supplies(3));
}

TEST(HubPorts, OfUsb3LoseTheirPowerWhenBothHalvesSwitch) {
  SwitchLab lab;
  const UsbHub& slow = lab.hubs->add("1-2", {});
  const UsbHub& fast = lab.hubs->add("2-2", {.superspeed = true});
  const auto line = lab.take({"hub:1-2+2-2", "3"});
  ASSERT_TRUE(line) << line.error().describe();
  EXPECT_FALSE(slow.supplies(3) || fast.supplies(3));
  EXPECT_TRUE((*line)->set(Level::high));
  EXPECT_TRUE(slow.supplies(3) && fast.supplies(3));
}

TEST(HubPorts, MayFollowALittleLate) {
  SwitchLab lab;
  lab.hubs->add("1-2", {.follows_after = 3});
  lab.hubs->add("1-3", {.follows_after = 1000});
  EXPECT_TRUE(lab.take(kPort));
  EXPECT_EQ(lab.take({"hub:1-3", "3"}).error().code(), Code::line_failed);
}

// A safe state is set while the clock is interrupted.
TEST(HubPorts, AreSwitchedWhileTheClockIsInterrupted) {
  SwitchLab lab;
  const UsbHub& hub = lab.hubs->add("1-2", {});
  const auto line = lab.take(kPort, Level::high);
  lab.clock.interrupt();
  EXPECT_TRUE((*line)->set(Level::low));
  EXPECT_FALSE(hub.supplies(3));
  lab.clock.resume();
}

TEST(HubPorts, ThatSayTheyFollowedAreBelieved) {
  SwitchLab lab;
  const UsbHub& hub = lab.hubs->add("1-2", {.has_no_switches = true});
  EXPECT_TRUE(lab.take(kPort));
  EXPECT_TRUE(hub.supplies(3)) << "which only a meter sees";
}

struct HubRefusal {
  const char* name;
  LineName line;
  UsbHubOptions options;
  Code code;
  const char* says;
};
class HubRefuses : public ::testing::TestWithParam<HubRefusal> {};
TEST_P(HubRefuses, ByName) {
  SwitchLab lab;
  const UsbHub& hub = lab.hubs->add("1-2", GetParam().options);
  const auto line = lab.take(GetParam().line);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code(), GetParam().code);
  EXPECT_THAT(line.error().describe(), HasSubstr(GetParam().says));
  EXPECT_FALSE(line.error().hint_text().empty());
  for (std::uint8_t port = 1; port <= 4; ++port) EXPECT_TRUE(hub.supplies(port)) << "nothing was touched";
}
INSTANTIATE_TEST_SUITE_P(
    table, HubRefuses,
    ::testing::Values(
        HubRefusal{"Together", kPort, {.switching = Switching::together}, Code::line_failed, "all its ports together"},
        HubRefusal{"Never", kPort, {.switching = Switching::none}, Code::line_failed, "does not switch"},
        HubRefusal{"InWordsOnly", kPort, {.ignores_requests = true}, Code::line_failed, "says that it is on"},
        HubRefusal{"ToThisUser", kPort, {.refuses_users = true}, Code::line_failed, "rigor doctor"},
        HubRefusal{"APortItHasNot", {"hub:1-2", "5"}, {}, Code::line_missing, "expected 1 to 4"},
        HubRefusal{"WhatIsNotThere", {"hub:1-7", "1"}, {}, Code::line_missing, "no USB hub at '1-7'"},
        HubRefusal{"AHalfThatIsNotThere", {"hub:1-2+2-2", "1"}, {}, Code::line_missing, "no USB hub at '2-2'"}),
    [](const auto& test) { return test.param.name; });

TEST(HubPorts, OfAHubThatWasPulledOutFail) {
  SwitchLab lab;
  lab.hubs->add("1-2", {});
  const auto line = lab.take(kPort);
  lab.hubs->unplug("1-2");
  EXPECT_FALSE((*line)->set(Level::high));
  lab.hubs->add("1-2", {});
  EXPECT_TRUE((*line)->set(Level::high)) << "and work again when it is back";
}

TEST(HubPorts, AreListedWhereTheyCanBeSwitched) {
  SwitchLab lab;
  lab.hubs->add("1-2", {.ports = 2});
  lab.hubs->add("1-3", {.switching = Switching::together});
  lab.hubs->add("1-4", {.refuses_users = true});
  const auto listed = lab.lines->list().value();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].name, (LineName{"hub:1-2", "1"}));
  EXPECT_EQ(listed[1].name, (LineName{"hub:1-2", "2"}));
}

}  // namespace
}  // namespace rigor::lab
