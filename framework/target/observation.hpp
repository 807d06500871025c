// Observations of reset and power on any family, for the verdicts of reset_evidence.hpp: the family says which of its
// registers are the witnesses.
#pragma once

#include <optional>

#include "framework/base/clock.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/reset_evidence.hpp"

namespace rigor {

struct WitnessWord {
  AccessPort port;
  std::uint32_t address = 0;
};

// A word left for a CPU that will not fetch it: its flag survives every reset but power-on (debug-authentication.md
// 13.1).
struct MailboxWitness {
  AccessPort port;
  std::uint32_t host = 0;
  std::uint32_t acknowledge = 0;
};

struct Witnesses {
  AccessPort core;          // of DHCSR
  WitnessWord reset_flags;  // RCC_RSR, RCC_CSR
  ResetFlagBits bits;
  std::optional<WitnessWord> options;  // reads as zero while NRST is low; nothing where the family has no such word
  std::optional<MailboxWitness> mailbox;
};

class WitnessSource {
 public:
  virtual ~WitnessSource() = default;
  // Errors: state_unsuitable unless the chip is open.
  [[nodiscard]] virtual Result<Witnesses> of_open_chip() = 0;
  // The same of a chip that is coming out of reset, attaching again until the limit.
  [[nodiscard]] virtual Result<Witnesses> after_reset(Duration limit) = 0;
};

// Where the core is, halted for a moment for it. Errors: state_unsuitable unless the chip is open; core_not_halted.
[[nodiscard]] Result<std::uint32_t> observe_program_counter(Probe& probe, Clock& clock, WitnessSource& source);

// The pin is released and the supply switched on again whatever happens.
[[nodiscard]] Result<ResetEvidence> observe_reset(Probe& probe, Clock& clock, WitnessSource& source, ResetPin& pin);
[[nodiscard]] Result<PowerEvidence> observe_power(Probe& probe, Clock& clock, WitnessSource& source,
                                                  PowerSwitch& supply);

}  // namespace rigor
