// From a USB path to an ST-LINK that runs its application and has told its version (st-link-protocol.md 3, 4.1, 9.3).
#pragma once

#include <memory>
#include <string>

#include "framework/probe/command_port.hpp"
#include "framework/probe/version.hpp"

namespace rigor {

// Reply byte 0 of F5.
enum class StLinkMode : std::uint8_t { bootloader = 0, idle = 1, debug = 2, swim = 3, usb_bootloader = 4 };

[[nodiscard]] Result<StLinkMode> read_mode(CommandPort& port);
[[nodiscard]] Result<StLinkVersion> read_version(CommandPort& port);

// Leaves debug, SWIM or the bootloader; a bootloader that re-enumerates is followed to its application.
[[nodiscard]] Result<std::unique_ptr<CommandPort>> open_application(UsbHost& host, const std::string& usb_path,
                                                                    Clock& clock);

}  // namespace rigor
