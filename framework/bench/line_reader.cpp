#include "framework/bench/line_reader.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "framework/base/suggest.hpp"
#include "framework/bench/description_words.hpp"

namespace rigor {

namespace {

constexpr auto kLevels = std::to_array<Word<Level>>({{"high", Level::high}, {"low", Level::low}});
constexpr auto kDrives =
    std::to_array<Word<Drive>>({{"push-pull", Drive::push_pull}, {"open-drain", Drive::open_drain}});
constexpr auto kLabKinds = std::to_array<Word<std::string_view>>({{"relay", "relay"}, {"gpio", "gpio"}});

// What a line can be there for. Defaults follow from the job: NRST is pulled up on every board and the probe pulls it
// low too, so it is driven low and never high; the others are switched on by a high level.
struct Job {
  std::string_view name;
  Level active;
  Drive drive;
  std::string_view active_word;
  std::string_view inactive_word;
};
constexpr std::array<Job, 6> kJobs{{
    {"nrst", Level::low, Drive::open_drain, "held", "released"},
    {"power", Level::high, Drive::push_pull, "on", "off"},
    {"boot0", Level::high, Drive::push_pull, "high", "low"},
    {"probe-nrst", Level::high, Drive::push_pull, "on", "off"},   // series relay in the probe's own NRST wire
    {"probe-power", Level::high, Drive::push_pull, "on", "off"},  // the probe's USB supply
    {"aux-", Level::high, Drive::push_pull, "on", "off"},         // anything else, by a name of its own
}};

const Job* job_named(std::string_view name) {
  const auto known = std::ranges::find_if(kJobs, [&](const Job& job) {
    return job.name.ends_with('-') ? name.starts_with(job.name) && name.size() > job.name.size() && is_name(name)
                                   : name == job.name;
  });
  return known == kJobs.end() ? nullptr : &*known;
}

std::vector<std::string> job_names() {
  std::vector<std::string> names;
  names.reserve(kJobs.size());
  for (const Job& job : kJobs)
    names.push_back(job.name.ends_with('-') ? fmt::format("{}NAME", job.name) : std::string(job.name));
  return names;
}

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

LineDescription read_line(const Job& job, const std::string& name, const YamlNode& node, const std::string& bench,
                          Faults& faults) {
  LineDescription line;
  line.job = name;
  MapReader reader(node, faults);
  read_source(reader, bench, line);
  line.active = reader.word("active", kLevels, job.active);
  line.drive = reader.word("drive", kDrives, job.drive);
  line.settle = reader.duration("settle", Duration::zero());
  line.min_off = reader.duration("min-off", Duration::zero());
  const auto states = std::to_array<Word<bool>>({{job.inactive_word, false}, {job.active_word, true}});
  line.safe_active = reader.word("safe", states, false);
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
    const Job* job = job_named(name);
    if (job == nullptr) {
      faults.add(lines.key_place(name), fmt::format("unknown line '{}'", name), suggestion(name, job_names()));
      continue;
    }
    described.push_back(read_line(*job, name, lines.at(name), bench, faults));
  }
  return described;
}

}  // namespace rigor
