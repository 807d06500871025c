// The supply of one hub port, by requests of the USB hub class (USB 2.0, 11.24). Private to this room.
#pragma once

#include <optional>
#include <string>

#include "framework/usb/usb_device.hpp"

namespace rigor {

// "1-2.3": port 3 of the hub at "1-2"; "1-2": port 2 of bus 1's root hub, whose own path is "1-0".
struct HubPort {
  std::string hub;
  std::uint8_t port = 0;
};
// Nothing for what is no port path.
[[nodiscard]] std::optional<HubPort> hub_port_of(const std::string& usb_path);

// True where the hub's descriptor says that its ports are switched one by one.
[[nodiscard]] bool switches_ports_singly(ByteView hub_descriptor);

// Off, wait, on. Tries to give the power back also when the wait fails.
// Errors: unsupported where the hub does not switch its ports one by one; those of the requests.
[[nodiscard]] Result<void> cycle_power(UsbDevice& hub, const HubPort& port, Clock& clock, Duration off);

}  // namespace rigor
