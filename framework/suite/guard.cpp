#include "framework/suite/guard.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

#include "framework/bench/units.hpp"
#include "framework/suite/option_effects.hpp"
#include "framework/suite/step.hpp"

namespace rigor {
namespace {

std::string consent_word(Effect effect, std::string_view verb) {
  return fmt::format("{}:{}", effect_name(effect), verb);
}

// With a tool of its own a bench does not go through our facts of the provisioning call.
std::vector<std::string> facts_in_the_way(const OpenBench& bench) {
  std::vector<std::string> open = unsettled_facts(bench.chip());
  if (bench.description().provisioning_tool)
    std::erase_if(open, [](const std::string& name) { return name.starts_with("provisioning."); });
  return open;
}

// "irreversible" on a bench allows all of it, "irreversible:otp" that alone.
bool allows(const BenchDescription& bench, Effect effect, std::string_view verb) {
  return std::ranges::any_of(bench.allow, [&](const std::string& word) {
    return word == effect_name(effect) || word == consent_word(effect, verb);
  });
}

}  // namespace

Result<void> Consents::take(const Deed& deed, std::string_view verb, const BenchDescription& bench) {
  const std::string word = consent_word(deed.effect, verb);
  if (!allows(bench, deed.effect, verb))
    return fail(Error(Code::consent_missing, fmt::format("bench '{}' does not allow {}", bench.name, word))
                    .hint(fmt::format("if its board may be used up, add `allow: [{}]` to the bench", word)));
  const auto left = counts_.find(word);
  if (left == counts_.end() || left->second < deed.count)
    return fail(Error(Code::consent_missing, fmt::format("this run was not asked for {} (or not so often)", word))
                    .hint(fmt::format("give it with --allow {}={}", word, deed.count)));
  left->second -= deed.count;
  return {};
}

Result<std::map<std::string, unsigned>> parse_allow(const std::vector<std::string>& texts) {
  const std::vector<std::string> words = allow_words();
  std::map<std::string, unsigned> counts;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string word = text.substr(0, equals);
    const auto count = equals == std::string::npos ? parse_integer("") : parse_integer(text.substr(equals + 1));
    const bool known = word.contains(':') && std::ranges::find(words, word) != words.end();
    if (!known || !count || *count < 1 || *count > 1000)
      return fail(Error(Code::usage, fmt::format("--allow {} makes no sense", text))
                      .hint(fmt::format("EFFECT:VERB=COUNT, with one of {}", fmt::join(words, ", "))));
    counts[word] += static_cast<unsigned>(*count);
  }
  return counts;
}

Result<void> perform(const Verb& verb, Step& step, const Arguments& arguments) {
  if (verb.effect(arguments, step.bench().chip()) != Effect::irreversible) return verb.run(step, arguments);
  RIGOR_TRY(const Deed deed, verb.effect_now(step, arguments));
  if (deed.effect != Effect::irreversible) return verb.run(step, arguments);
  RIGOR_CHECK(step.consents().take(deed, verb.description().name, step.bench().description()));
  return verb.run(step, arguments);
}

Result<void> check_may_leave_open(const Step& step) {
  const BoardKnowledge& board = step.board();
  if (!board.reset_proven) {
    const std::string evidence = board.reset_evidence.empty()
                                     ? "no self-test of NRST ran in this run"
                                     : fmt::format("the self-test saw: {}", fmt::join(board.reset_evidence, "; "));
    return fail(
        Error(Code::nrst_not_driven, fmt::format("the board may not leave OPEN: {}", evidence))
            .hint(
                "run `self-test: [nrst]` first; without a working reset line no regression can bring the board back"));
  }
  const BenchDescription& bench = step.bench().description();
  const auto assumed = facts_in_the_way(step.bench());
  if (!assumed.empty() && !allows(bench, Effect::uncalibrated, "set-state"))
    return fail(
        Error(Code::consent_missing,
              fmt::format("the way back from OPEN goes through facts that no source confirms for {}: {}",
                          step.bench().chip().name, fmt::join(assumed, ", ")))
            .hint("let `rigor calibrate` learn them on a sacrificial board; or, on a board that may be lost, add "
                  "`allow: [uncalibrated:set-state]` to the bench"));
  return {};
}

Result<void> check_may_regress_partly(const Step& step) {
  const BenchDescription& bench = step.bench().description();
  if (!partial_regression_is_assumed(step.bench().chip()) || allows(bench, Effect::uncalibrated, "regress")) return {};
  return fail(Error(Code::consent_missing,
                    fmt::format("no source confirms that a regression to TrustZone leaves the record of {} in place: "
                                "without it nothing opens the part again",
                                step.bench().chip().name))
                  .hint("let `rigor calibrate` learn it on a sacrificial board; or, on a board that may be lost, add "
                        "`allow: [uncalibrated:regress]` to the bench"));
}

Result<void> check_supply_allows_fast_pins(const Step& step, std::string_view supply) {
  if (supply != kCoreSupply) {
    const BoardDescription& board = step.bench().description().board;
    if (std::ranges::find(board.low_voltage_supplies, supply) != board.low_voltage_supplies.end()) return {};
    return fail(Error(Code::supply_unproven, fmt::format("nothing says that {} is at most {} V on board '{}'", supply,
                                                         kFastPinLimit, board.name))
                    .hint(fmt::format("if it is, add `low-voltage-supplies: [{}]` to the board file; this option "
                                      "damages the part at a higher voltage",
                                      supply)));
  }
  const auto& reading = step.board().supply;
  if (!reading || !reading->follows_power)
    return fail(Error(Code::supply_unproven,
                      reading ? "the probe's voltage reading did not follow a power-off: it proves nothing"
                              : "no self-test of the power has looked at the supply in this run")
                    .hint("run `self-test: [power]` first, on a probe that measures the target's supply"));
  if (reading->volts <= kFastPinLimit) return {};
  return fail(Error(
      Code::supply_unproven,
      fmt::format("the supply is {:.2f} V, this option damages the part above {} V", reading->volts, kFastPinLimit)));
}

Result<CredentialUse> check_may_close(const Step& step) {
  RIGOR_CHECK(check_may_leave_open(step));
  RIGOR_TRY(const BoardUid uid, step.uid());
  if (!step.board().provisioned)
    return fail(Error(Code::credential_unproven, "no credential was provisioned in this run")
                    .hint("a board closed without one can never be opened again"));
  RIGOR_CHECK(step.ledger().proven(uid, *step.board().provisioned));
  return *step.board().provisioned;
}

}  // namespace rigor
