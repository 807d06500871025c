// Ports of USB hubs as lines: on is a port with power (framework/usb/hub_port.hpp).
//
// A port is switched alone or not at all: a hub that switches its ports together, or none, is line_failed. After each
// request the port's status is read until it follows, for kFollowLimit; many hubs accept the request and do nothing. A
// hub whose status follows and whose socket stays live all the same is only found with a meter, or by what is plugged
// in.
#pragma once

#include <functional>

#include "framework/switches/switch_backend.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

using MakeUsbHost = std::function<Result<std::unique_ptr<UsbHost>>()>;

inline constexpr Duration kFollowLimit = std::chrono::milliseconds(100);

// `make_host` is called once, when the first port is wanted. Its waits should be of a clock that nobody interrupts;
// `clock` is waited on while a status does not follow.
[[nodiscard]] std::unique_ptr<SwitchBackend> make_hub_ports(MakeUsbHost make_host, Clock& clock);

}  // namespace rigor
