// The UsbHost of this machine, on libusb-1.0.
//
// Transfers are asynchronous: a thread of the host handles libusb's events and sets an Event of `clock` when a transfer
// is over, so that every wait of a caller goes through the clock and ends at its limit or when the clock is
// interrupted. A transfer that is not over by then is cancelled, and its memory is kept until libusb has given it back.
// Opening a device detaches nothing; claim() detaches a kernel driver and gives the interface back when the device
// closes. A claimed device's port is locked for this process (port_lock.hpp).
#pragma once

#include <filesystem>
#include <memory>

#include "framework/usb/port_lock.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

// `clock` must outlive the host and its devices; devices may outlive the host.
// Errors: io_failed when libusb cannot start. A machine without USB is not an error: list() is then empty.
[[nodiscard]] Result<std::unique_ptr<UsbHost>> make_libusb_host(
    Clock& clock, const std::filesystem::path& locks = port_lock_directory());

}  // namespace rigor
