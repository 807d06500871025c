// Schedules in YAML: suites/schedules/*.yaml, or the `schedules:` of a suite.
//
//   schedule: two-pulses
//   about: ...
//   vars: {r1: 20ms, a2: 5ms, r2: 40ms}      # offsets by name; a step or a search sets them
//   where: ["r2 >= a2 + 2ms"]                # what must hold between them
//   limit: 10s
//   edges:
//     - {line: nrst, to: held, at: start}
//     - {line: nrst, to: released, at: "probe.nrst-release #1", after: $r1, tolerance: 500us}
//     - {line: power, to: off, at: {log: "De-asserting target reset", n: 2}, after: 3ms}
//     - {name: back, line: power, to: on, at: {edge: edge-3}, after: 350ms}
//
// States are those of the job: held and released (low and high at the chip) for nrst, on and off, high and low for
// boot0. Anchors: start; "probe.COMMAND #N"; {log: TEXT, n: N}; {console: TEXT, n: N}; {line: "JOB STATE", n: N};
// {sense: "JOB STATE", n: N}; {edge: NAME}. `with: NAME` instead of `at` moves the line in the call of that edge. An
// edge without a name is edge-1, edge-2, ... by its place.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/bench/offset_condition.hpp"
#include "framework/bench/yaml.hpp"
#include "framework/gpio/schedule.hpp"

namespace rigor {

struct ScheduleDescription {
  std::filesystem::path path;
  std::string name;
  std::string about;
  Offsets offsets;  // the variables with their defaults
  std::vector<OffsetCondition> where;
  std::vector<std::string> offset_names;  // for each edge: the variable its offset is, or empty
  Schedule schedule;                      // with the defaults
};

// Nothing exactly when a fault was added.
[[nodiscard]] std::optional<ScheduleDescription> load_schedule(const std::filesystem::path& path, Faults& faults);
// One that is written out elsewhere, under its name.
[[nodiscard]] std::optional<ScheduleDescription> read_schedule(const YamlNode& node, const std::string& name,
                                                               Faults& faults);

// The schedule with other offsets. Errors: name_unknown for one that it does not have; usage when a condition of
// `where` does not hold.
[[nodiscard]] Result<Schedule> with_offsets(const ScheduleDescription& description, const Offsets& offsets);

inline constexpr std::string_view kScheduleFolder = "suites/schedules";

}  // namespace rigor
