// `rigor doctor`: what this machine lacks.
#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "framework/cli/bench_session.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/doctor_checks.hpp"
#include "framework/cli/version.hpp"

namespace rigor::cli {

int doctor(const DoctorCommand& command, const Output& output) {
  Doctor doctor("/");
  if (!command.rig.empty()) {
    Faults faults;
    const auto rig = load_named_rig(command.rig, faults);
    if (!rig) return faults.empty() ? output.failure(rig.error()) : output.failure(faults);
    doctor.rig(*rig);
  }
  doctor.usb();
  doctor.gpio();
  doctor.limits();
  doctor.programs();
  doctor.timer();
  doctor.terminal();

  nlohmann::json checks = nlohmann::json::array();
  for (const MachineFinding& finding : doctor.findings()) {
    checks.push_back({{"check", finding.check},
                      {"health", health_name(finding.health)},
                      {"found", finding.found},
                      {"cure", finding.cure}});
    output.line(fmt::format("{:<5} {:<24} {}", health_name(finding.health), finding.check, finding.found));
    if (!finding.cure.empty()) output.line(fmt::format("{:<30} {}", "", finding.cure));
  }
  output.document({{"checks", checks}, {"versions", library_versions()}});
  const bool bad =
      std::ranges::any_of(doctor.findings(), [](const MachineFinding& each) { return each.health == Health::bad; });
  return bad ? kBenchFault : kDone;
}

}  // namespace rigor::cli
