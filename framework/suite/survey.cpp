#include "framework/suite/survey.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "framework/suite/step.hpp"

namespace rigor {
namespace {

class Surveyor {
 public:
  explicit Surveyor(Step& step) : step_(step), chip_(step.bench().chip()) {}

  std::vector<SurveyRow> rows() && { return std::move(rows_); }

  void probe() {
    const ProbeIdentity& identity = step_.bench().probe().identity();
    say("probe", fmt::format("{} {}", identity.model, identity.firmware));
    const auto volts = step_.bench().probe().target_voltage();
    say("supply", volts ? fmt::format("{:.2f} V by the probe", *volts) : volts.error().message());
    const auto port = step_.bench().probe().read_debug_port_id();
    say("debug port id", port ? hex_word(*port) : port.error().message());
  }

  void identity() {
    const auto identity = step_.target().identify();
    if (!identity) return compare("device id", identity.error().message(), hex_word(chip_.device_id, 3), false);
    compare("device id", hex_word(identity->device_id, 3), hex_word(chip_.device_id, 3));
    say("revision", hex_word(identity->revision, 4));
    say("unique id", identity->unique_id_reads_zero ? "reads as zero" : unique_id_text(*identity));
    const std::uint32_t described = step_.bench().description().board.flash_size / 1024;
    if (identity->flash_kilobytes)
      compare("flash size", fmt::format("{} KiB", *identity->flash_kilobytes), fmt::format("{} KiB", described));
    if (identity->bootloader_version) say("bootloader", hex_word(*identity->bootloader_version, 2));
    if (identity->sfsp_version)
      compare("security firmware",
              identity->sfsp_plausible ? sfsp_text(*identity->sfsp_version)
                                       : hex_word(*identity->sfsp_version) + " is no version",
              "a version", identity->sfsp_plausible);
    say("core's access port", identity->core_reachable ? "opens" : "is shut");
  }

  void state() {
    const auto state = step_.target().product_state();
    say("product state", state ? std::string(product_state_name(*state)) : state.error().message());
    if (!chip_.has_security_extension) return;
    const auto secure = step_.target().security_extension();
    say("TrustZone", secure ? (*secure ? "on" : "off") : secure.error().message());
  }

  void options() {
    const auto options = step_.target().read_options();
    if (!options) return say("options", options.error().message());
    for (const OptionValue& option : *options)
      say("option " + option.name, option.readable ? fmt::format("{:#x}", option.value) : "hidden from this access");
  }

  void one_time_memory() {
    if (chip_.otp.size == 0) return;
    const auto blocks = step_.target().read_otp();
    if (!blocks) return say("one-time memory", blocks.error().message());
    const auto locked = std::ranges::count_if(*blocks, [](const OtpBlock& block) { return block.locked; });
    const auto written = std::ranges::count_if(*blocks, [](const OtpBlock& block) { return block.blank == false; });
    say("one-time memory", fmt::format("{} blocks, {} written, {} locked", blocks->size(), written, locked));
  }

  void assumed_facts() {
    if (const auto& record = step_.bench().description().calibration)
      say("calibration", fmt::format("{}, learnt {} on {}", record->path.string(), record->at, record->board));
    constexpr const char* kAssumed = "assumed; `rigor calibrate` learns it on a sacrificial board";
    for (const std::string& fact : unsettled_facts(chip_)) {
      if (fact == "provisioning.tables") {
        tables();
      } else {
        say(fact, kAssumed);
      }
    }
    if (partial_regression_is_assumed(chip_)) say("authentication.partial-regression", kAssumed);
  }

 private:
  // The entry point is odd, as of all Thumb code, and lies where the table does: in the system flash.
  void tables() {
    for (const std::uint32_t address : chip_.provisioning.table_addresses) {
      const std::string subject = fmt::format("provisioning.tables {}", hex_word(address));
      const auto bytes = step_.target().read(address, sizeof(std::uint32_t));
      if (!bytes) {
        say(subject, bytes.error().message());
        continue;
      }
      const std::uint32_t entry = load_le32(*bytes);
      constexpr std::uint32_t kSecureAlias = 0x04000000;
      const bool code = (entry & 1) != 0 && (entry & ~kSecureAlias) >> 20 == (address & ~kSecureAlias) >> 20;
      say(subject, hex_word(entry) + (code ? ", looks like an entry point" : ", no entry point"));
    }
  }

  void say(std::string subject, std::string seen) { rows_.push_back({std::move(subject), std::move(seen), {}, {}}); }
  void compare(std::string subject, std::string seen, std::string expected) {
    const bool agrees = seen == expected;
    compare(std::move(subject), std::move(seen), std::move(expected), agrees);
  }
  void compare(std::string subject, std::string seen, std::string expected, bool agrees) {
    rows_.push_back({std::move(subject), std::move(seen), std::move(expected), agrees});
  }

  Step& step_;
  const ChipFacts& chip_;
  std::vector<SurveyRow> rows_;
};

}  // namespace

Result<std::vector<SurveyRow>> survey(Step& step) {
  Surveyor surveyor(step);
  surveyor.probe();
  surveyor.identity();
  surveyor.state();
  surveyor.options();
  surveyor.one_time_memory();
  surveyor.assumed_facts();
  RIGOR_CHECK(step.bench().clock().sleep_for(Duration::zero()));  // an interruption spoilt the rows
  return std::move(surveyor).rows();
}

}  // namespace rigor
