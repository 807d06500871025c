#include "tests/clients/exec_rig.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace rigor::test {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string missing_door(const std::string& program) {
  if (std::string why = missing_keeper(); !why.empty()) return why;
  static const std::string why = [] {
    const Finished tried = run_on(kF407Rig, {"/bin/true"});
    return tried.exit_code == 0 ? std::string() : tried.out + " (ci/setup test)";
  }();
  if (!why.empty() || program.empty()) return missing(why);
  return missing_program(program);
}

Finished run_on(const fs::path& rig, const std::vector<std::string>& command, ProgramSetting setting,
                const std::vector<std::string>& options) {
  std::vector<std::string> line = {keeper_program(), "exec", rig};
  line.insert(line.end(), options.begin(), options.end());
  line.emplace_back("--");
  line.insert(line.end(), command.begin(), command.end());
  setting.environment.merge(plain_environment());
  // The preload library comes before the sanitizer's.
  setting.environment.emplace("ASAN_OPTIONS", "verify_asan_link_order=0");
  Finished done = run_program(line, setting);
  done.out += done.err;
  return done;
}

std::string inside_program(const fs::path& built) {
  const char* const directory = std::getenv("RIGOR_INSIDE_PROGRAMS");
  return directory == nullptr ? built : fs::path(directory) / built.filename();
}

std::string rig_of(const std::vector<LabProbe>& probes) {
  std::string text = "rig: generated\nsuites: []\nbenches:\n";
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const auto& [profile, serial, faults] = probes[i];
    text += fmt::format(
        "  - name: board-{}\n    board: stm32f4-discovery\n    probe: {{lab: {}}}\n"
        "    wiring: {{nrst: probe, power: always}}\n    lab:\n      wires: [swd, nrst-probe]\n",
        i, profile);
    if (!serial.empty()) text += fmt::format("      probe: {{serial: \"{}\"}}\n", serial);
    if (!faults.empty()) text += fmt::format("      faults: [{}]\n", faults);
  }
  return text;
}

std::vector<LabProbe> many_probes(unsigned count) {
  constexpr std::array<const char*, 3> kProfiles = {"v2", "v2-1", "v3ec"};
  std::vector<LabProbe> probes;
  for (unsigned i = 0; i < count; ++i)
    probes.push_back({kProfiles[i % kProfiles.size()], fmt::format("57FF7206726557574213{:04X}", i), {}});
  return probes;
}

}  // namespace rigor::test
