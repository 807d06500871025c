#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/bench/units.hpp"
#include "framework/suite/guard.hpp"
#include "framework/suite/option_effects.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

constexpr std::string_view kSecurityOption = "TZEN";
constexpr std::uint32_t kSecurityOn = 0xB4;  // stm32h5.md 4.1
constexpr std::uint32_t kSecurityOff = 0xC3;

Result<std::uint32_t> option_number(const std::string& name, const std::string& text) {
  const auto value = parse_integer(text);
  if (!value || *value < 0 || *value > 0xFFFFFFFFLL)
    return fail(
        Error(Code::usage, fmt::format("option {} cannot be '{}'", name, text)).hint("expected a number such as 0xB4"));
  return static_cast<std::uint32_t>(*value);
}

Result<bool> on_or_off(const std::string& name, const std::string& text) {
  const auto value = parse_bool(text);
  if (!value) return fail(Code::usage, fmt::format("{} is '{}', expected on or off", name, text));
  return *value;
}

void report(Step& step, const OptionChange& change) {
  for (const OptionDifference& field : change.fields)
    step.evidence(fmt::format("{}: {} -> {}", field.name, hex_word(field.before, 1), hex_word(field.after, 1)));
  if (change.link_lost) step.evidence("the debug link was lost and came back during the option launch");
}

class OptionsVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "options",
        "Changes option bytes by name in one launch and reads them back. TZEN is on or off; turning it on erases the "
        "flash.",
        "set",
        {{"set", ParameterKind::table, true, "names and values, {SECWM1_END: 0x0F, TZEN: on}"}}};
    return kDescription;
  }

  Effect effect(const Arguments& arguments, const ChipFacts& chip) const override {
    Effect worst = Effect::reversible;
    for (const auto& [name, text] : arguments.table("set"))
      worst = std::max(worst, option_effect(chip.family, name, number_of(name, text).value_or(0)).effect);
    return worst;
  }

  // Setting what is set already is no act; each final option is one of its own.
  Result<Deed> effect_now(Step& step, const Arguments& arguments) const override {
    Deed worst{Effect::reversible, 0};
    for (const auto& [name, text] : arguments.table("set")) {
      RIGOR_TRY(const std::uint32_t wanted, number_of(name, text));
      RIGOR_TRY(const OptionValue found, step.target().read_option(name));
      if (found.readable && found.value == wanted) continue;
      const Effect effect = option_effect(step.bench().chip().family, name, wanted).effect;
      if (effect < worst.effect) continue;
      worst = {effect, effect == worst.effect ? worst.count + 1 : 1};
    }
    return worst;
  }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    if (arguments.table("set").empty()) return fail(Code::usage, "no option to set");
    RIGOR_TRY(const std::vector<OptionValue> wanted, wanted_options(step, arguments.table("set")));
    for (const OptionValue& option : wanted) RIGOR_CHECK(check_supply(step, option));
    if (wanted.empty()) return {};
    for (const OptionValue& option : wanted)
      if (effect_of(step, option).changes_way_back) step.board().provisioned.reset();
    RIGOR_TRY(const OptionChange change, step.target().write_options(wanted));
    report(step, change);
    return {};
  }

 private:
  // TZEN may be written as on or off.
  static Result<std::uint32_t> number_of(const std::string& name, const std::string& text) {
    if (name != kSecurityOption) return option_number(name, text);
    RIGOR_TRY(const bool on, on_or_off(name, text));
    return on ? kSecurityOn : kSecurityOff;
  }

  static OptionEffect effect_of(const Step& step, const OptionValue& option) {
    return option_effect(step.bench().chip().family, option.name, option.value);
  }

  // All of it is judged before any of it is written: one launch carries it.
  static Result<std::vector<OptionValue>> wanted_options(Step& step, const Table& set) {
    std::vector<OptionValue> wanted;
    for (const auto& [name, text] : set) {
      RIGOR_TRY(const std::uint32_t value, number_of(name, text));
      if (name == kSecurityOption) {
        RIGOR_TRY(const bool changes, security_changes(step, value == kSecurityOn));
        if (!changes) continue;
      }
      wanted.push_back({name, value});
    }
    return wanted;
  }

  static Result<void> check_supply(const Step& step, const OptionValue& option) {
    const std::string_view supply = effect_of(step, option).supply;
    return supply.empty() ? Result<void>() : check_supply_allows_fast_pins(step, supply);
  }

  // TZEN decides which kind of credential opens the part: changed under a record, it would shut out what the ledger
  // knows of (debug-authentication.md 12.1).
  static Result<bool> security_changes(Step& step, bool wanted) {
    RIGOR_TRY(const bool present, step.target().security_extension());
    if (present == wanted) {
      step.evidence(fmt::format("TZEN is {} already", wanted ? "on" : "off"));
      return false;
    }
    if (!step.bench().chip().has_security_extension)
      return fail(Code::unsupported, fmt::format("{} has no security extension", step.bench().chip().name));
    RIGOR_TRY(const ProductState state, step.target().product_state());
    if (state == ProductState::open) return true;
    return fail(Error(Code::state_unsuitable,
                      fmt::format("TZEN changes in open only, the part is in {}", product_state_name(state)))
                    .hint("a part that takes another kind of credential than it was given stays shut"));
  }
};

class RecordOptionsVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "record-options", "Writes every option byte's value into the record.", "", {}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments&) const override {
    RIGOR_TRY(const std::vector<OptionValue> options, step.target().read_options());
    for (const OptionValue& option : options)
      step.evidence(option.readable ? fmt::format("{} = {}", option.name, hex_word(option.value, 1))
                                    : fmt::format("{} is hidden from a non-secure access", option.name));
    return {};
  }
};

class ExpectVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "expect",
        "Reads the chip's state through the debug port and requires it to be as stated; names everything that is not.",
        "state",
        {{"state", ParameterKind::text, false, "product state", product_state_names()},
         {"tzen", ParameterKind::flag, false, "security extension"},
         {"secure-watermarks", ParameterKind::text, false, "whole: both banks, first to last sector", {"whole"}},
         {"options", ParameterKind::table, false, "option bytes by name, {BOOT_UBE: 0xB4}"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    if (arguments.describe().empty()) return fail(Code::usage, "nothing to expect");
    std::vector<std::string> wrong;
    if (arguments.has("state")) {
      RIGOR_TRY(const ProductState state, step.target().product_state());
      compare(step, wrong, "state", arguments.text("state"), std::string(product_state_name(state)));
    }
    if (arguments.has("tzen")) {
      RIGOR_TRY(const bool security, step.target().security_extension());
      compare(step, wrong, "TZEN", arguments.flag("tzen") ? "on" : "off", security ? "on" : "off");
    }
    Table options = arguments.table("options");
    if (arguments.has("secure-watermarks")) add_whole_watermarks(step, options);
    for (const auto& [name, text] : options) {
      RIGOR_TRY(const std::uint32_t wanted, option_number(name, text));
      RIGOR_TRY(const OptionValue found, step.target().read_option(name));
      compare(step, wrong, name, hex_word(wanted, 1), found.readable ? hex_word(found.value, 1) : "hidden");
    }
    if (wrong.empty()) return {};
    return fail(Code::expectation_failed, fmt::format("{}", fmt::join(wrong, "; ")));
  }

 private:
  static void compare(Step& step, std::vector<std::string>& wrong, const std::string& what, const std::string& wanted,
                      const std::string& found) {
    if (wanted == found)
      step.evidence(fmt::format("{} is {}", what, found));
    else
      wrong.push_back(fmt::format("{} is {}, expected {}", what, found, wanted));
  }

  static void add_whole_watermarks(const Step& step, Table& options) {
    const ChipFacts& chip = step.bench().chip();
    const std::uint32_t last =
        step.bench().description().board.flash_size / chip.flash_bank_count / chip.flash_sector_size - 1;
    for (const char* bank : {"1", "2"}) {
      options.emplace_back(fmt::format("SECWM{}_STRT", bank), "0");
      options.emplace_back(fmt::format("SECWM{}_END", bank), hex_word(last, 1));
    }
  }
};

}  // namespace

void add_option_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<OptionsVerb>());
  verbs.push_back(std::make_unique<RecordOptionsVerb>());
  verbs.push_back(std::make_unique<ExpectVerb>());
}

}  // namespace rigor
