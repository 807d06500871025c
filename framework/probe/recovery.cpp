#include "framework/probe/recovery.hpp"

#include <tuple>

#include "framework/probe/command_port.hpp"
#include "framework/probe/finding.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

// OpenOCD's pause after a USB reset (st-link-protocol.md 9.1).
constexpr Duration kResetPause = 1s;
// Long enough for a probe's capacitors, and for hubs that switch with a delay.
constexpr Duration kPowerOff = 2s;
constexpr Duration kReturnLimit = 10s;

Result<void> clear_halts(UsbHost& host, const std::string& usb_path) {
  RIGOR_TRY(const auto port, CommandPort::open(host, usb_path));
  port->clear_halts();
  port->drain();
  return {};
}

Result<void> reset_on_the_bus(UsbHost& host, const std::string& usb_path, Clock& clock) {
  {
    RIGOR_TRY(const auto device, host.open(usb_path));
    // A device that enumerates anew reports its own reset as a loss; opening it again decides.
    std::ignore = device->reset();
  }
  RIGOR_CHECK(clock.sleep_for(kResetPause));
  return without_value(await_device(host, usb_path, clock, kReturnLimit));
}

Result<void> cycle_power(UsbHost& host, const std::string& usb_path, Clock& clock) {
  RIGOR_CHECK(host.cycle_port_power(usb_path, kPowerOff));
  RIGOR_CHECK(clock.sleep_for(kResetPause));
  return without_value(await_device(host, usb_path, clock, kReturnLimit));
}

}  // namespace

std::string_view recovery_step_name(RecoveryStep step) {
  switch (step) {
    case RecoveryStep::clear_halt:
      return "clear-halt";
    case RecoveryStep::usb_reset:
      return "usb-reset";
    case RecoveryStep::port_power:
      break;
  }
  return "port-power";
}

bool may_be_cured(Code code) {
  return code == Code::probe_timeout || code == Code::probe_stalled || code == Code::probe_confused;
}

Result<void> try_recovery(RecoveryStep step, UsbHost& host, const std::string& usb_path, Clock& clock) {
  switch (step) {
    case RecoveryStep::clear_halt:
      return clear_halts(host, usb_path);
    case RecoveryStep::usb_reset:
      return reset_on_the_bus(host, usb_path, clock);
    case RecoveryStep::port_power:
      break;
  }
  return cycle_power(host, usb_path, clock);
}

}  // namespace rigor
