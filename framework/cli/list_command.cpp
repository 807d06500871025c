#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "framework/base/suggest.hpp"
#include "framework/cli/bench_session.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/places.hpp"
#include "framework/probe/st_link_listing.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

// A table for people, the same rows as objects for programs.
class Listing {
 public:
  Listing(const Output& output, std::vector<std::string> columns) : output_(output), columns_(std::move(columns)) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  int print(const std::string& when_empty) const {
    json document = json::array();
    for (const auto& row : rows_) {
      json object;
      for (std::size_t i = 0; i < columns_.size(); ++i) object[columns_[i]] = row[i];
      document.push_back(std::move(object));
    }
    output_.document(document);
    if (rows_.empty())
      output_.line(when_empty);
    else
      print_table();
    return kDone;
  }

 private:
  void print_table() const {
    std::vector<std::size_t> widths;
    for (const std::string& column : columns_) widths.push_back(column.size());
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    print_row(columns_, widths);
    for (const auto& row : rows_) print_row(row, widths);
  }

  void print_row(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) const {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    output_.line(line);
  }

  const Output& output_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
};

int list_benches(const ListCommand& command, const Output& output) {
  if (command.rig.empty())
    return output.failure(Error(Code::usage, "benches are listed of a rig").hint("rigor list benches --rig RIG"));
  Faults faults;
  const auto rig = load_named_rig(command.rig, faults);
  if (!rig) return faults.empty() ? output.failure(rig.error()) : output.failure(faults);
  Listing listing(output, {"bench", "board", "chip", "probe", "can"});
  for (const BenchDescription& bench : rig->benches)
    listing.add({bench.name, bench.board.name, bench.board.chip.facts.name,
                 bench.probe.serial.empty() ? bench.probe.usb_path : bench.probe.serial,
                 fmt::format("{}", fmt::join(capabilities(*rig, bench), " "))});
  return listing.print("the rig has no benches");
}

int list_suites(const Output& output) {
  Listing listing(output, {"suite", "tests", "needs", "about"});
  const VerbTable verbs = make_verb_table();
  const SearchPath path = search_path();
  Faults faults;
  for (const std::string& name : path.names(kSuiteFolder))
    if (const auto suite = load_suite(*path.find(kSuiteFolder, name), verbs, {}, faults))
      listing.add({name, fmt::format("{}", suite->tests.size()), fmt::format("{}", fmt::join(suite->needs, " ")),
                   suite->about});
  if (!faults.empty()) return output.failure(faults);
  return listing.print("no suites/ folder here");
}

int list_files(const Output& output, std::string_view folder, const std::string& title) {
  Listing listing(output, {title, "file"});
  const SearchPath path = search_path();
  for (const std::string& name : path.names(folder)) listing.add({name, path.find(folder, name)->string()});
  return listing.print(fmt::format("no {}/ folder here", folder));
}

int list_verbs(const Output& output) {
  Listing listing(output, {"verb", "about"});
  const VerbTable verbs = make_verb_table();
  for (const auto& verb : verbs.all()) listing.add({verb->description().name, verb->description().about});
  return listing.print("none");
}

// Without a rig: this computer's own. With one: what the rig's benches are plugged into.
Result<std::unique_ptr<Machine>> machine_for(const ListCommand& command, Faults& faults) {
  if (command.rig.empty()) return make_real_machine();
  RIGOR_TRY(const RigDescription rig, load_named_rig(command.rig, faults));
  return make_machine(rig, 0);
}

int list_probes(const ListCommand& command, const Output& output) {
  Faults faults;
  auto machine = machine_for(command, faults);
  if (!machine) return faults.empty() ? output.failure(machine.error()) : output.failure(faults);
  const Seams seams = (*machine)->seams();
  const auto actor = seams.clock.enroll("rigor");
  const auto probes = list_st_links(seams.usb);
  if (!probes) return output.failure(probes.error());
  Listing listing(output, {"usb", "model", "firmware", "serial", "trouble"});
  for (const StLinkListing& probe : *probes)
    listing.add({probe.usb_path, probe.model, probe.firmware.value_or("?"), probe.serial,
                 probe.trouble ? std::string(code_name(probe.trouble->code())) : ""});
  return listing.print("no ST-LINK is plugged in");
}

int list_lines(const ListCommand& command, const Output& output) {
  Faults faults;
  auto machine = machine_for(command, faults);
  if (!machine) return faults.empty() ? output.failure(machine.error()) : output.failure(faults);
  const auto lines = (*machine)->seams().lines.list();
  if (!lines) return output.failure(lines.error());
  Listing listing(output, {"chip", "line", "offset", "device", "direction", "held by"});
  for (const LineInfo& line : *lines)
    listing.add({line.name.chip, line.name.line, fmt::format("{}", line.offset), line.chip_device,
                 line.output ? "output" : "input", line.consumer});
  return listing.print("no GPIO chip, USB relay board or switching hub that this user may open");
}

}  // namespace

int list(const ListCommand& command, const Output& output) {
  if (command.what == "benches") return list_benches(command, output);
  if (command.what == "suites") return list_suites(output);
  if (command.what == "verbs") return list_verbs(output);
  if (command.what == "boards") return list_files(output, kBoardFolder, "board");
  if (command.what == "chips") return list_files(output, kChipFolder, "chip");
  if (command.what == "probes") return list_probes(command, output);
  return list_lines(command, output);
}

int help_verb(const std::string& name, const Output& output) {
  const VerbTable verbs = make_verb_table();
  const Verb* verb = verbs.find(name);
  if (verb == nullptr)
    return output.failure(
        Error(Code::name_unknown, fmt::format("there is no verb '{}'", name)).hint(suggestion(name, verbs.names())));
  const VerbDescription& description = verb->description();
  json parameters = json::array();
  output.line(fmt::format("{}: {}", description.name, description.about));
  for (const Parameter& parameter : description.parameters) {
    output.line(fmt::format("  {:<18} {}{}{}", parameter.name, parameter.about, parameter.required ? " (required)" : "",
                            parameter.name == description.primary ? " (may be given bare)" : ""));
    output.line(fmt::format("  {:<18} {}", "",
                            parameter.choices.empty() ? std::string(kind_name(parameter.kind))
                                                      : fmt::format("one of: {}", fmt::join(parameter.choices, ", "))));
    parameters.push_back({{"name", parameter.name},
                          {"about", parameter.about},
                          {"required", parameter.required},
                          {"choices", parameter.choices}});
  }
  output.document({{"verb", description.name},
                   {"about", description.about},
                   {"primary", description.primary},
                   {"parameters", parameters}});
  return kDone;
}

}  // namespace rigor::cli
