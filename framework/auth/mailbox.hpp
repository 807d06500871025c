// Words to and from the chip through the three DBGMCU registers (debug-authentication.md 2.3 to 2.5, 20 rows 3 and 4).
//
// Which ACK bit means what is learnt while reset is held (section 2.3); whether the device flag must be cleared by
// software is learnt after the answer to the magic word. ACK is always read as exactly one word and DEVICE only while
// its flag is set, since reading DEVICE consumes the word. Every word is recorded in the timeline; under a Concealment
// without its value.
//
// WAIT, FAULT and a silent debug port are retried until the limit of the call, as they are normal right after reset.
// Errors: da_timeout when a limit passed, the link's own code when it dropped with a word in flight, probe_* as they
// come.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "framework/base/clock.hpp"
#include "framework/base/result.hpp"
#include "framework/base/timeline.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/chip_facts.hpp"

namespace rigor {

enum class AckMapping : std::uint8_t {
  a,  // bit 0: host word waits for the chip; bit 1: device word waits for the host
  b,  // swapped
};
enum class FlagClearing : std::uint8_t {
  automatic,  // learn it from the answer word
  hardware,   // reading DEVICE clears the flag
  software,   // the host writes the flag to 0 after reading DEVICE
};

// What was seen after release, for telling causes apart (section 4.3).
struct OpeningEvidence {
  bool host_word_taken = false;  // the chip read the magic word
  bool link_lost = false;        // the debug port was silent at the end
};

class Mailbox {
 public:
  Mailbox(Probe& probe, Clock& clock, Timeline& timeline, const AuthenticationFacts& facts, FlagClearing clearing);

  // Attaches and opens the access port; retried until `deadline`.
  [[nodiscard]] Result<void> connect(TimePoint deadline);
  // DBGMCU_IDCODE; retried until `deadline` while the port is silent or the value implausible, then da_mailbox_missing.
  [[nodiscard]] Result<std::uint32_t> read_identity(TimePoint deadline);

  // With reset held: drains a stale device word, writes the magic word, learns the mapping.
  // Errors: da_mailbox_missing when the word does not arrive, da_no_response when something reads it under reset.
  [[nodiscard]] Result<void> plant(std::uint32_t magic, TimePoint deadline);
  // After release: a word of the chip, or nothing at the deadline. Also learns who clears the device flag: no second
  // word may come before the first request, so a flag that stays set after the read waits for software.
  [[nodiscard]] Result<std::optional<std::uint32_t>> await_answer(TimePoint deadline);

  [[nodiscard]] Result<void> write_word(std::uint32_t word, TimePoint deadline);
  [[nodiscard]] Result<std::uint32_t> read_word(TimePoint deadline);

  [[nodiscard]] AckMapping mapping() const { return mapping_; }
  // False when the configured mapping had to be taken.
  [[nodiscard]] bool mapping_learnt() const { return mapping_learnt_; }
  [[nodiscard]] bool clears_by_software() const { return clearing_ == FlagClearing::software; }
  [[nodiscard]] const OpeningEvidence& evidence() const { return evidence_; }

 private:
  [[nodiscard]] std::uint32_t host_flag() const { return mapping_ == AckMapping::a ? 1U : 2U; }
  [[nodiscard]] std::uint32_t device_flag() const { return mapping_ == AckMapping::a ? 2U : 1U; }

  [[nodiscard]] Result<void> reconnect();
  // For registers that may be read twice; a silent port is attached again.
  [[nodiscard]] Result<std::uint32_t> read_patiently(std::uint32_t offset, TimePoint deadline);
  [[nodiscard]] Result<std::uint32_t> read_flags(TimePoint deadline);
  [[nodiscard]] Result<void> await_flag(std::uint32_t flag, bool set, TimePoint deadline);
  // For accesses that count: only an answer that proves "not done" is retried.
  [[nodiscard]] Result<void> write_register(std::uint32_t offset, std::uint32_t value, TimePoint deadline);
  [[nodiscard]] Result<std::uint32_t> take_device_word(TimePoint deadline);
  [[nodiscard]] Result<std::uint32_t> learn_clearing(std::uint32_t word, TimePoint deadline);
  [[nodiscard]] Result<void> require_planted(std::uint32_t magic, std::uint32_t flags, TimePoint deadline);
  void learn_mapping(std::uint32_t at_first, std::uint32_t drained, std::uint32_t planted);

  Probe& probe_;
  Clock& clock_;
  Timeline& timeline_;
  AccessPort port_;
  std::uint32_t base_;
  AckMapping mapping_;
  bool mapping_learnt_ = false;
  FlagClearing clearing_;
  OpeningEvidence evidence_;
};

}  // namespace rigor
