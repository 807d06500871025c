#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

#include "framework/auth/debug_authentication.hpp"
#include "framework/suite/credential_use.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

const Parameter kReset = {"reset",
                          ParameterKind::text,
                          false,
                          "what drives NRST: probe or line; by default what the bench is wired for",
                          {"probe", "line"}};
const Parameter kOpens = {
    "opens", ParameterKind::text, false, "sessions per action: one, or two as ST's tool does", {"one", "two"}};

Result<DebugAuthentication> authentication_for(Step& step, const Arguments& arguments) {
  OpenBench& bench = step.bench();
  RIGOR_TRY(ResetPin* const pin, arguments.has("reset") ? bench.reset_pin(arguments.text("reset")) : bench.reset_pin());
  const AuthenticationParts parts{bench.probe(), *pin, bench.clock(), bench.timeline(), step.credentials().crypto()};
  AuthenticationOptions options;
  options.opens = arguments.text("opens", "one") == "two" ? Opens::two : Opens::one;
  return DebugAuthentication(parts, bench.chip().family, bench.chip().authentication, options);
}

// A session that was opened has settled how this silicon is talked to.
void learn(Step& step, const DebugAuthentication& authentication) {
  const auto& opening = authentication.opening();
  if (!opening) return;
  LearntFacts& learnt = step.board().learnt;
  learnt.magic = step.bench().chip().authentication.magic_word;
  learnt.answer = opening->answer;
  if (opening->mapping_seen) learnt.ack_mapping = opening->mapping == AckMapping::a ? "a" : "b";
  learnt.reset_hold = step.bench().chip().authentication.reset_hold;
  learnt.answered_after = std::max(opening->answered_after, learnt.answered_after.value_or(Duration::zero()));
}

std::string_view offered_method(const Discovery& discovery) {
  if (discovery.offers_certificate()) return "certificate";
  return discovery.offers_password() ? "password" : "none";
}

const Parameter kMethod = {"method", ParameterKind::text, true, "the credential to use", {"certificate", "password"}};

class DiscoverVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "discover",
        "Opens debug authentication with a reset pulse and asks the chip what it is and what it offers.",
        "",
        {kReset,
         kOpens,
         {"expect",
          ParameterKind::table,
          false,
          "what the answer must be",
          {"integrity", "lifecycle", "method", "permission", "target"}}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(DebugAuthentication authentication, authentication_for(step, arguments));
    RIGOR_TRY(const Discovery found, authentication.discover());
    learn(step, authentication);
    for (const std::string& line : found.lines()) step.evidence(line);
    RIGOR_CHECK(check(step, found, arguments.table("expect")));
    return note_in_ledger(step, found);
  }

 private:
  static Result<void> check(const Step& step, const Discovery& found, const Table& expected) {
    const Family family = step.bench().chip().family;
    const Permissions offered = found.offered().value_or(Permissions());
    std::vector<std::string> wrong;
    const auto compare = [&wrong](std::string_view what, const std::string& wanted, std::string_view is) {
      if (wanted != is) wrong.push_back(fmt::format("{} is {}, expected {}", what, is, wanted));
    };
    for (const auto& [what, wanted] : expected) {
      if (what == "integrity") compare(what, wanted, integrity_name(found.integrity()));
      if (what == "lifecycle" && !found.lifecycle.value_or(Lifecycle{}).fits(lifecycle_state_from_name(wanted)))
        wrong.push_back(
            fmt::format("lifecycle is {}, expected {}", found.lifecycle.value_or(Lifecycle{}).text(), wanted));
      if (what == "method") compare(what, wanted, offered_method(found));
      if (what == "target") compare(what, wanted, hex_word(found.soc_class.value_or(0), 3));
      if (what == "permission") {
        RIGOR_TRY(const Permissions permission, parse_permissions(family, wanted));
        if (!offered.covers(permission))
          wrong.push_back(fmt::format("the chip offers {}, expected {}", permission_names(family, offered), wanted));
      }
    }
    if (wrong.empty()) return {};
    return fail(Code::expectation_failed, fmt::format("{}", fmt::join(wrong, "; ")));
  }

  // Discovery is the only witness of a state in which the debug port is shut, and part of the proof that allows
  // closing.
  static Result<void> note_in_ledger(const Step& step, const Discovery& found) {
    if (!step.board().uid || !found.lifecycle) return {};
    if (!found.lifecycle->fits(LifecycleState::provisioning)) {
      const LifecycleState state = found.lifecycle->state();
      if (state == LifecycleState::unknown) return {};
      return step.ledger().confirm(*step.board().uid, lifecycle_state_name(state));
    }
    if (!step.board().provisioned) return {};
    return step.ledger().discovered(*step.board().uid, {found.integrity_word.value_or(0),
                                                        std::string(offered_method(found)),
                                                        std::string(lifecycle_state_name(LifecycleState::provisioning)),
                                                        found.offered().value_or(Permissions()).covers(kFullRegression),
                                                        {},
                                                        {}});
  }
};

// Regression has a verb of its own: it ends differently.
class AuthenticateVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "authenticate",
        "Opens debug of a closed part at the level asked for, until a reset takes it away, and attaches without reset.",
        "ask",
        {{"ask", ParameterKind::text, true, "permission names as `credential show` prints them, joined by commas"},
         kMethod,
         kReset,
         kOpens}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const Family family = step.bench().chip().family;
    RIGOR_TRY(const Permissions wanted, parse_permissions(family, arguments.text("ask")));
    if (wanted.none() || wanted.covers(kFullRegression) || wanted.covers(kTzRegression))
      return fail(Error(Code::usage, "`authenticate` opens debug").hint("a regression is the verb `regress`"));
    RIGOR_TRY(const Credential* const credential,
              step.credentials().find(step.bench().description(), arguments.text("method")));
    RIGOR_TRY(DebugAuthentication authentication, authentication_for(step, arguments));
    RIGOR_TRY(const Authenticated done, authentication.authenticate(*credential, wanted));
    learn(step, authentication);
    step.evidence(fmt::format("granted {}", permission_names(family, wanted)));
    // The chip boots on now; a reset would take the grant away again (debug-authentication.md 10.4).
    RIGOR_CHECK(step.bench().clock().sleep_for(kBootPause));
    return step.bench().connect();
  }

 private:
  static constexpr Duration kBootPause = 300ms;
};

class LockDebugVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "lock-debug", "Takes back what `authenticate` has opened.", "", {kReset, kOpens}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(DebugAuthentication authentication, authentication_for(step, arguments));
    return authentication.lock();
  }
};

class RegressVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "regress",
        "Authenticates for a regression. A full one erases everything and ends in OPEN; one to TrustZone erases the "
        "non-secure side and keeps the secure one.",
        "method",
        {kMethod,
         {"scope", ParameterKind::text, false, "full (the default) or trustzone", {"full", "trustzone"}},
         kReset,
         kOpens}};
    return kDescription;
  }

  Effect effect(const Arguments& arguments, const ChipFacts& chip) const override {
    const bool full = arguments.text("scope", "full") == "full";
    return full || !partial_regression_is_assumed(chip) ? Effect::wears : Effect::uncalibrated;
  }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const Credential* const credential,
              step.credentials().find(step.bench().description(), arguments.text("method")));
    RIGOR_TRY(DebugAuthentication authentication, authentication_for(step, arguments));
    const bool full = arguments.text("scope", "full") == "full";
    if (!full) {
      RIGOR_CHECK(check_may_regress_partly(step));
      RIGOR_CHECK(intend_partly_open(step, *credential));
    }
    RIGOR_TRY(const Authenticated done,
              authentication.authenticate(*credential, full ? kFullRegression : kTzRegression));
    learn(step, authentication);
    if (!done.confirmed) step.evidence("the chip's verdict never came; its state decides");
    if (!full) {
      RIGOR_CHECK(wait_for_partly_open(step));
      return note_partly_open(step, authentication);
    }
    RIGOR_CHECK(wait_for(step, ProductState::open));
    return note_in_ledger(step, *credential);
  }

 private:
  // The part leaves the state that the ledger has seen; the same credential opens it in either.
  static Result<void> intend_partly_open(Step& step, const Credential& credential) {
    if (!step.board().uid) return {};
    RIGOR_TRY(const auto where, credential_files(step, std::string(auth_method_name(credential.method()))));
    return step.ledger().intend(*step.board().uid, {"tz-closed", use_of(credential, step.bench().chip()), where});
  }

  // ST's tool reports success before the chip is ready; debug comes back seconds later (lifecycle.md 1.4, "time").
  // Errors: regression_incomplete when the part does not show that state in time.
  static Result<void> wait_for(Step& step, ProductState wanted) {
    Clock& clock = step.bench().clock();
    const TimePoint begin = clock.now();
    const Duration limit = step.bench().chip().authentication.reboot_limit;
    constexpr Duration kPause = 100ms;
    for (;;) {
      Result<void> reached = step.bench().connect();
      if (reached) {
        const Result<ProductState> state = step.target().product_state();
        if (state && *state == wanted) {
          step.evidence(
              fmt::format("in {} after {} ms", product_state_name(wanted),
                          std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - begin).count()));
          return {};
        }
        reached =
            state
                ? Result<void>(fail(Code::chip_unexpected, fmt::format("the state is {}", product_state_name(*state))))
                : Result<void>(fail(state.error()));
      }
      const Blame blame = blame_of(reached.error().code());
      if (blame != Blame::board) return reached;
      if (clock.now() - begin + kPause > limit)
        return fail(
            Code::regression_incomplete,
            fmt::format("the chip accepted the regression but did not come back in {}", product_state_name(wanted)),
            std::move(reached).error());
      RIGOR_CHECK(clock.sleep_for(kPause));
    }
  }

  // The end of a partial regression shows only where the part lets the core's port be seen; a reset pulse before it
  // would cut it short. So the whole time that a regression may take is given to it.
  static Result<void> wait_for_partly_open(Step& step) {
    Result<void> seen = wait_for(step, ProductState::tz_closed);
    return seen || seen.error().code() == Code::regression_incomplete ? Result<void>() : seen;
  }

  // Which state it ends in is inferred (lifecycle.md 1.1): the part is asked.
  static Result<void> note_partly_open(Step& step, DebugAuthentication& authentication) {
    const auto found = authentication.discover();
    if (!found)
      return fail(Error(Code::regression_incomplete, "the chip accepted the regression and does not answer any more")
                      .because(found.error()));
    const LifecycleState state = found->lifecycle.value_or(Lifecycle{}).state();
    step.evidence(fmt::format("the part is in {} now", lifecycle_state_name(state)));
    if (lifecycle_state_name(state) == step.bench().chip().authentication.partial_regression_end &&
        found->integrity() == Integrity::valid)
      step.board().learnt.partial_regression = true;
    if (!step.board().uid || state == LifecycleState::unknown) return {};
    return step.ledger().confirm(*step.board().uid, lifecycle_state_name(state));
  }

  // In OPEN the board says again who it is.
  static Result<void> note_in_ledger(const Step& step, const Credential& credential) {
    const bool this_record = step.board().provisioned.has_value();
    step.board().provisioned.reset();
    step.board().way_back.reset();
    RIGOR_TRY(const Identity identity, step.target().identify());
    const auto found = BoardUid::from_words(identity.unique_id);
    if (found && step.board().uid && *found != *step.board().uid)
      return fail(Error(Code::ledger_conflict,
                        fmt::format("the board that came back is {}, not {}", found->text(), step.board().uid->text()))
                      .hint("`identify` it, and look for the other one"));
    if (found) {
      RIGOR_CHECK(
          step.ledger().bind({step.bench().description().name, *found, step.bench().chip().name, identity.device_id}));
      step.board().uid = *found;
    }
    if (!step.board().uid) return {};
    if (this_record) RIGOR_CHECK(step.ledger().rehearsed(*step.board().uid, use_of(credential, step.bench().chip())));
    return step.ledger().confirm(*step.board().uid, "open");
  }
};

}  // namespace

void add_authentication_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<DiscoverVerb>());
  verbs.push_back(std::make_unique<AuthenticateVerb>());
  verbs.push_back(std::make_unique<LockDebugVerb>());
  verbs.push_back(std::make_unique<RegressVerb>());
}

}  // namespace rigor
