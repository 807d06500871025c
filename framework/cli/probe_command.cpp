// `rigor probe show|fingerprint|compare`.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "framework/cli/probe_arguments.hpp"
#include "framework/cli/probe_bench.hpp"
#include "framework/cli/probe_documents.hpp"
#include "framework/cli/probe_pages.hpp"
#include "framework/cli/probe_show.hpp"
#include "framework/probe/finding.hpp"
#include "framework/probe/st_link_listing.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

struct ProbeCommand {
  ProbeChoice choice;
  ExaminationSettings settings;
  std::string with;  // compare: a fingerprint on file
};

// Errors and faults end in the same exit codes, whoever met them.
int failure(const Error& error, const Faults& faults, const Output& output) {
  return faults.empty() ? output.failure(error) : output.failure(faults);
}

// Everything that is plugged in, where nobody named a probe.
Result<std::vector<ChosenProbe>> probes_to_show(ProbePlace& place, const ProbeChoice& choice) {
  if (!choice.benches.empty() || !choice.usb.empty()) return place.find(choice);
  RIGOR_TRY(const auto devices, place.seams().usb.list(kStVendor));
  std::vector<ChosenProbe> probes;
  for (const UsbIdentity& usb : devices)
    if (find_st_link_product(usb.vendor, usb.product) != nullptr) probes.push_back({usb.path, nullptr});
  return probes;
}

int show(const ProbeCommand& command, const Output& output) {
  Faults faults;
  auto place = ProbePlace::open(command.choice, faults);
  if (!place) return failure(place.error(), faults, output);
  const auto probes = probes_to_show(**place, command.choice);
  if (!probes) return output.failure(probes.error());
  const Seams seams = (*place)->seams();
  ObservationOptions look;
  look.look_only = true;
  json list = json::array();
  for (const ChosenProbe& probe : *probes) {
    const auto seen = observe_probe(seams.usb, probe.usb_path, seams.clock, look);
    if (!seen) return output.failure(seen.error());
    list.push_back(show_document(*seen));
    print_show(*seen, output);
  }
  if (list.empty()) output.line("no ST-LINK is plugged in");
  output.document(list);
  return kDone;
}

int exit_code_of(const Fingerprint& print) { return print.verdict == ProbeVerdict::clone ? kFailed : kDone; }

int fingerprint(const ProbeCommand& command, const Output& output) {
  Faults faults;
  auto place = ProbePlace::open(command.choice, faults);
  if (!place) return failure(place.error(), faults, output);
  const auto probes = (*place)->find(command.choice);
  if (!probes) return output.failure(probes.error());
  if (probes->size() != 1)
    return output.failure(Error(Code::usage, "one probe at a time").hint("`rigor probe compare` takes two"));
  const auto print = (*place)->fingerprint(probes->front(), command.settings);
  if (!print) return output.failure(print.error());
  print_fingerprint(*print, output);
  output.document(fingerprint_document(*print));
  return exit_code_of(*print);
}

// The probes that were named, then the one on file: two in all.
Result<std::vector<Fingerprint>> take_two(const ProbeCommand& command, Faults& faults) {
  const std::size_t named = command.choice.benches.size() + command.choice.usb.size() + (command.with.empty() ? 0 : 1);
  if (named != 2)
    return fail(Error(Code::usage, fmt::format("two probes are compared, {} were named", named))
                    .hint("--bench A --bench B, --usb PATH twice, or one of them and --with FILE.json"));
  std::vector<Fingerprint> prints;
  std::optional<Fingerprint> on_file;
  if (!command.with.empty()) {
    RIGOR_TRY(on_file, read_fingerprint(command.with));
  }
  RIGOR_TRY(const auto place, ProbePlace::open(command.choice, faults));
  RIGOR_TRY(const auto probes, place->find(command.choice));
  for (const ChosenProbe& probe : probes) {
    RIGOR_TRY(Fingerprint print, place->fingerprint(probe, command.settings));
    prints.push_back(std::move(print));
  }
  if (on_file) prints.push_back(*std::move(on_file));
  return prints;
}

int compare(const ProbeCommand& command, const Output& output) {
  Faults faults;
  const auto prints = take_two(command, faults);
  if (!prints) return failure(prints.error(), faults, output);
  const Fingerprint& a = prints->front();
  const Fingerprint& b = prints->back();
  const Comparison comparison = compare_fingerprints(a, b);
  print_comparison(a, b, comparison, output);
  output.document(comparison_document(a, b, comparison));
  return kDone;
}

void add_choice(CLI::App& command, ProbeChoice& choice) {
  command.add_option("--rig", choice.rig, "Rig by name or file; none: this computer's own probes");
  command.add_option("--bench", choice.benches, "The probe of this bench")->allow_extra_args(false);
  command.add_option("--usb", choice.usb, "USB port path, or a serial number that one probe has")
      ->allow_extra_args(false);
}

void add_settings(CLI::App& command, ExaminationSettings& settings) {
  command.add_flag("--allow-bootloader", settings.allow_bootloader,
                   "Ask a probe that is still in its bootloader who it is");
  command.add_flag("--unplugged", settings.unplugged, "Nothing is connected to the probe");
  command.add_option("--samples", settings.samples, "Round trips to time")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000}))
      ->capture_default_str();
}

using Action = int (*)(const ProbeCommand&, const Output&);

// The options live as long as the command that was chosen.
std::shared_ptr<ProbeCommand> add_action(CLI::App& app, Chosen& chosen, Action action) {
  auto command = std::make_shared<ProbeCommand>();
  add_choice(app, command->choice);
  app.callback([command, action, &chosen] {
    chosen = [command, action](const Output& output) { return action(*command, output); };
  });
  return command;
}

}  // namespace

void add_probe(CLI::App& app, Chosen& chosen) {
  CLI::App& probe = *app.add_subcommand("probe", "What a probe is and can do, and whether it is a genuine one");
  probe.require_subcommand(1);
  add_action(*probe.add_subcommand("show", "Identity, firmware, interfaces and capabilities"), chosen, show);
  CLI::App& one = *probe.add_subcommand("fingerprint", "A score with its evidence; nothing is written to the probe");
  add_settings(one, add_action(one, chosen, fingerprint)->settings);
  CLI::App& two = *probe.add_subcommand("compare", "Two probes side by side; what differs is marked");
  const auto command = add_action(two, chosen, compare);
  add_settings(two, command->settings);
  two.add_option("--with", command->with, "A fingerprint on file (`probe fingerprint --json`)");
}

}  // namespace rigor::cli
