// Guard rails: what must have been seen before a step may do something that the board cannot undo alone.
//
// A refusal is an Error whose code blames the guard (Blame::guard); nothing was touched. The reasons are those of
// lifecycle.md 1.5: a board is closed only with a credential that has just been seen to open this very board, and
// leaves OPEN only when the bench has been seen to move its NRST.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "framework/base/result.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/ledger/board_record.hpp"
#include "framework/suite/verb.hpp"

namespace rigor {

class Step;

// `--allow irreversible:set-state=1`: how often the run may still do what the bench's owner has allowed at all.
class Consents {
 public:
  Consents() = default;
  explicit Consents(std::map<std::string, unsigned> counts) : counts_(std::move(counts)) {}

  // Takes one for each thing done. Errors: consent_missing where either consent is missing, or too few of the run's are
  // left; it says which and how to give it.
  [[nodiscard]] Result<void> take(const Deed& deed, std::string_view verb, const BenchDescription& bench);

 private:
  std::map<std::string, unsigned> counts_;
};

// "EFFECT:VERB=COUNT". Errors: usage.
[[nodiscard]] Result<std::map<std::string, unsigned>> parse_allow(const std::vector<std::string>& texts);

// Runs a verb: the only way to do so. An effect that cannot be undone needs both consents before anything is touched; a
// consent is spent when the verb begins, whatever becomes of it. Errors: consent_missing, and those of the verb.
[[nodiscard]] Result<void> perform(const Verb& verb, Step& step, const Arguments& arguments);

// Leaving OPEN: the self-test of this run has seen NRST move, and every fact on the way back is confirmed or the
// bench's owner allows unconfirmed ones (`allow: [uncalibrated:set-state]`). Errors: nrst_not_driven, consent_missing.
[[nodiscard]] Result<void> check_may_leave_open(const Step& step);

// An option that speeds up the pins at a low supply damages the part at a higher one (stm32h5.md 9, stm32h7rs.md 9):
// VDD has to be known to lie below the limit, by a reading that was seen to follow a power-off, since clones show a
// constant; of another supply the board file has to say so, since no probe reads it. Errors: supply_unproven.
[[nodiscard]] Result<void> check_supply_allows_fast_pins(const Step& step, std::string_view supply);

// A regression to TrustZone: what it leaves is confirmed for this part, or the bench's owner allows
// `uncalibrated:regress`. Errors: consent_missing.
[[nodiscard]] Result<void> check_may_regress_partly(const Step& step);

// Going on from PROVISIONING: NRST was seen to move in this test, and the credential that was provisioned is proven for
// this board. Errors: nrst_not_driven, credential_unproven.
[[nodiscard]] Result<CredentialUse> check_may_close(const Step& step);

}  // namespace rigor
