// Programs under `rigor-lab exec`, and the rigs that they find there.
#pragma once

#include <string>
#include <vector>

#include "tests/clients/kept_rig.hpp"

namespace rigor::test {

// Why programs cannot be run so here; empty when they can. `program` empty: asks about the door alone.
[[nodiscard]] std::string missing_door(const std::string& program = {});

// Runs the command where the probes of the rig are plugged in. Output of both streams in `out`. `options` are of
// `rigor-lab exec`.
[[nodiscard]] Finished run_on(const std::filesystem::path& rig, const std::vector<std::string>& command,
                              ProgramSetting setting = {}, const std::vector<std::string>& options = {});

// A program that the tests bring along: `built` beside them, or the one of that name in the directory that
// RIGOR_INSIDE_PROGRAMS names, which is of a build with a sanitizer.
[[nodiscard]] std::string inside_program(const std::filesystem::path& built);

struct LabProbe {
  std::string profile = "v2";
  std::string serial;  // empty: the profile's
  std::string faults;  // of the bench's `faults:`, such as "{stall-command: 5}"
};

// A rig with one always powered F407 board for each probe, named board-0 and so on.
[[nodiscard]] std::string rig_of(const std::vector<LabProbe>& probes);
// Probes of three kinds with serial numbers of their own.
[[nodiscard]] std::vector<LabProbe> many_probes(unsigned count);

}  // namespace rigor::test
