#include "framework/bench/bench_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>
#include <utility>

#include "framework/bench/description_words.hpp"
#include "framework/bench/line_reader.hpp"
#include "framework/bench/usb_path.hpp"

namespace rigor {

namespace {

using Nrst = WiringDescription::Nrst;
using Power = WiringDescription::Power;
using Boot0 = WiringDescription::Boot0;

constexpr auto kNrst = std::to_array<Word<Nrst>>({{"probe", Nrst::probe}, {"line", Nrst::line}, {"none", Nrst::none}});
constexpr auto kPower = std::to_array<Word<Power>>({{"relay", Power::relay}, {"always", Power::always}});
constexpr auto kBoot0 = std::to_array<Word<Boot0>>({{"line", Boot0::line}, {"fixed", Boot0::fixed}});
// Models that USB product identifiers tell apart (st-link-protocol.md 1.1).
constexpr auto kModels = std::to_array<Word<std::string_view>>({{"st-link-v2", "st-link-v2"},
                                                                {"st-link-v2-1", "st-link-v2-1"},
                                                                {"st-link-v3", "st-link-v3"},
                                                                {"st-link-v3pwr", "st-link-v3pwr"}});

ProbeSelector read_probe(const YamlNode& node, const std::string& bench, Faults& faults) {
  ProbeSelector probe;
  MapReader reader(node, faults);
  const int ways = reader.has("usb") + reader.has("serial") + reader.has("lab");
  if (node.is_map() && ways != 1) {
    faults.add(node.place(), fmt::format("'probe' is selected in {} ways", ways),
               "expected exactly one of: usb, serial, lab");
  }
  if (reader.has("lab")) {
    probe.by = ProbeSelector::By::lab;
    probe.lab_profile = read_name(reader, "lab");
    probe.usb_path = "lab:" + bench;
  } else if (reader.has("serial")) {
    probe.by = ProbeSelector::By::serial;
    probe.serial = reader.text("serial");
  } else if (reader.has("usb")) {
    probe.usb_path = reader.text("usb");
    if (const YamlNode usb = reader.find("usb"); usb.is_text() && !is_usb_path(probe.usb_path)) {
      faults.add(usb.place(), fmt::format("'usb' is {}", usb.kind()), "expected bus and ports such as 1-2.3");
    }
  }
  if (reader.has("expect")) probe.expect = reader.word("expect", kModels);
  reader.finish();
  return probe;
}

// What is said of a wire must fit the lines there are; unsaid, power and BOOT0 follow from the lines.
WiringDescription read_wiring(const YamlNode& node, const BenchDescription& bench, Faults& faults) {
  MapReader reader(node, faults);
  const bool has_nrst = bench.line("nrst") != nullptr;
  const bool has_power = bench.line("power") != nullptr;
  const bool has_boot0 = bench.line("boot0") != nullptr;
  WiringDescription wiring;
  wiring.nrst = reader.word("nrst", kNrst);
  wiring.power = reader.word("power", kPower, has_power ? Power::relay : Power::always);
  wiring.boot0 = reader.word("boot0", kBoot0, has_boot0 ? Boot0::line : Boot0::fixed);
  reader.finish();

  const auto compare = [&](const char* job, bool has_line, bool wants_line, const char* word) {
    const YamlNode said = node.at(job);
    if (!said.is_text() || has_line == wants_line) return;
    if (wants_line) {
      faults.add(said.place(), fmt::format("wiring says '{}: {}', but no line '{}' is described", job, word, job),
                 fmt::format("add '{}: ...' to 'lines'", job));
    } else {
      faults.add(said.place(),
                 fmt::format("wiring says '{}: {}', but a line '{}' is described", job, said.scalar(), job),
                 fmt::format("expected '{}: {}', or remove the line", job, word));
    }
  };
  compare("nrst", has_nrst, wiring.nrst == Nrst::line, "line");
  compare("power", has_power, wiring.power == Power::relay, "relay");
  compare("boot0", has_boot0, wiring.boot0 == Boot0::line, "line");
  return wiring;
}

// Which of the bench's lines are held in one request. A line is in one request only, and a request is of one chip.
std::vector<std::vector<std::string>> read_together(const YamlNode& node, const BenchDescription& bench,
                                                    Faults& faults) {
  std::vector<std::vector<std::string>> groups;
  std::vector<std::string> free;
  for (const LineDescription& line : bench.lines) free.push_back(line.job);
  for (const YamlNode& item : node.items()) {
    std::vector<std::string> group;
    for (const YamlNode& job : item.items()) {
      const auto index = read_word(job, free, faults);
      if (!index) continue;
      if (!group.empty() && bench.line(free[*index])->name.chip != bench.line(group.front())->name.chip)
        faults.add(job.place(), fmt::format("'{}' and '{}' are lines of two chips", group.front(), free[*index]),
                   "expected lines of one chip, which one request can hold");
      group.push_back(free[*index]);
      free.erase(free.begin() + static_cast<std::ptrdiff_t>(*index));
    }
    if (group.size() > 1)
      groups.push_back(std::move(group));
    else
      faults.add(item.place(), "a group of fewer than two lines", "expected such as [nrst, boot0]");
  }
  return groups;
}

ConsoleDescription read_console(const YamlNode& node, const std::string& bench, Faults& faults) {
  ConsoleDescription console;
  MapReader reader(node, faults);
  if (reader.has("lab")) {
    static_cast<void>(reader.boolean("lab"));
    console.port = "lab:" + bench;
  } else {
    console.port = reader.text("port");
  }
  console.baud = reader.integer<unsigned>("baud", 115200, 300, 4'000'000);
  reader.finish();
  return console;
}

std::vector<std::string> read_choice(MapReader& reader, std::string_view key, const std::vector<std::string>& known,
                                     std::string_view none_known) {
  std::vector<std::string> chosen;
  for (const YamlNode& item : reader.list(key, std::vector<YamlNode>{})) {
    if (known.empty()) {
      reader.faults().add(item.place(), fmt::format("{} is {}", item.label(), item.kind()), std::string(none_known));
    } else if (const auto index = read_word(item, known, reader.faults())) {
      chosen.push_back(known[*index]);
    }
  }
  return chosen;
}

// A layout is for some chips and a size of flash.
std::optional<LayoutDescription> read_layout(const YamlNode& name, const BenchDescription& bench,
                                             const SearchPath& search, Faults& faults) {
  const auto path = find_named(name, "layout", kLayoutFolder, search, faults);
  auto layout = path ? load_layout(*path, faults) : std::nullopt;
  if (!layout || bench.board.name.empty()) return layout;
  const std::string& chip = bench.board.chip.facts.name;
  if (std::ranges::find(layout->chips, chip) == layout->chips.end())
    faults.add(name.place(), fmt::format("layout '{}' is not for {}", layout->name, chip),
               fmt::format("it is for {}", fmt::join(layout->chips, ", ")));
  else if (layout->flash_size > bench.board.flash_size)
    faults.add(name.place(), fmt::format("layout '{}' needs {} KiB of flash, board '{}' has {}", layout->name,
                                         layout->flash_size / 1024, bench.board.name, bench.board.flash_size / 1024));
  return layout;
}

// The record's facts take the place of what the chip file assumes.
std::optional<Calibration> read_calibration(const YamlNode& name, BenchDescription& bench, Faults& faults) {
  const auto path = read_text(name, faults);
  if (!path) return std::nullopt;
  auto record =
      load_calibration((std::filesystem::path(name.place().file).parent_path() / *path).lexically_normal(), faults);
  if (!record || bench.board.name.empty()) return record;
  const std::string& chip = bench.board.chip.facts.name;
  if (record->chip != chip)
    faults.add(name.place(), fmt::format("the calibration record is of {}, the bench has {}", record->chip, chip));
  if (record->lab != bench.is_virtual())
    faults.add(name.place(),
               fmt::format("the calibration record was learnt on a {} board, the bench has a {} one",
                           record->lab ? "virtual" : "real", bench.is_virtual() ? "virtual" : "real"),
               "what a model answers says nothing of silicon; calibrate on this bench");
  record->facts.apply_to(bench.board.chip.facts);
  return record;
}

ProvisioningTool read_provisioning_tool(const YamlNode& node, const ChipFacts& chip, Faults& faults) {
  ProvisioningTool tool;
  MapReader reader(node, faults);
  tool.command = reader.texts("command");
  tool.limit = reader.duration("limit", tool.limit);
  const auto names_record = [](const std::string& word) { return word.contains("{obk}"); };
  if (reader.has("command") && std::ranges::none_of(tool.command, names_record))
    reader.fault("command", "'command' does not say where the record goes", "expected {obk} in one of its words");
  if (chip.provisioning.store == RecordStore::one_time_memory)
    faults.add(node.place(), fmt::format("a {} takes no record that a tool could store", chip.name),
               "remove it: `provision` writes its password's hash into one-time memory");
  reader.finish();
  return tool;
}

ObserverDescription read_observer(const YamlNode& node, Faults& faults) {
  ObserverDescription observer;
  MapReader reader(node, faults);
  observer.command = reader.texts("command");
  observer.extension = reader.text("extension", observer.extension);
  const auto names_file = [](const std::string& word) { return word.contains("{file}"); };
  if (reader.has("command") && std::ranges::none_of(observer.command, names_file))
    reader.fault("command", "'command' does not say where the recording goes", "expected {file} in one of its words");
  if (!is_name(observer.extension))
    reader.fault("extension", fmt::format("'{}' is no file name's end", observer.extension),
                 "expected such as vcd or sr");
  reader.finish();
  return observer;
}

// A bench is real or virtual as a whole: a virtual probe cannot reset a real board.
void check_one_world(const BenchDescription& bench, Faults& faults) {
  const bool lab = bench.is_virtual();
  for (const LineDescription& line : bench.lines) {
    if (line.lab_kind.empty() == !lab) continue;
    faults.add(bench.source.at("lines").key_place(line.job),
               fmt::format("line '{}' is {}, but the probe is {}", line.job, lab ? "real" : "virtual",
                           lab ? "virtual" : "real"),
               "expected both to be of the same kind");
  }
  if (bench.console && bench.console->port.starts_with("lab:") != lab) {
    faults.add(bench.source.key_place("console"), "the console and the probe are not of the same kind",
               lab ? "expected 'lab: on'" : "expected 'port: /dev/...'");
  }
  if (bench.lab && !lab) {
    faults.add(bench.source.key_place("lab"), "'lab' stands in a bench with a real probe",
               "remove it, or select the probe by 'lab'");
  }
}

// On real hardware only a board that may be lost leaves OPEN through facts that nobody has confirmed.
void check_may_be_lost(const BenchDescription& bench, const YamlNode& allow, Faults& faults) {
  if (bench.sacrificial || bench.is_virtual()) return;
  for (const std::string& word : bench.allow)
    if (word.starts_with("uncalibrated"))
      faults.add(allow.place(), fmt::format("'{}' is allowed for a board that may not be lost", word),
                 "expected `sacrificial: on` beside it, or a `calibration:` instead of it (rigor calibrate)");
}

}  // namespace

const BoardDescription* BoardShelf::find(const YamlNode& name) {
  if (!name.is_text()) return nullptr;
  auto known = boards_.find(name.scalar());
  if (known == boards_.end()) {
    const auto path = find_named(name, "board", kBoardFolder, search_, faults_);
    if (!path) return nullptr;
    known = boards_.emplace(name.scalar(), load_board(*path, search_, faults_)).first;
  }
  return known->second ? &*known->second : nullptr;
}

BenchDescription read_bench(const YamlNode& node, const std::vector<CredentialDescription>& credentials,
                            BoardShelf& boards, Faults& faults) {
  BenchDescription bench;
  bench.source = node;
  MapReader reader(node, faults);
  bench.name = read_name(reader, "name");
  static_cast<void>(reader.text("about", ""));
  static_cast<void>(read_name(reader, "board"));
  if (const BoardDescription* board = boards.find(reader.find("board"))) bench.board = *board;
  bench.probe = read_probe(reader.required("probe"), bench.name, faults);
  const YamlNode lines = reader.find("lines");
  const MapReader lines_map(lines, faults);  // a fault when it is no map
  bench.lines = read_lines(lines, bench.name, faults);
  if (const YamlNode together = reader.find("together")) bench.together = read_together(together, bench, faults);
  bench.wiring = read_wiring(reader.required("wiring"), bench, faults);
  if (const YamlNode console = reader.find("console")) bench.console = read_console(console, bench.name, faults);

  std::vector<std::string> names;
  for (const CredentialDescription& credential : credentials) names.push_back(credential.name);
  bench.credentials = reader.has("credentials")
                          ? read_choice(reader, "credentials", names, "this rig has no credentials; add them first")
                          : names;
  bench.allow = read_choice(reader, "allow", allow_words(), {});
  if (const YamlNode layout = reader.find("layout")) bench.layout = read_layout(layout, bench, boards.search(), faults);
  bench.sacrificial = reader.boolean("sacrificial", false);
  check_may_be_lost(bench, reader.find("allow"), faults);
  if (const YamlNode record = reader.find("calibration")) bench.calibration = read_calibration(record, bench, faults);
  if (const YamlNode tool = reader.find("provisioning-tool"))
    bench.provisioning_tool = read_provisioning_tool(tool, bench.board.chip.facts, faults);
  if (const YamlNode observer = reader.find("observer")) bench.observer = read_observer(observer, faults);
  bench.lab = reader.find("lab");
  reader.finish();
  check_one_world(bench, faults);
  return bench;
}

}  // namespace rigor
