// How lines that are no GPIO chip's are named: the chip of their LineName begins with their kind and a colon.
//
//   {"hub:1-2", "3"}            port 3 of the USB hub at 1-2 ("1-0": the root hub of bus 1)
//   {"hub:1-2+2-2", "3"}        and of its other half, for a hub of USB 3
//   {"hid-relay:BITFT", "2"}    relay 2 of the USB relay board with that serial, at that USB port, or of that node
//   {"command:", "..."}         programs that switch it; the line holds all that is known of them
//
// At all of them a high level is "on": the port has power, the relay's coil is under current, the command for on ran.
// Values: copy them freely.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/gpio/line_driver.hpp"

namespace rigor {

struct HubPortName {
  std::string hub;        // USB path, "1-2"
  std::string companion;  // the path of a USB 3 hub's other half; empty: it has none
  std::uint8_t port = 0;  // from 1
  bool operator==(const HubPortName&) const = default;
};

struct RelayName {
  std::string board;   // serial ("BITFT"), USB path ("1-2.3") or device node ("/dev/hidraw0")
  unsigned relay = 0;  // from 1, as printed on the board
  bool operator==(const RelayName&) const = default;
};

// Words as execvp() takes them, no shell between.
struct CommandName {
  std::vector<std::string> on;
  std::vector<std::string> off;
  std::vector<std::string> read;  // prints the state; empty: nobody can tell it
  Duration limit{};               // longest that one of them may take, whole milliseconds
  bool operator==(const CommandName&) const = default;
};

[[nodiscard]] LineName line_name(const HubPortName& name);
[[nodiscard]] LineName line_name(const RelayName& name);
// The words hold no control characters, and are not empty lists where the comment above does not allow it.
[[nodiscard]] LineName line_name(const CommandName& name);

// Nothing for lines of another kind, and for names that line_name() does not make.
[[nodiscard]] std::optional<HubPortName> hub_port_name(const LineName& name);
[[nodiscard]] std::optional<RelayName> relay_name(const LineName& name);
[[nodiscard]] std::optional<CommandName> command_name(const LineName& name);

enum class SwitchKind : std::uint8_t { hub_port, relay, command };
// Nothing: the line is a GPIO chip's.
[[nodiscard]] std::optional<SwitchKind> switch_kind(const LineName& name);

// "port 3 of hub 1-2", "relay 2 of board 'BITFT'", "the command 'pdu'".
[[nodiscard]] std::string describe_switch(const LineName& name);

}  // namespace rigor
