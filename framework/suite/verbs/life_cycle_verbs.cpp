#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/suite/credential_use.hpp"
#include "framework/suite/guard.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

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
        "Moves the product state forward. Back to OPEN leads only `regress`. Refused unless the way back is proven.",
        "state",
        {{"state",
          ParameterKind::text,
          true,
          "where to",
          {"provisioning", "provisioned", "tz-closed", "closed", "locked"}}}};
    return kDescription;
  }

  Effect effect(const Arguments& arguments, const ChipFacts& chip) const override {
    if (arguments.text("state") == "locked") return Effect::irreversible;
    return chip.assumed.empty() ? Effect::reversible : Effect::uncalibrated;
  }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const auto wanted = product_state_from_name(arguments.text("state"));
    if (!wanted) return fail(Code::usage, fmt::format("'{}' is no product state", arguments.text("state")));
    RIGOR_TRY(const BoardUid uid, step.uid());
    RIGOR_TRY(StateIntent intent, *wanted == ProductState::provisioning ? leave_open(step) : close(step));
    intent.state = product_state_name(*wanted);
    RIGOR_CHECK(step.ledger().intend(uid, intent));
    step.board().way_back = intent.use;

    RIGOR_TRY(const StateChange change, step.target().set_product_state(*wanted));
    if (!change.note.empty()) step.evidence(change.note);
    if (change.confirmed) {
      RIGOR_CHECK(step.ledger().confirm(uid, intent.state));
      return let_services_take_over(step);
    }
    step.evidence("not confirmed: the debug port is shut now, which only discovery can tell from a dead chip");
    return {};
  }

 private:
  // The credential that will bring the board back must be at hand before the board leaves OPEN.
  static Result<StateIntent> leave_open(Step& step) {
    RIGOR_CHECK(check_may_leave_open(step));
    RIGOR_TRY(const bool security, step.target().security_extension());
    const std::string method(method_for(security));
    RIGOR_TRY(const Credential* const credential, step.credentials().find(step.bench().description(), method));
    RIGOR_CHECK(credential->check_covers(kFullRegression));
    RIGOR_CHECK(without_value(record_for(step, *credential, method)));
    RIGOR_CHECK(check_same_board(step));
    RIGOR_TRY(const auto where, credential_files(step, method));
    return StateIntent{{}, use_of(*credential, step.bench().chip()), where};
  }

  // In OPEN the unique id can still be read: what was proven must have been proven of the board that is there now.
  static Result<void> check_same_board(Step& step) {
    RIGOR_TRY(const BoardUid known, step.uid());
    RIGOR_TRY(const Identity identity, step.target().identify());
    const auto found = BoardUid::from_words(identity.unique_id);
    if (found && *found == known) return {};
    return fail(Error(Code::ledger_conflict, fmt::format("the board is {}, what was proven is of {}",
                                                         found ? found->text() : "unreadable", known.text()))
                    .hint("run `identify` and `self-test` on this board first"));
  }

  static Result<StateIntent> close(Step& step) {
    RIGOR_TRY(const CredentialUse use, check_may_close(step));
    RIGOR_TRY(const auto where, credential_files(step, use.method));
    return StateIntent{{}, use, where};
  }
};

class ProvisionVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{"provision",
                                              "Has the chip's own service store the debug-authentication record of a "
                                              "credential. The chip must be in PROVISIONING.",
                                              "method",
                                              {{"method",
                                                ParameterKind::text,
                                                true,
                                                "certificate with TrustZone on, password with it off",
                                                {"certificate", "password"}}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const std::string method = arguments.text("method");
    RIGOR_TRY(const BoardUid uid, step.uid());
    RIGOR_TRY(const bool security, step.target().security_extension());
    if (method != method_for(security))
      return fail(Error(Code::credential_mismatch, fmt::format("with TZEN {} the chip takes a {}, not a {}",
                                                               security ? "on" : "off", method_for(security), method))
                      .hint("provisioned the wrong way round, the part can be closed but never opened again"));
    RIGOR_TRY(const Credential* const credential, step.credentials().find(step.bench().description(), method));
    RIGOR_TRY(const Obk record, record_for(step, *credential, method));

    const CredentialUse use = use_of(*credential, step.bench().chip());
    RIGOR_TRY(const auto where, credential_files(step, method));
    RIGOR_CHECK(step.ledger().intend(uid, {"provisioning", use, where}));
    RIGOR_TRY(const ProvisioningReport report,
              step.target().provision({record.destination, record.encrypted, record.payload.view()}));
    describe(step, report);
    RIGOR_CHECK(step.ledger().provisioned(uid, use));
    step.board().provisioned = use;
    return let_services_take_over(step);
  }

 private:
  static void describe(Step& step, const ProvisioningReport& report) {
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
