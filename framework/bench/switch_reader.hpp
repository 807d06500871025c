// Lines that are no GPIO chip's, as a bench's `lines:` describe them (framework/switches/switch_name.hpp):
//
//   power: {hub: 1-2, port: 3}                            and `companion: 2-2` for a hub of USB 3
//   power: {hid-relay: BITFT, relay: 2}
//   power: {command: [pdu, outlet, "7", "{state}"]}       {state} becomes on or off
//   power: {on: [pdu-on, "7"], off: [pdu-off, "7"], read: [pdu-state, "7"], limit: 5s}
#pragma once

#include <optional>

#include "framework/bench/yaml.hpp"
#include "framework/switches/switch_name.hpp"

namespace rigor {

// The key by which a line says what it is; empty when it says so by none of the above.
[[nodiscard]] std::string_view switch_key(const YamlNode& line);

// Reads the keys of one of them; what is wrong is a fault, and the name is not to be used then.
[[nodiscard]] LineName read_switch(MapReader& reader, std::string_view key);

}  // namespace rigor
