// ST-LINK/V2, V2-1 and V3 as a Probe.
//
// open_st_link() claims the debug interface, throws away replies that an earlier program left unread, leaves the
// bootloader or a session somebody abandoned (never sending "leave debug" outside debug mode, which hangs some V3
// firmware, st-link-protocol.md 3), and reads the firmware version. It touches nothing of the target.
//
//   RIGOR_TRY(auto probe, open_st_link(host, "1-2.3", clock));
//   RIGOR_CHECK(probe->attach());
//   RIGOR_CHECK(probe->open_access_port(1));
//   RIGOR_TRY(const std::uint32_t cpuid, probe->read_word({1}, 0xE000ED00));
//
// What a firmware cannot do is an error of the call that needs it (probe_too_old, with the version that can), so an old
// probe still opens and can be listed. After a loss of target power attach() enters debug mode again; access ports that
// were open before are opened again when they are next used.
//
// The probe keeps references to `host` and `clock`. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "framework/base/clock.hpp"
#include "framework/probe/probe.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

// Errors: probe_missing, probe_busy, unsupported (not an ST-LINK, or a V1), probe_stalled / probe_timeout / probe_lost,
// and probe_confused when the version reply is not one.
[[nodiscard]] Result<std::unique_ptr<Probe>> open_st_link(UsbHost& host, const std::string& usb_path, Clock& clock);

}  // namespace rigor
