#include "framework/probe/st_link.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/probe/opening.hpp"
#include "framework/probe/st_link_listing.hpp"
#include "framework/probe/st_link_probe.hpp"

namespace rigor {
namespace {

// OpenOCD's pause after a USB reset (st-link-protocol.md 9.1).
constexpr Duration kResetPause = std::chrono::seconds(1);

Result<std::unique_ptr<Probe>> open_once(UsbHost& host, const std::string& usb_path, Clock& clock) {
  RIGOR_TRY(auto port, open_application(host, usb_path, clock));
  RIGOR_TRY(const StLinkVersion version, read_version(*port));
  ProbeIdentity identity{.model = std::string(port->product().model),
                         .firmware = version.text(),
                         .serial = st_link_serial_text(port->usb().serial_descriptor),
                         .usb_path = usb_path};
  return std::make_unique<StLinkProbe>(std::move(port), version, std::move(identity), clock);
}

bool may_be_cured_by_reset(Code code) {
  return code == Code::probe_timeout || code == Code::probe_stalled || code == Code::probe_confused;
}

}  // namespace

Result<std::unique_ptr<Probe>> open_st_link(UsbHost& host, const std::string& usb_path, Clock& clock) {
  auto first = open_once(host, usb_path, clock);
  if (first || !may_be_cured_by_reset(first.error().code())) return first;
  {
    RIGOR_TRY(const auto device, host.open(usb_path));
    // A device that re-enumerates reports its own reset as a loss; opening it again decides.
    std::ignore = device->reset();
  }
  RIGOR_CHECK(clock.sleep_for(kResetPause));
  auto second = open_once(host, usb_path, clock);
  if (second) return second;
  const Code code = second.error().code();
  return fail(Error(code, fmt::format("the probe at {} does not work, also after a USB reset", usb_path))
                  .hint("unplug it and plug it in again")
                  .because(std::move(second).error()));
}

}  // namespace rigor
