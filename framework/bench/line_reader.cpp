#include "framework/bench/line_reader.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "framework/base/suggest.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/line_jobs.hpp"

namespace rigor {

namespace {

constexpr auto kLevels = std::to_array<Word<Level>>({{"high", Level::high}, {"low", Level::low}});
constexpr auto kDrives =
    std::to_array<Word<Drive>>({{"push-pull", Drive::push_pull}, {"open-drain", Drive::open_drain}});
constexpr auto kLabKinds = std::to_array<Word<std::string_view>>({{"relay", "relay"}, {"gpio", "gpio"}});

void read_source(MapReader& reader, const std::string& bench, LineDescription& line) {
  if (reader.has("lab")) {
    line.lab_kind = reader.word("lab", kLabKinds);
    line.name = {"lab", fmt::format("{}/{}", bench, line.job)};
    for (const char* key : {"chip", "line"}) {
      if (reader.has(key))
        reader.fault(key, fmt::format("'{}' stands beside 'lab'", key),
                     "expected one of the two: a line is real or virtual");
    }
    return;
  }
  line.name = {reader.text("chip"), reader.text("line")};
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
  line.active = reader.word("active", kLevels, job.active);
  line.drive = reader.word("drive", kDrives, job.drive);
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
