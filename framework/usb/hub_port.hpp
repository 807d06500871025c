// The supply of one hub port, by requests of the USB hub class (USB 2.0, 11.24; USB 3.2, 10.16).
//
//   RIGOR_TRY(const auto hub, host.open("1-2"));
//   RIGOR_TRY(const HubTraits traits, read_hub(*hub));
//   if (traits.switching == PortSwitching::singly) RIGOR_CHECK(switch_port(*hub, 3, false));
//   RIGOR_TRY(const bool powered, port_has_power(*hub, traits, 3));    // many hubs accept the request and do nothing
//
// A hub answers while the kernel's hub driver has it; nothing is claimed. A hub of USB 3 is two hubs to the computer,
// and a port loses its supply when both have switched it off.
//
// Errors: unsupported where the device is no hub; those of UsbDevice::control().
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

enum class PortSwitching : std::uint8_t { together, singly, none };

struct HubTraits {
  std::uint8_t ports = 0;
  PortSwitching switching = PortSwitching::none;
  bool superspeed = false;
};

// Nothing for a descriptor that is cut short.
[[nodiscard]] std::optional<HubTraits> hub_traits(ByteView hub_descriptor);
[[nodiscard]] Result<HubTraits> read_hub(UsbDevice& hub);

// Asks for it; port_has_power() tells whether the hub obeyed, as far as the hub itself knows.
[[nodiscard]] Result<void> switch_port(UsbDevice& hub, std::uint8_t port, bool on);
[[nodiscard]] Result<bool> port_has_power(UsbDevice& hub, const HubTraits& traits, std::uint8_t port);

// Off, wait, on. Tries to give the power back also when the wait fails.
// Errors: unsupported where the hub does not switch its ports one by one; those of the requests.
[[nodiscard]] Result<void> cycle_power(UsbDevice& hub, const HubPort& port, Clock& clock, Duration off);

}  // namespace rigor
