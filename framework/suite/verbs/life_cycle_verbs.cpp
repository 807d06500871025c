#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/suite/credential_use.hpp"
#include "framework/suite/guard.hpp"
#include "framework/suite/provisioning_tool.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"
#include "framework/target/life_cycle.hpp"

namespace rigor {
namespace {

// The chip's security services act on a new state and on a new record from the next reset on; ST's own scripts reset
// the part at both places (debug-authentication.md 15).
Result<void> let_services_take_over(const Step& step) {
  return step.bench().pulse_reset(step.bench().chip().authentication.reset_hold);
}

class SetStateVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "set-state",
        "Moves the product state or the read-protection level. Back to OPEN leads only `regress`; back to rdp-0 erases "
        "the flash. Refused unless the way back is proven.",
        "state",
        {{"state", ParameterKind::text, true, "where to", product_state_names()}}};
    return kDescription;
  }

  Effect effect(const Arguments& arguments, const ChipFacts& chip) const override {
    const auto wanted = product_state_from_name(arguments.text("state"));
    if (wanted && is_terminal(*wanted)) return Effect::irreversible;
    if (chip.family == Family::stm32f4) return wanted == ProductState::rdp_0 ? Effect::wears : Effect::reversible;
    return unsettled_facts(chip).empty() ? Effect::reversible : Effect::uncalibrated;
  }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const auto wanted = product_state_from_name(arguments.text("state"));
    if (!wanted) return fail(Code::usage, fmt::format("'{}' is no product state", arguments.text("state")));
    RIGOR_TRY(const ProductState from, step.target().product_state());
    RIGOR_TRY(const bool security, step.target().security_extension());
    RIGOR_CHECK(check_passage(step.bench().chip(), security, from, *wanted));
    if (from == *wanted) {
      step.evidence(fmt::format("the part is in {} already", product_state_name(from)));
      return {};
    }
    if (step.bench().chip().family == Family::stm32f4) return set_level(step, *wanted);
    RIGOR_TRY(const BoardUid uid, step.uid());
    // Only in PROVISIONING is a record stored and the credential proven: everything beyond is reached with that.
    RIGOR_TRY(StateIntent intent, *wanted == ProductState::provisioning ? leave_open(step) : close(step));
    intent.state = product_state_name(*wanted);
    RIGOR_CHECK(step.ledger().intend(uid, intent));
    step.board().way_back = intent.use;

    RIGOR_TRY(const StateChange change, step.target().set_product_state(*wanted));
    if (!change.note.empty()) step.evidence(change.note);
    if (is_terminal(*wanted)) step.board().way_back.reset();  // as was asked for
    if (change.confirmed) {
      RIGOR_CHECK(step.ledger().confirm(uid, intent.state));
      return let_services_take_over(step);
    }
    step.evidence("not confirmed: the debug port is shut now, which only discovery can tell from a dead chip");
    return {};
  }

 private:
  // The F4 needs no credential: whoever has the debug port gets back to level 0 and loses the flash. A new level counts
  // from the next power-on for a part that has seen a debugger (stm32f4.md 4).
  static Result<void> set_level(Step& step, ProductState wanted) {
    const std::string name(product_state_name(wanted));
    const auto uid = step.board().uid;
    if (uid) RIGOR_CHECK(step.ledger().intend(*uid, {name, {}, {}}));
    RIGOR_TRY(const StateChange change, step.target().set_product_state(wanted));
    if (!change.note.empty()) step.evidence(change.note);
    if (const auto power = step.bench().power_switch()) {
      RIGOR_CHECK((*power)->off());
      RIGOR_CHECK((*power)->on());
      if (!is_terminal(wanted)) RIGOR_CHECK(step.bench().connect());
      step.evidence("power cycled, so that the level counts");
    } else {
      step.evidence("the bench cannot switch power: the level may count only from the next power-on");
    }
    return change.confirmed && uid ? step.ledger().confirm(*uid, name) : Result<void>();
  }

  // The credential that will bring the board back must be at hand before the board leaves OPEN.
  static Result<StateIntent> leave_open(Step& step) {
    RIGOR_CHECK(check_may_leave_open(step));
    RIGOR_CHECK(check_watchdog(step));
    RIGOR_TRY(const std::string method, method_that_opens(step));
    RIGOR_TRY(const Credential* const credential, step.credentials().find(step.bench().description(), method));
    RIGOR_CHECK(credential->check_covers(kFullRegression));
    RIGOR_TRY(const Obk record, record_for(step, *credential, method));
    RIGOR_CHECK(check_password_is_there(step, record));
    RIGOR_CHECK(check_same_board(step));
    RIGOR_TRY(const auto where, credential_files(step, method));
    return StateIntent{{}, use_of(*credential, step.bench().chip()), where};
  }

  // A part that keeps its password in one-time memory takes no other, and its consent may be spent by then.
  static Result<void> check_password_is_there(const Step& step, const Obk& record) {
    if (step.bench().chip().provisioning.store != RecordStore::one_time_memory) return {};
    RIGOR_TRY(const bool there,
              step.target().holds_record({record.destination, record.encrypted, record.payload.view()}));
    if (there) return {};
    return fail(Error(Code::credential_unproven, "the password's hash is not in the part's one-time memory")
                    .hint("`provision` it while the part is in OPEN: nothing else will lead back"));
  }

  // A watchdog that runs from the reset on may cut debug authentication short (stm32h5.md 4.3).
  static Result<void> check_watchdog(const Step& step) {
    if (step.bench().chip().family != Family::stm32h5) return {};
    RIGOR_TRY(const OptionValue software, step.target().read_option("IWDG_SW"));
    if (!software.readable || software.value == 1) return {};
    return fail(Error(Code::state_unsuitable, "IWDG_SW is 0: a watchdog would run while the way back is walked")
                    .hint("options: {set: {IWDG_SW: 1}}"));
  }

  // In OPEN the unique id can still be read: what was proven must have been proven of the board that is there now.
  static Result<void> check_same_board(Step& step) {
    RIGOR_TRY(const BoardUid known, step.uid());
    RIGOR_TRY(const Identity identity, step.target().identify());
    const auto found = BoardUid::from_words(identity.unique_id);
    if (found && *found == known) return check_calibration(step, identity);
    return fail(Error(Code::ledger_conflict, fmt::format("the board is {}, what was proven is of {}",
                                                         found ? found->text() : "unreadable", known.text()))
                    .hint("run `identify` and `self-test` on this board first"));
  }

  // What one security firmware has shown says nothing of another's.
  static Result<void> check_calibration(const Step& step, const Identity& identity) {
    const auto& record = step.bench().description().calibration;
    if (!record || record->security_firmware == identity.sfsp_version) return {};
    const auto text = [](const std::optional<std::uint32_t>& word) { return word ? sfsp_text(*word) : "unknown"; };
    return fail(Error(Code::consent_missing,
                      fmt::format("{} was learnt with security firmware {}, this part has {}", record->path.string(),
                                  text(record->security_firmware), text(identity.sfsp_version)))
                    .hint("calibrate on a sacrificial board with the same security firmware"));
  }

  static Result<StateIntent> close(Step& step) {
    RIGOR_TRY(const CredentialUse use, check_may_close(step));
    RIGOR_CHECK(check_method(step, use.method));  // TZEN may have changed since the record was stored
    RIGOR_TRY(const auto where, credential_files(step, use.method));
    return StateIntent{{}, use, where};
  }
};

class ProvisionVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{"provision",
                                              "Has the chip's own service store the debug-authentication record of a "
                                              "credential, in PROVISIONING; an STM32H503 takes its password's hash "
                                              "into one-time memory, in OPEN too.",
                                              "method",
                                              {{"method",
                                                ParameterKind::text,
                                                true,
                                                "certificate with TrustZone on, password with it off",
                                                {"certificate", "password"}}}};
    return kDescription;
  }

  // The H503 keeps its password's hash in one-time memory. A record that locks debug authentication for ever is none of
  // a credential: record_for() refuses it.
  Effect effect(const Arguments&, const ChipFacts& chip) const override {
    return chip.provisioning.store == RecordStore::one_time_memory ? Effect::irreversible : Effect::reversible;
  }

  Result<Deed> effect_now(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const Obk record, wanted_record(step, arguments.text("method")));
    RIGOR_TRY(const bool there,
              step.target().holds_record({record.destination, record.encrypted, record.payload.view()}));
    return Deed{there ? Effect::reversible : Effect::irreversible};
  }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const std::string method = arguments.text("method");
    RIGOR_TRY(const BoardUid uid, step.uid());
    RIGOR_CHECK(check_method(step, method));
    RIGOR_TRY(const Credential* const credential, step.credentials().find(step.bench().description(), method));
    RIGOR_TRY(const Obk record, record_for(step, *credential, method));

    const CredentialUse use = use_of(*credential, step.bench().chip());
    RIGOR_TRY(const auto where, credential_files(step, method));
    RIGOR_CHECK(step.ledger().intend(uid, {"provisioning", use, where}));
    if (step.bench().description().provisioning_tool) {
      RIGOR_CHECK(provision_with_tool(step, record));
    } else {
      RIGOR_TRY(const ProvisioningReport report,
                step.target().provision({record.destination, record.encrypted, record.payload.view()}));
      describe(step, report);
      learn(step, report.accepted, record.encrypted);
    }
    RIGOR_CHECK(step.ledger().provisioned(uid, use));
    step.board().provisioned = use;
    if (step.board().way_back) step.board().way_back = use;
    return let_services_take_over(step);
  }

 private:
  static Result<Obk> wanted_record(Step& step, std::string_view method) {
    RIGOR_TRY(const Credential* const credential, step.credentials().find(step.bench().description(), method));
    return record_for(step, *credential, method);
  }

  static void learn(Step& step, const ProvisioningAttempt& accepted, bool encrypted) {
    if (step.bench().chip().provisioning.store == RecordStore::one_time_memory) return;
    LearntFacts& learnt = step.board().learnt;
    learnt.table = accepted.table;
    learnt.checksum = accepted.checksum;
    learnt.checksum_order = accepted.header_first ? "arguments-first" : "data-first";
    learnt.call = accepted.through_stub ? "stub" : "registers";
    (encrypted ? learnt.encrypt_word : learnt.plain_word) = accepted.encryption_word;
  }

  static void describe(Step& step, const ProvisioningReport& report) {
    if (step.bench().chip().provisioning.store == RecordStore::one_time_memory) {
      step.evidence("the password's hash is in the one-time memory, and its block is locked");
      return;
    }
    const ProvisioningAttempt& accepted = report.accepted;
    step.evidence(fmt::format("accepted with table {}, checksum {}, encryption word {}, after {} refused attempts",
                              hex_word(accepted.table), accepted.checksum, hex_word(accepted.encryption_word, 1),
                              report.refused.size()));
  }
};

}  // namespace

void add_life_cycle_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<SetStateVerb>());
  verbs.push_back(std::make_unique<ProvisionVerb>());
}

}  // namespace rigor
