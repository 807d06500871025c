#include "framework/target/reset_evidence.hpp"

#include <fmt/format.h>

#include "framework/base/bytes.hpp"
#include "framework/target/arm/registers.hpp"

namespace rigor {
namespace {

// True only where both sides were read and the bit appeared in between.
bool appeared(const std::optional<std::uint32_t>& before, const std::optional<std::uint32_t>& after,
              std::uint32_t mask) {
  return before && after && (*before & mask) == 0 && (*after & mask) != 0;
}

std::string text(const std::optional<std::uint32_t>& word) { return word ? hex_word(*word) : "unreadable"; }

}  // namespace

ResetEvidence judge_reset(const ResetObservations& seen) {
  ResetEvidence evidence{.seen = seen, .moved = Finding::unclear, .sentences = {}};
  const bool had_options = seen.options_before && *seen.options_before != 0;
  const bool held = had_options && seen.options_held && *seen.options_held == 0;
  const bool core_reset = appeared(seen.debug_status_before, seen.debug_status_after, arm::kDhcsrResetStatus);
  const bool pin_flag = appeared(seen.reset_flags_before, seen.reset_flags_after, seen.bits.pin);
  const bool other_cause = seen.reset_flags_after && (*seen.reset_flags_after & seen.bits.other_causes) != 0;

  if (seen.options_before)
    evidence.sentences.push_back(fmt::format("option status was {} before and {} while held: {}",
                                             text(seen.options_before), text(seen.options_held),
                                             held ? "the chip was in reset" : "no sign of reset"));
  evidence.sentences.push_back(fmt::format("DHCSR was {} before and {} after: the core was {}",
                                           text(seen.debug_status_before), text(seen.debug_status_after),
                                           core_reset ? "reset" : "not reset"));
  evidence.sentences.push_back(fmt::format("the reset flags were {} before and {} after: {}",
                                           text(seen.reset_flags_before), text(seen.reset_flags_after),
                                           !pin_flag     ? "no reset by the pin"
                                           : other_cause ? "the pin moved, and so did another cause of reset"
                                                         : "reset by the pin"));

  // An internal reset sets the pin flag too, so one sign alone does not convict and a second must agree.
  if ((held && (core_reset || pin_flag)) || (core_reset && pin_flag && !other_cause)) {
    evidence.moved = Finding::yes;
  } else if (!held && !core_reset && !pin_flag && (seen.options_held || !seen.options_before) &&
             seen.debug_status_after && seen.reset_flags_after) {
    evidence.moved = Finding::no;
  }
  return evidence;
}

BootEvidence judge_boot(const BootObservations& seen) {
  BootEvidence evidence{.seen = seen, .chosen = Finding::unclear, .sentences = {}};
  const auto in_system = [&](const std::optional<std::uint32_t>& counter) {
    return counter && *counter - seen.system_memory < seen.system_memory_size;
  };
  for (const auto& [level, counter] : {std::pair{"low", seen.counter_low}, std::pair{"high", seen.counter_high}})
    evidence.sentences.push_back(fmt::format("with BOOT0 {} the core was at {}: {}", level, text(counter),
                                             !counter             ? "nothing to learn from"
                                             : in_system(counter) ? "the chip's own boot loader"
                                                                  : "no boot loader"));
  if (!seen.counter_low || !seen.counter_high) return evidence;
  evidence.chosen = !in_system(seen.counter_low) && in_system(seen.counter_high) ? Finding::yes : Finding::no;
  if (in_system(seen.counter_low) && in_system(seen.counter_high))
    evidence.sentences.push_back("BOOT0 seems to be high whatever the line does, or an option byte chooses");
  return evidence;
}

PowerEvidence judge_power(const PowerObservations& seen) {
  PowerEvidence evidence{.seen = seen, .switched = Finding::unclear, .sentences = {}};
  const bool brown_out = appeared(seen.reset_flags_before, seen.reset_flags_after, seen.bits.power);
  const bool mailbox_tells = seen.mailbox_pending && *seen.mailbox_pending != 0 && seen.mailbox_pending_after;
  const bool mailbox_cleared = mailbox_tells && (*seen.mailbox_pending_after & *seen.mailbox_pending) == 0;

  evidence.sentences.push_back(fmt::format("the debug port {} while the supply was off",
                                           seen.answered_while_off ? "still answered" : "was silent"));
  if (!seen.answered_before)
    evidence.sentences.push_back("the debug port did not answer before either, so silence proves nothing");
  if (!seen.answered_after) evidence.sentences.push_back("the debug port does not answer after the supply came back");
  evidence.sentences.push_back(fmt::format("the reset flags were {} before and {} after: {}",
                                           text(seen.reset_flags_before), text(seen.reset_flags_after),
                                           brown_out ? "a power-on reset" : "no power-on reset"));
  if (mailbox_tells) {
    evidence.sentences.push_back(mailbox_cleared ? "the word left in the mailbox is gone, as after power-on"
                                                 : "the word left in the mailbox is still pending: the supply stayed");
  }

  const bool lost_power = brown_out || mailbox_cleared;
  const bool can_tell = seen.answered_before && seen.answered_after;
  if (can_tell && !seen.answered_while_off && lost_power) {
    evidence.switched = Finding::yes;
  } else if (seen.answered_while_off && !lost_power) {
    evidence.switched = Finding::no;
    evidence.sentences.push_back("another supply keeps the chip up; a probe's 3.3 V output is the usual one");
  }
  return evidence;
}

}  // namespace rigor
