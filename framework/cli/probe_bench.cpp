#include "framework/cli/probe_bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "framework/cli/bench_session.hpp"
#include "framework/gpio/relay.hpp"
#include "framework/probe/finding.hpp"

namespace rigor::cli {
namespace {

// Every line of a bench in its safe state while its probe is examined.
class HeldLines {
 public:
  static Result<HeldLines> take(const BenchDescription& bench, const Seams& seams) {
    HeldLines held(seams.clock);
    for (const LineDescription& line : bench.lines) {
      RIGOR_TRY(auto relay, Relay::take(seams.lines, seams.clock,
                                        {.job = line.job,
                                         .name = line.name,
                                         .active = line.active,
                                         .drive = line.drive,
                                         .settle = line.settle,
                                         .min_off = line.min_off,
                                         .safe_active = line.safe_active}));
      held.relays_.push_back(std::move(relay));
    }
    return held;
  }

  // Empty where the bench has no power relay.
  std::function<Result<void>(bool)> target_power() {
    const auto found = std::ranges::find_if(relays_, [](const auto& each) { return each->wiring().job == "power"; });
    if (found == relays_.end()) return {};
    return [clock = clock_, &power = **found](bool on) -> Result<void> {
      RIGOR_CHECK(power.set(on));
      // Off counts when the board's capacitors are empty, on when its supply has settled.
      return on ? Result<void>() : clock->sleep_for(power.wiring().min_off);
    };
  }

 private:
  explicit HeldLines(Clock& clock) : clock_(&clock) {}

  Clock* clock_;
  std::vector<std::unique_ptr<Relay>> relays_;
};

ResetDrive drive_of(const ResetEvidence& evidence) {
  ResetDrive drive;
  drive.evidence = evidence.sentences;
  if (evidence.moved == Finding::yes) drive.finding = ResetDrive::Finding::moved;
  if (evidence.moved == Finding::no) drive.finding = ResetDrive::Finding::still;
  return drive;
}

// Has the chip judge the probe's own NRST output.
Result<ResetDrive> judge_reset_drive(OpenBench& bench) {
  if (bench.power_switch()) RIGOR_CHECK(bench.switch_power(true));
  RIGOR_CHECK(bench.connect());
  RIGOR_TRY(ResetPin* const pin, bench.reset_pin("probe"));
  RIGOR_TRY(const ResetEvidence evidence, bench.target().probe_reset(*pin));
  return drive_of(evidence);
}

// A chip that cannot be asked is a reason, not a failure of the examination.
Seen<ResetDrive> ask_chip(const BenchDescription& description, const Seams& seams) {
  if (description.wiring.nrst != WiringDescription::Nrst::probe)
    return unseen("the bench does not say that the probe's NRST output is wired to the chip");
  Timeline timeline(seams.clock, 2);
  auto bench = OpenBench::open(description, seams, timeline);
  if (!bench) return unseen(bench.error().message());
  auto judged = judge_reset_drive(**bench);
  const Result<void> safe = (*bench)->make_safe();
  if (!judged) return unseen(fmt::format("the chip cannot be asked: {}", judged.error().message()));
  if (!safe) return unseen(safe.error().message());
  return *std::move(judged);
}

}  // namespace

Result<std::unique_ptr<ProbePlace>> ProbePlace::open(const ProbeChoice& choice, Faults& faults) {
  if (choice.rig.empty() && !choice.benches.empty())
    return fail(Error(Code::usage, "a bench is of a rig").hint("give --rig RIG, or --usb PATH without a bench"));
  auto place = std::make_unique<ProbePlace>();
  if (choice.rig.empty()) {
    RIGOR_TRY(place->machine_, make_real_machine());
  } else {
    RIGOR_TRY(place->rig_, load_named_rig(choice.rig, faults));
    RIGOR_TRY(place->machine_, make_machine(*place->rig_, 0));
  }
  place->actor_ = place->seams().clock.enroll("rigor");
  return place;
}

Result<ChosenProbe> ProbePlace::find_on_bench(const std::string& name) {
  RIGOR_TRY(const auto benches, choose_benches(*rig_, {name}));
  const BenchDescription* bench = benches.front();
  const ProbeSelector& selector = bench->probe;
  const bool by_serial = selector.by == ProbeSelector::By::serial;
  RIGOR_TRY(std::string path, find_st_link(seams().usb, by_serial ? selector.serial : selector.usb_path));
  return ChosenProbe{std::move(path), bench};
}

Result<std::vector<ChosenProbe>> ProbePlace::find(const ProbeChoice& choice) {
  std::vector<ChosenProbe> probes;
  for (const std::string& name : choice.benches) {
    RIGOR_TRY(ChosenProbe probe, find_on_bench(name));
    probes.push_back(std::move(probe));
  }
  std::vector<std::string> places = choice.usb;
  if (probes.empty() && places.empty()) places.emplace_back();  // the only one there is
  for (const std::string& who : places) {
    RIGOR_TRY(std::string path, find_st_link(seams().usb, who));
    probes.push_back({std::move(path), nullptr});
  }
  return probes;
}

Result<Fingerprint> ProbePlace::fingerprint(const ChosenProbe& probe, const ExaminationSettings& settings) {
  ObservationOptions options;
  options.allow_bootloader = settings.allow_bootloader;
  options.nothing_connected = settings.unplugged;
  options.latency_samples = settings.samples;
  if (probe.bench == nullptr) {
    RIGOR_TRY(const ProbeObservation seen, observe_probe(seams().usb, probe.usb_path, seams().clock, options));
    return judge_probe(seen);
  }
  ProbeObservation seen;
  {
    RIGOR_TRY(HeldLines lines, HeldLines::take(*probe.bench, seams()));
    options.target_power = lines.target_power();
    RIGOR_TRY(seen, observe_probe(seams().usb, probe.usb_path, seams().clock, options));
  }
  if (seen.version) seen.reset_drive = ask_chip(*probe.bench, seams());
  return judge_probe(seen);
}

}  // namespace rigor::cli
