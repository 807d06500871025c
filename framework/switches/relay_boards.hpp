// Relays of USB relay boards (relay_board.hpp) as lines: on is a relay whose coil is under current.
//
// A board is found by its serial, its USB port or its node. Where that fits several, none is taken: line_missing, with
// the ports to choose from.
#pragma once

#include "framework/switches/hid_devices.hpp"
#include "framework/switches/switch_backend.hpp"

namespace rigor {

// Two control transfers of a low-speed device and the relay's own movement.
inline constexpr Duration kRelayLatency = std::chrono::milliseconds(30);

[[nodiscard]] std::unique_ptr<SwitchBackend> make_relay_boards(std::unique_ptr<HidDevices> devices);

}  // namespace rigor
