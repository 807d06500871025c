// The SerialPorts of this machine: terminal devices through termios.
//
// A thread per open port reads the device and stamps every chunk with `clock` as soon as the kernel hands it over;
// readers wait through the clock. What nobody fetches is kept up to 1 MiB, then the oldest chunks are dropped.
#pragma once

#include <memory>

#include "framework/serial/serial_port.hpp"

namespace rigor {

// `clock` must outlive the ports. A port is opened for this process alone (TIOCEXCL): port_failed when somebody has it.
[[nodiscard]] std::unique_ptr<SerialPorts> make_termios_ports(Clock& clock);

}  // namespace rigor
