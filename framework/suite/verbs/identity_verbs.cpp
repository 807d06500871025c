#include <fmt/format.h>
#include <algorithm>
#include <optional>

#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"
#include "framework/target/reading.hpp"

namespace rigor {
namespace {

void describe(Step& step, const Identity& identity) {
  step.evidence(
      fmt::format("device id {}, revision {}", hex_word(identity.device_id, 3), hex_word(identity.revision, 4)));
  if (identity.flash_kilobytes) step.evidence(fmt::format("flash {} KiB", *identity.flash_kilobytes));
  if (identity.bootloader_version)
    step.evidence(fmt::format("bootloader {}", hex_word(*identity.bootloader_version, 2)));
  if (identity.sfsp_version) step.evidence(fmt::format("security firmware {}", sfsp_text(*identity.sfsp_version)));
  if (!identity.core_reachable) step.evidence("the core's access port is shut");
}

Result<void> check_plausible(const Step& step, const Identity& identity) {
  const std::uint32_t expected = step.bench().description().board.flash_size / 1024;
  if (identity.flash_kilobytes && *identity.flash_kilobytes != expected)
    return fail(Error(Code::identity_mismatch,
                      fmt::format("the chip says it has {} KiB of flash, board '{}' says {}", *identity.flash_kilobytes,
                                  step.bench().description().board.name, expected))
                    .hint("is it the board that the bench describes?"));
  if (identity.sfsp_version && !identity.sfsp_plausible)
    return fail(Error(Code::chip_unexpected, fmt::format("the security firmware's version word {} is {}, not a version",
                                                         hex_word(*identity.sfsp_version),
                                                         *identity.sfsp_version == 0xFFFFFFFF ? "erased" : "text"))
                    .hint("the system flash or the address read is not what it should be; compare with a good part"));
  return {};
}

class IdentifyVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "identify", "Reads who the chip is and ties the board to this bench in the ledger.", "", {}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments&) const override {
    RIGOR_TRY(const Identity identity, step.target().identify());
    describe(step, identity);
    RIGOR_CHECK(check_plausible(step, identity));
    const std::string& bench = step.bench().description().name;

    if (const auto uid = BoardUid::from_words(identity.unique_id)) {
      RIGOR_CHECK(step.ledger().bind({bench, *uid, step.bench().chip().name, identity.device_id}));
      if (step.board().uid && *step.board().uid != *uid)
        step.board() = BoardKnowledge{};  // nothing was proven of this one
      step.board().uid = *uid;
      step.board().security_firmware = identity.sfsp_version;
      step.evidence("unique id " + uid->text());
      RIGOR_TRY(const ProductState state, step.target().product_state());
      return step.ledger().confirm(*uid, product_state_name(state));
    }
    if (const auto presumed = step.ledger().presume(bench)) {
      step.board().uid = presumed->uid;
      step.evidence(fmt::format("the unique id reads as zero; the ledger presumes {}", presumed->uid.text()));
    } else {
      step.board().uid.reset();
      step.evidence("the unique id reads as zero and the ledger cannot tell which board this is: " +
                    presumed.error().message());
    }
    return {};
  }
};

// Reads the target's supply through the probe while the switch is off, and after it is on again.
class WatchedSupply final : public PowerSwitch {
 public:
  WatchedSupply(PowerSwitch& supply, Probe& probe) : supply_(supply), probe_(probe) {}

  Result<void> off() override {
    RIGOR_CHECK(supply_.off());
    off_ = volts();
    return {};
  }
  Result<void> on() override {
    RIGOR_CHECK(supply_.on());
    on_ = volts();
    return {};
  }
  // What is left while the supply is off; the pins of the probe or a console feed it.
  [[nodiscard]] std::optional<double> fed_back() const {
    constexpr double kNoticed = 0.2;
    return reading() && reading()->follows_power && *off_ > kNoticed ? off_ : std::nullopt;
  }
  // Nothing where the probe does not measure. Discharge is the relay's settling; half of it gone is gone.
  [[nodiscard]] std::optional<SupplyReading> reading() const {
    if (!on_ || !off_) return std::nullopt;
    return SupplyReading{*on_, *off_ < *on_ / 2};
  }

 private:
  std::optional<double> volts() {
    const auto read = probe_.target_voltage();
    return read ? std::optional(*read) : std::nullopt;
  }

  PowerSwitch& supply_;
  Probe& probe_;
  std::optional<double> off_;
  std::optional<double> on_;
};

class SelfTestVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "self-test",
        "Proves with the chip's own evidence that the bench's reset, power and "
        "BOOT0 really reach it. The chip must be in OPEN.",
        "of",
        {{"of", ParameterKind::words, true, "what to prove", {"nrst", "power", "boot0"}}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::reversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const auto& of = arguments.words("of");
    if (of.empty()) return fail(Code::usage, "nothing to prove: expected nrst, power or boot0");
    const auto wanted = [&](std::string_view word) { return std::ranges::find(of, word) != of.end(); };
    if (wanted("power")) RIGOR_CHECK(test_power(step));
    if (wanted("nrst")) RIGOR_CHECK(test_reset(step));
    if (wanted("boot0")) RIGOR_CHECK(test_boot(step));
    return {};
  }

 private:
  static Result<void> test_power(Step& step) {
    step.board().power_proven = false;
    RIGOR_TRY(PowerSwitch* const power, step.bench().power_switch());
    step.board().supply.reset();
    WatchedSupply watched(*power, step.bench().probe());
    RIGOR_TRY(const PowerEvidence evidence, step.target().probe_power(watched));
    step.board().supply = watched.reading();
    if (const auto& reading = step.board().supply)
      step.evidence(fmt::format("power: the probe reads {:.2f} V, {}", reading->volts,
                                reading->follows_power ? "and saw it go" : "a value that does not follow the supply"));
    if (const auto volts = watched.fed_back())
      step.evidence(fmt::format(
          "power: {:.2f} V are left while it is off: something feeds it back, SWD pins or a console", *volts));
    for (const std::string& sentence : evidence.sentences) step.evidence("power: " + sentence);
    step.board().power_proven = evidence.switched == Finding::yes;
    if (step.board().power_proven) return {};
    return fail(
        Error(Code::power_not_switched, "switching the power line does not take the chip's supply away")
            .hint("look for a second supply: the probe's 3V3 pin, a USB cable, back-feeding through SWD or a console"));
  }

  // BOOT0 is sampled when NRST is let go. The pin is left low, and the chip in what it boots then.
  static Result<void> test_boot(Step& step) {
    RIGOR_TRY(Relay* const boot0, step.bench().line("boot0"));
    const auto [base, size] = step.target().system_memory();
    BootObservations seen{.counter_low = {}, .counter_high = {}, .system_memory = base, .system_memory_size = size};
    RIGOR_TRY(seen.counter_low, counter_after_reset(step));
    RIGOR_CHECK(boot0->set(true));
    const auto high = counter_after_reset(step);
    RIGOR_CHECK(boot0->set(false));
    RIGOR_TRY(seen.counter_high, high);
    RIGOR_CHECK(step.bench().pulse_reset(kBootHold));
    const BootEvidence evidence = judge_boot(seen);
    for (const std::string& sentence : evidence.sentences) step.evidence("boot0: " + sentence);
    if (evidence.chosen == Finding::yes) return {};
    return fail(Error(Code::line_failed, "the BOOT0 line does not choose what the chip boots")
                    .hint("is the line wired to BOOT0, is NRST driven, and do the option bytes follow the pin "
                          "(nSWBOOT0, BOOT_UBE)?"));
  }

  static constexpr Duration kBootHold = std::chrono::milliseconds(20);

  static Result<std::optional<std::uint32_t>> counter_after_reset(Step& step) {
    constexpr Duration kBoot = std::chrono::milliseconds(50);  // RSS and boot loader are where they stay by then
    RIGOR_CHECK(step.bench().pulse_reset(kBootHold));
    RIGOR_CHECK(step.bench().clock().sleep_for(kBoot));
    return if_readable(step.target().program_counter());
  }

  static Result<void> test_reset(Step& step) {
    step.board().reset_proven = false;
    RIGOR_TRY(ResetPin* const pin, step.bench().reset_pin());
    RIGOR_TRY(const ResetEvidence evidence, step.target().probe_reset(*pin));
    step.board().reset_evidence = evidence.sentences;
    for (const std::string& sentence : evidence.sentences) step.evidence("nrst: " + sentence);
    step.board().reset_proven = evidence.moved == Finding::yes;
    const ResetObservations& seen = evidence.seen;
    const auto pin_flag = [&](const std::optional<std::uint32_t>& flags) { return flags.value_or(0) & seen.bits.pin; };
    if (step.board().reset_proven && seen.reset_flags_before && pin_flag(seen.reset_flags_before) == 0 &&
        pin_flag(seen.reset_flags_after) != 0)
      step.board().learnt.reset_status = true;
    if (step.board().reset_proven) return {};
    return fail(Error(Code::nrst_not_driven,
                      fmt::format("driving NRST through the {} does not reset the chip; the board stays in OPEN",
                                  pin->driven_by()))
                    .hint("wire NRST to the probe's T_NRST output, or to a line of the bench (`wiring: {nrst: line}`); "
                          "debug authentication cannot bring this board back without it"));
  }
};

}  // namespace

void add_identity_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<IdentifyVerb>());
  verbs.push_back(std::make_unique<SelfTestVerb>());
}

}  // namespace rigor
