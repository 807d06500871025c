// Relays of boards, by serial, by port and by node.
#include "framework/switches/relay_board.hpp"

#include <gmock/gmock.h>

#include "tests/lab/switches/switch_lab.hpp"

namespace rigor::lab {
namespace {

using ::testing::HasSubstr;

TEST(RelayBoards, AreFoundByEveryNameTheyHave) {
  for (const char* board : {"BITFT", "1-2.3", "/dev/hidraw0"}) {
    SwitchLab lab;
    const UsbRelay& relay = lab.boards->add("1-2.3", {.relays = 4}).relay;
    const auto line = lab.take({std::string("hid-relay:") + board, "3"}, Level::high);
    ASSERT_TRUE(line) << line.error().describe();
    EXPECT_TRUE(relay.is_on(3));
    EXPECT_FALSE(relay.is_on(1) || relay.is_on(2) || relay.is_on(4));
    EXPECT_TRUE((*line)->set(Level::low));
    EXPECT_FALSE(relay.is_on(3));
  }
}

TEST(RelayBoards, KnowARelayByWhateverNameAsOne) {
  SwitchLab lab;
  lab.boards->add("1-2.3", {});
  const auto line = lab.take({"hid-relay:BITFT", "1"});
  EXPECT_EQ(lab.take({"hid-relay:1-2.3", "1"}).error().code(), Code::line_busy);
  EXPECT_TRUE(lab.take({"hid-relay:1-2.3", "2"}));
}

TEST(RelayBoards, OfOneSerialAreToldApartByPort) {
  SwitchLab lab;
  lab.boards->add("1-2", {});
  const UsbRelay& second = lab.boards->add("1-3", {}).relay;
  const auto refused = lab.take({"hid-relay:BITFT", "1"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "2 USB relay boards are called 'BITFT'");
  EXPECT_THAT(refused.error().hint_text(), HasSubstr("1-2, 1-3"));
  EXPECT_TRUE(lab.take({"hid-relay:1-3", "1"}, Level::high));
  EXPECT_TRUE(second.is_on(1));
  EXPECT_EQ(lab.lines->list().value().at(0).name, (LineName{"hid-relay:1-2", "1"}));
}

TEST(RelayBoards, ThatAreNotThereOrDoNotObeySaySo) {
  SwitchLab lab;
  EXPECT_THAT(lab.take({"hid-relay:BITFT", "1"}).error().hint_text(), HasSubstr("no USB relay board is plugged in"));
  VirtualHid::Board& board = lab.boards->add("1-2", {.relays = 2, .stuck = 1});
  EXPECT_THAT(lab.take({"hid-relay:BITFF", "1"}).error().hint_text(), HasSubstr("did you mean 'BITFT'"));
  EXPECT_THAT(lab.take({"hid-relay:BITFT", "3"}).error().hint_text(), HasSubstr("1 to 2"));
  const auto stuck = lab.take({"hid-relay:BITFT", "1"}, Level::high);
  ASSERT_FALSE(stuck);
  EXPECT_EQ(stuck.error().code(), Code::line_failed);
  EXPECT_THAT(stuck.error().message(), HasSubstr("says that it is off"));
  EXPECT_TRUE(lab.take({"hid-relay:BITFT", "2"}, Level::high));
  board.answers_nonsense = true;
  EXPECT_EQ(lab.take({"hid-relay:BITFT", "1"}).error().code(), Code::line_failed);
}

// One that may not be opened could be the one that is meant.
TEST(RelayBoards, ThatMayNotBeOpenedAreAsked) {
  SwitchLab lab;
  lab.boards->add("1-2", {}).refuses_users = true;
  const auto refused = lab.take({"hid-relay:BITFT", "1"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::line_failed);
  EXPECT_EQ(refused.error().hint_text(), "a udev rule");
}

TEST(RelayBoards, AreTheirProductsOnly) {
  for (const auto& [product, relays] :
       {std::pair{"USBRelay1", 1U}, std::pair{"USBRelay8", 8U}, std::pair{"USBRelay9", 0U}, std::pair{"USBRelay0", 0U},
        std::pair{"USBRelay", 0U}, std::pair{"USBRelay22", 0U}, std::pair{"Gamepad 2", 0U}, std::pair{"", 0U}})
    EXPECT_EQ(relay_count(product), relays) << product;
}

}  // namespace
}  // namespace rigor::lab
