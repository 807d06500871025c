#include "framework/switches/switch_name.hpp"

#include <gmock/gmock.h>

namespace rigor {
namespace {

using namespace std::literals;

TEST(SwitchName, IsReadBackAsItWasMade) {
  for (const HubPortName& port : {HubPortName{"1-2", "", 3}, HubPortName{"1-0", "2-0", 255}})
    EXPECT_EQ(hub_port_name(line_name(port)), port);
  for (const RelayName& relay : {RelayName{"BITFT", 2}, RelayName{"/dev/hidraw0", 8}, RelayName{"1-2.3", 1}})
    EXPECT_EQ(relay_name(line_name(relay)), relay);
  const CommandName full{{"pdu", "outlet 7", ""}, {"", "off"}, {"state"}, 1500ms};
  EXPECT_EQ(command_name(line_name(full)), full);
  const CommandName blind{{"on"}, {"off"}, {}, 1ms};
  EXPECT_EQ(command_name(line_name(blind)), blind);
}

TEST(SwitchName, ReadsAsItIsListed) {
  EXPECT_EQ(line_name(HubPortName{"1-2", "2-2", 3}), (LineName{"hub:1-2+2-2", "3"}));
  EXPECT_EQ(line_name(RelayName{"BITFT", 2}), (LineName{"hid-relay:BITFT", "2"}));
}

TEST(SwitchName, OfAnotherKindIsNone) {
  const LineName names[] = {
      {"rack-relays", "PWR3"},
      {"hub:", "1"},
      {"hub:1-2", ""},
      {"hub:1-2", "0"},
      {"hub:1-2", "03"},
      {"hub:1-2", "3 "},
      {"hub:1-2", "256"},
      {"hid-relay:", "1"},
      {"hid-relay:B", "x"},
      {"hid-relay:B", "-1"},
      {"command:", ""},
      {"command:", "sh"},
      {"command:", "a\x1F\x1E\x1E\x1E"s + "5"},
      {"command", "x"},
      {"", ""},
  };
  for (const LineName& name : names) {
    EXPECT_FALSE(hub_port_name(name)) << name.chip << " " << name.line;
    EXPECT_FALSE(relay_name(name)) << name.chip << " " << name.line;
    EXPECT_FALSE(command_name(name)) << name.chip << " " << name.line;
  }
}

TEST(SwitchName, SaysItsKindBeforeItsDetails) {
  EXPECT_EQ(switch_kind({"hub:nonsense", "x"}), SwitchKind::hub_port);
  EXPECT_EQ(switch_kind({"hid-relay:", ""}), SwitchKind::relay);
  EXPECT_EQ(switch_kind({"command:", ""}), SwitchKind::command);
  EXPECT_EQ(switch_kind({"gpiochip0", "3"}), std::nullopt);
}

TEST(SwitchName, IsDescribedForPeople) {
  EXPECT_EQ(describe_switch({"hub:1-2+2-2", "3"}), "port 3 of hub 1-2");
  EXPECT_EQ(describe_switch({"hid-relay:BITFT", "2"}), "relay 2 of board 'BITFT'");
  EXPECT_EQ(describe_switch(line_name(CommandName{{"pdu", "7"}, {"pdu", "0"}, {}, 1s})), "the command 'pdu'");
  EXPECT_EQ(describe_switch({"rack", "PWR"}), "line 'PWR' of 'rack'");
}

}  // namespace
}  // namespace rigor
