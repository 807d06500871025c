// Bringing back a probe that hangs: the gentlest means first, and no more than are needed.
//
//   1. its halted endpoints are cleared and what it still had to say is thrown away;
//   2. it is reset on the bus, which some probes answer by enumerating anew;
//   3. its port loses power for a while, through the hub, where the hub can switch one port alone.
//
// None of them touches the target's wires on purpose, but 3 takes the probe's own supply away: what it powers goes
// dark.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

enum class RecoveryStep : std::uint8_t { clear_halt, usb_reset, port_power };
[[nodiscard]] std::string_view recovery_step_name(RecoveryStep step);  // "clear-halt"

// Trouble that a recovery may cure: the probe is there and does not answer as it should.
[[nodiscard]] bool may_be_cured(Code code);

// Does one step at the device of `usb_path`. Success says that it was done, not that it helped.
// Errors: probe_missing, probe_busy, probe_lost; unsupported where no hub switches the port.
[[nodiscard]] Result<void> try_recovery(RecoveryStep step, UsbHost& host, const std::string& usb_path, Clock& clock);

// Calls `attempt` (returns a Result), and on curable trouble every step in turn followed by another attempt, until one
// succeeds. A step that is impossible is passed over. The last error comes back; `done`, where given, gets the steps
// that were done, the last of which helped when the outcome is a success.
template <typename Attempt>
auto recover_while_hung(UsbHost& host, const std::string& usb_path, Clock& clock, Attempt&& attempt,
                        std::vector<RecoveryStep>* done = nullptr) -> decltype(attempt()) {
  auto outcome = attempt();
  for (const RecoveryStep step : {RecoveryStep::clear_halt, RecoveryStep::usb_reset, RecoveryStep::port_power}) {
    if (outcome || !may_be_cured(outcome.error().code())) return outcome;
    if (auto tried = try_recovery(step, host, usb_path, clock); !tried) {
      if (tried.error().code() == Code::aborted) return std::unexpected(std::move(tried).error());
      continue;
    }
    if (done != nullptr) done->push_back(step);
    outcome = attempt();
  }
  return outcome;
}

}  // namespace rigor
