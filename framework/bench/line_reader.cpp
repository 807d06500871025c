#include "framework/bench/line_reader.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "framework/base/suggest.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/line_jobs.hpp"
#include "framework/bench/switch_reader.hpp"

namespace rigor {

namespace {

constexpr auto kLevels = std::to_array<Word<Level>>({{"high", Level::high}, {"low", Level::low}});
constexpr auto kDrives =
    std::to_array<Word<Drive>>({{"push-pull", Drive::push_pull}, {"open-drain", Drive::open_drain}});
constexpr auto kLabKinds = std::to_array<Word<std::string_view>>({{"relay", "relay"}, {"gpio", "gpio"}});

void read_lab(MapReader& reader, const std::string& bench, LineDescription& line) {
  line.lab_kind = reader.word("lab", kLabKinds);
  line.name = {"lab", fmt::format("{}/{}", bench, line.job)};
  for (const char* key : {"chip", "line"}) {
    if (reader.has(key))
      reader.fault(key, fmt::format("'{}' stands beside 'lab'", key),
                   "expected one of the two: a line is real or virtual");
  }
}

// What it is says one key; whatever else says it is one too many.
void check_one_kind(MapReader& reader, std::string_view kind) {
  const bool two_commands = kind == "on" || kind == "off";
  for (const std::string_view other : {"chip", "hub", "hid-relay", "command", "on", "off"}) {
    if (other == kind || (two_commands && (other == "on" || other == "off")) || !reader.node().at(other) ||
        !reader.has(other))
      continue;
    reader.fault(other, fmt::format("'{}' stands beside '{}'", other, kind),
                 "a line is one thing: keep one of the two");
  }
}

void read_source(MapReader& reader, const std::string& bench, LineDescription& line) {
  const std::string_view key = switch_key(reader.node());
  if (reader.has("lab")) return read_lab(reader, bench, line);
  if (!key.empty()) {
    check_one_kind(reader, key);
    line.name = read_switch(reader, key);
    return;
  }
  if (reader.node().is_map() && !reader.has("chip") && !reader.has("line")) {
    reader.faults().add(reader.node().place(), fmt::format("nothing says what line '{}' is", line.job),
                        "expected one of: chip and line, hub and port, hid-relay and relay, command, on and off");
    return;
  }
  line.name = {reader.text("chip"), reader.text("line")};
}

// A switch is on or off: a high level is "on" there, whatever the job, and there is no other drive than that.
void read_electrics(MapReader& reader, const LineJob& job, LineDescription& line) {
  const bool is_switch = switch_kind(line.name).has_value();
  line.active = reader.word("active", kLevels, is_switch ? Level::high : job.active);
  line.drive = reader.word("drive", kDrives, is_switch ? Drive::push_pull : job.drive);
  if (is_switch && line.drive == Drive::open_drain)
    reader.fault("drive", fmt::format("{} has no open drain", describe_switch(line.name)),
                 "remove 'drive': it is on or off");
}

// The pin itself is looked at: NRST held is low, whatever level operates the relay in front of it.
SenseDescription read_sense(const LineJob& job, const YamlNode& node, const LineDescription& line,
                            const std::string& bench, Faults& faults) {
  MapReader reader(node, faults);
  SenseDescription sense;
  if (reader.has("lab")) {
    static_cast<void>(reader.word("lab", std::to_array<Word<bool>>({{"gpio", true}})));
    sense.name = {"lab", fmt::format("{}/sense-{}", bench, line.job)};
    if (line.lab_kind.empty()) reader.fault("lab", "a virtual input watches a real line");
  } else {
    sense.name = {reader.text("chip"), reader.text("line")};
    if (!line.lab_kind.empty()) reader.fault("chip", "a real input watches a line of the lab");
  }
  sense.active = reader.word("active", kLevels, job.active);
  reader.finish();
  return sense;
}

DischargeLimit read_discharge(const LineJob& job, const YamlNode& node, MapReader& line, Faults& faults) {
  constexpr unsigned kMostMillivolts = 3000;
  DischargeLimit limit;
  MapReader reader(node, faults);
  limit.below_millivolts = reader.integer<unsigned>("below-millivolts", limit.below_millivolts, 1U, kMostMillivolts);
  limit.within = reader.duration("within", limit.within);
  reader.finish();
  if (job.name != "power")
    line.fault("discharge", fmt::format("'{}' switches no supply of the chip", job.name),
               "expected 'discharge' at the power line only");
  return limit;
}

LineDescription read_line(const LineJob& job, const std::string& name, const YamlNode& node, const std::string& bench,
                          Faults& faults) {
  LineDescription line;
  line.job = name;
  MapReader reader(node, faults);
  read_source(reader, bench, line);
  read_electrics(reader, job, line);
  line.settle = reader.duration("settle", Duration::zero());
  line.min_off = reader.duration("min-off", Duration::zero());
  line.shortest_period = reader.duration("shortest-period", Duration::zero());
  const auto states = std::to_array<Word<bool>>({{job.inactive_word, false}, {job.active_word, true}});
  line.safe_active = reader.word("safe", states, false);
  if (const YamlNode sense = reader.find("sense")) line.sense = read_sense(job, sense, line, bench, faults);
  if (const YamlNode discharge = reader.find("discharge"))
    line.discharge = read_discharge(job, discharge, reader, faults);
  reader.finish();
  if (line.drive == Drive::open_drain && line.active == Level::high && job.name == "nrst") {
    reader.fault("active", "an open-drain NRST line that is active high",
                 "expected 'active: low', since NRST is held low");
  }
  return line;
}

}  // namespace

std::vector<LineDescription> read_lines(const YamlNode& lines, const std::string& bench, Faults& faults) {
  std::vector<LineDescription> described;
  for (const std::string& name : lines.keys()) {
    const LineJob* job = find_line_job(name);
    if (job == nullptr) {
      faults.add(lines.key_place(name), fmt::format("unknown line '{}'", name), suggestion(name, line_job_names()));
      continue;
    }
    described.push_back(read_line(*job, name, lines.at(name), bench, faults));
  }
  return described;
}

}  // namespace rigor
