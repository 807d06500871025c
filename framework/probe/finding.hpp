// Which ST-LINK somebody means: by USB port path first, because clones share serial numbers; by serial number when
// just one probe has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

// The USB port path of the probe that `who` names: a path ("1-2.3"), a serial number as `rigor list probes` prints it,
// or nothing at all where only one probe is plugged in.
// Errors: probe_missing with what there is, probe_ambiguous naming the paths.
[[nodiscard]] Result<std::string> find_st_link(UsbHost& host, std::string_view who);

// What is plugged in at `path`; nothing when nobody is there.
[[nodiscard]] Result<std::optional<UsbIdentity>> device_at(UsbHost& host, std::string_view path);

// Waits until something is plugged in at `path`, at most `limit`. A host that tells of changes is waited for, another
// one asked again and again. Errors: probe_missing when the limit has passed.
[[nodiscard]] Result<UsbIdentity> await_device(UsbHost& host, const std::string& path, Clock& clock, Duration limit);

}  // namespace rigor
