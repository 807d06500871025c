// What a board has shown of facts that its chip file only assumes.
//
// Verbs fill it while they do their work: a service that took a record has settled where its table is, a mailbox that
// answered has settled with which word. `rigor calibrate` writes it into a calibration record (framework/bench/
// calibration.hpp), and a bench that names such a record gets it applied to its chip's facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/target/chip_facts.hpp"

namespace rigor {

// Nothing: not seen.
struct LearntFacts {
  bool reset_status = false;  // identity.reset-status: the pin's flag was clear before a pulse of NRST and set after it
  std::optional<std::uint32_t> magic;      // authentication.magic: it was answered
  std::optional<std::uint32_t> answer;     // authentication.answers
  std::optional<std::string> ack_mapping;  // authentication.ack-mapping: "a" or "b", seen under reset and not taken
  std::optional<Duration> reset_hold;      // authentication.reset-hold: after so long the chip answered
  std::optional<Duration> answered_after;  // authentication.open-limit: slowest answer after release
  bool partial_regression = false;      // authentication.partial-regression: ended as assumed, the record still valid
  std::optional<std::uint32_t> table;   // provisioning.tables
  std::optional<std::string> checksum;  // provisioning.checksums
  std::optional<std::string> checksum_order;  // provisioning.checksum-orders
  std::optional<std::string> call;            // provisioning.calls
  std::optional<std::uint32_t> plain_word;    // provisioning.plain-words
  std::optional<std::uint32_t> encrypt_word;  // provisioning.encrypt-words

  // Names as in `assumed:` of chip files, in a fixed order.
  [[nodiscard]] std::vector<std::string> names() const;
  // Puts what was learnt in the place of what was assumed. An answer that came within the chip file's limit confirms
  // that limit; a later one widens it twofold.
  void apply_to(ChipFacts& facts) const;
};

// Assumed facts on the way back from a closed state: all of them but the word of a kind of record that this part does
// not get, and what a partial regression does.
[[nodiscard]] std::vector<std::string> unsettled_facts(const ChipFacts& facts);
// What a partial regression leaves is only assumed: it might take the record that opens the part.
[[nodiscard]] bool partial_regression_is_assumed(const ChipFacts& facts);

}  // namespace rigor
