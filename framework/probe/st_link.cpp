#include "framework/probe/st_link.hpp"

#include <fmt/format.h>

#include <utility>

#include "framework/probe/opening.hpp"
#include "framework/probe/recovery.hpp"
#include "framework/probe/st_link_listing.hpp"
#include "framework/probe/st_link_probe.hpp"

namespace rigor {
namespace {

Result<std::unique_ptr<Probe>> open_once(UsbHost& host, const std::string& usb_path, Clock& clock) {
  RIGOR_TRY(auto port, open_application(host, usb_path, clock));
  RIGOR_TRY(const StLinkVersion version, read_version(*port));
  ProbeIdentity identity{.model = std::string(port->product().model),
                         .firmware = version.text(),
                         .serial = st_link_serial_text(port->usb().serial_descriptor),
                         .usb_path = usb_path};
  return std::make_unique<StLinkProbe>(std::move(port), version, std::move(identity), clock);
}

Error hopeless(Error last, const std::string& usb_path, const std::vector<RecoveryStep>& tried) {
  std::string steps;
  for (const RecoveryStep step : tried)
    steps += fmt::format("{}{}", steps.empty() ? "" : ", ", recovery_step_name(step));
  const Code code = last.code();
  return Error(code, fmt::format("the probe at {} does not work, also after {}", usb_path, steps))
      .hint("unplug it and plug it in again")
      .because(std::move(last));
}

}  // namespace

Result<std::unique_ptr<Probe>> open_st_link(UsbHost& host, const std::string& usb_path, Clock& clock) {
  std::vector<RecoveryStep> tried;
  auto opened = recover_while_hung(host, usb_path, clock, [&] { return open_once(host, usb_path, clock); }, &tried);
  if (opened || tried.empty()) return opened;
  return fail(hopeless(std::move(opened).error(), usb_path, tried));
}

}  // namespace rigor
