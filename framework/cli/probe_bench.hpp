// The probe that a command line means, on this computer or on a bench, and what the bench can do for its examination.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/base/timeline.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/cli/machine.hpp"
#include "framework/probe/fingerprint.hpp"

namespace rigor::cli {

// What `rigor probe` accepts to name a probe.
struct ProbeChoice {
  std::string rig;
  std::vector<std::string> benches;
  std::vector<std::string> usb;  // port paths or serial numbers
};

struct ExaminationSettings {
  bool allow_bootloader = false;
  bool unplugged = false;
  std::size_t samples = 1000;
};

// A probe, and its bench where one was named.
struct ChosenProbe {
  std::string usb_path;
  const BenchDescription* bench = nullptr;
};

class ProbePlace {
 public:
  // The computer's own probes, or those of a rig. Mistakes in the rig are in `faults`.
  // Errors: usage for a bench without a rig; those of reading a rig and of make_machine().
  [[nodiscard]] static Result<std::unique_ptr<ProbePlace>> open(const ProbeChoice& choice, Faults& faults);

  [[nodiscard]] Seams seams() { return machine_->seams(); }

  // The probes of the benches, then those named by place or serial number, in the order of the command line. None
  // named: the only one there is. Errors: name_unknown, probe_missing, probe_ambiguous.
  [[nodiscard]] Result<std::vector<ChosenProbe>> find(const ProbeChoice& choice);

  // On a bench its lines are held in their safe state meanwhile, its supply is switched, and its chip is asked whether
  // the probe's NRST output reaches it, where the bench says that it is wired. Leaves the bench as it found it: safe.
  [[nodiscard]] Result<Fingerprint> fingerprint(const ChosenProbe& probe, const ExaminationSettings& settings);

 private:
  [[nodiscard]] Result<ChosenProbe> find_on_bench(const std::string& name);

  std::optional<RigDescription> rig_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Actor> actor_;
};

}  // namespace rigor::cli
