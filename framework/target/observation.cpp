#include "framework/target/observation.hpp"

#include <fmt/format.h>

#include "framework/target/arm/core.hpp"
#include "framework/target/arm/registers.hpp"
#include "framework/target/poll.hpp"
#include "framework/target/reading.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr Duration kHold = 20ms;  // ten milliseconds are enough for debug authentication (stm32h5.md 9)
constexpr Duration kAfterRelease = 20ms;
constexpr Duration kReturnLimit = 1s;
// Not the magic word of debug authentication, so that nobody acts on it.
constexpr std::uint32_t kMailboxMark = 0x52494752;

Result<std::optional<std::uint32_t>> look_at(Probe& probe, const WitnessWord& word) {
  return if_readable(probe.read_word(word.port, word.address));
}

Result<std::optional<std::uint32_t>> debug_status(Probe& probe, const Witnesses& witnesses) {
  return look_at(probe, {witnesses.core, arm::kDhcsr});
}

// RCC_CSR of the F4 keeps the low-speed oscillator in the same register.
Result<std::optional<std::uint32_t>> clear_reset_flags(Probe& probe, const Witnesses& witnesses) {
  const WitnessWord& flags = witnesses.reset_flags;
  RIGOR_TRY(const std::uint32_t word, probe.read_word(flags.port, flags.address));
  RIGOR_CHECK(probe.write_word(flags.port, flags.address, word | witnesses.bits.remove));
  return look_at(probe, flags);
}

Result<void> read_after(Probe& probe, Clock& clock, WitnessSource& source, ResetObservations& seen) {
  RIGOR_CHECK(clock.sleep_for(kAfterRelease));
  RIGOR_TRY(const auto witnesses, if_readable(source.after_reset(kReturnLimit)));
  if (!witnesses) return {};
  RIGOR_TRY(seen.debug_status_after, debug_status(probe, *witnesses));
  RIGOR_TRY(seen.reset_flags_after, look_at(probe, witnesses->reset_flags));
  return {};
}

Result<void> read_while_held(Probe& probe, Clock& clock, const Witnesses& witnesses, ResetObservations& seen) {
  RIGOR_CHECK(clock.sleep_for(kHold));
  if (!witnesses.options) return {};
  RIGOR_TRY(seen.options_held, look_at(probe, *witnesses.options));
  return {};
}

Result<bool> answers(Probe& probe) {
  auto attached = probe.attach();
  if (!attached && !may_pass(attached.error())) return fail(std::move(attached).error());
  if (!attached) return false;
  RIGOR_TRY(const auto id, if_readable(probe.read_debug_port_id()));
  return id.has_value();
}

Result<std::optional<std::uint32_t>> mark_mailbox(Probe& probe, const MailboxWitness& mailbox) {
  RIGOR_CHECK(probe.open_access_port(mailbox.port.number));
  RIGOR_TRY(const auto before, look_at(probe, {mailbox.port, mailbox.acknowledge}));
  if (!before) return std::nullopt;
  RIGOR_CHECK(probe.write_word(mailbox.port, mailbox.host, kMailboxMark));
  RIGOR_TRY(const auto after, look_at(probe, {mailbox.port, mailbox.acknowledge}));
  if (!after) return std::nullopt;
  return *after & ~*before;
}

Result<void> read_after_power(Probe& probe, Clock& clock, WitnessSource& source, const Witnesses& before,
                              PowerObservations& seen) {
  RIGOR_TRY(seen.answered_after, poll(clock, kReturnLimit, [&] { return answers(probe); }));
  if (!seen.answered_after) return {};
  if (before.mailbox) {  // first: what runs now may use it
    RIGOR_CHECK(probe.open_access_port(before.mailbox->port.number));
    RIGOR_TRY(seen.mailbox_pending_after, look_at(probe, {before.mailbox->port, before.mailbox->acknowledge}));
  }
  RIGOR_TRY(const auto witnesses, if_readable(source.after_reset(kReturnLimit)));
  if (!witnesses) return {};
  RIGOR_TRY(seen.reset_flags_after, look_at(probe, witnesses->reset_flags));
  return {};
}

}  // namespace

Result<std::uint32_t> observe_program_counter(Probe& probe, Clock& clock, WitnessSource& source) {
  RIGOR_TRY(const Witnesses witnesses, source.of_open_chip());
  arm::Core core(probe, witnesses.core, clock);
  RIGOR_CHECK(core.hold());
  const auto counter = core.read_register(arm::kProgramCounter);
  RIGOR_CHECK(core.let_go());
  return counter;
}

Result<ResetEvidence> observe_reset(Probe& probe, Clock& clock, WitnessSource& source, ResetPin& pin) {
  RIGOR_TRY(const Witnesses witnesses, source.of_open_chip());
  ResetObservations seen;
  seen.bits = witnesses.bits;
  if (witnesses.options) {
    RIGOR_TRY(seen.options_before, look_at(probe, *witnesses.options));
  }
  RIGOR_TRY(seen.reset_flags_before, clear_reset_flags(probe, witnesses));
  // The first read clears S_RESET_ST of earlier resets, the second shows that it did.
  RIGOR_CHECK(probe.read_word(witnesses.core, arm::kDhcsr));
  RIGOR_TRY(seen.debug_status_before, debug_status(probe, witnesses));

  auto held = pin.hold();
  auto looked = held ? read_while_held(probe, clock, witnesses, seen) : Result<void>();
  auto released = pin.release();
  RIGOR_CHECK(held);
  RIGOR_CHECK(looked);
  RIGOR_CHECK(released);
  RIGOR_CHECK(read_after(probe, clock, source, seen));
  ResetEvidence evidence = judge_reset(seen);
  evidence.sentences.insert(evidence.sentences.begin(), fmt::format("NRST driven by the {}", pin.driven_by()));
  return evidence;
}

Result<PowerEvidence> observe_power(Probe& probe, Clock& clock, WitnessSource& source, PowerSwitch& supply) {
  RIGOR_TRY(const Witnesses witnesses, source.of_open_chip());
  PowerObservations seen;
  seen.bits = witnesses.bits;
  RIGOR_TRY(seen.reset_flags_before, clear_reset_flags(probe, witnesses));
  if (witnesses.mailbox) {
    RIGOR_TRY(seen.mailbox_pending, mark_mailbox(probe, *witnesses.mailbox));
  }
  RIGOR_TRY(seen.answered_before, answers(probe));

  auto off = supply.off();
  Result<bool> silent = off ? answers(probe) : Result<bool>(false);
  auto on = supply.on();
  RIGOR_CHECK(off);
  RIGOR_CHECK(on);
  RIGOR_TRY(seen.answered_while_off, silent);
  RIGOR_CHECK(read_after_power(probe, clock, source, witnesses, seen));
  return judge_power(seen);
}

}  // namespace rigor
