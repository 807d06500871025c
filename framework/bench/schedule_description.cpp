#include "framework/bench/schedule_description.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "framework/base/suggest.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/line_jobs.hpp"
#include "framework/bench/units.hpp"
#include "framework/probe/recording_usb.hpp"

namespace rigor {
namespace {

constexpr unsigned kMostOccurrences = 1000;

class ScheduleReader {
 public:
  ScheduleReader(ScheduleDescription& into, Faults& faults) : into_(into), faults_(faults) {}

  void read(const YamlNode& node) {
    MapReader reader(node, faults_);
    if (into_.name.empty()) into_.name = read_name(reader, "schedule");
    into_.schedule.name = into_.name;
    into_.about = reader.text("about", "");
    into_.schedule.limit = reader.duration("limit", kDefaultScheduleLimit);
    read_offsets(reader.find("vars"));
    for (const YamlNode& item : reader.list("where", std::vector<YamlNode>{})) read_condition(item);
    for (const YamlNode& item : reader.list("edges")) read_edge(item);
    static_cast<void>(reader.find("search"));  // of framework/search
    reader.finish();
    check_edges(node);
  }

 private:
  void read_offsets(const YamlNode& vars) {
    const MapReader map(vars, faults_);  // a fault when it is no map
    for (const std::string& name : vars.keys())
      if (const auto offset = read_duration(vars.at(name), faults_, Duration::min())) into_.offsets[name] = *offset;
  }

  void read_condition(const YamlNode& item) {
    const auto text = read_text(item, faults_);
    if (!text) return;
    const auto condition = parse_offset_condition(*text);
    if (!condition)
      return faults_.add(item.place(), fmt::format("'{}' {}", *text, condition.error().message),
                         condition.error().hint);
    for (const std::string& name : condition->names()) static_cast<void>(known_offset(name, item));
    into_.where.push_back(*condition);
  }

  bool known_offset(const std::string& name, const YamlNode& node) {
    if (into_.offsets.contains(name)) return true;
    std::vector<std::string> known;
    for (const auto& entry : into_.offsets) known.push_back(entry.first);
    faults_.add(node.place(), fmt::format("there is no offset '{}'", name),
                known.empty() ? "expected it among 'vars'" : suggestion(name, known));
    return false;
  }

  void read_edge(const YamlNode& item) {
    ScheduledEdge edge;
    MapReader reader(item, faults_);
    edge.name = reader.text("name", fmt::format("edge-{}", into_.schedule.edges.size() + 1));
    edge.line = reader.text("line");
    edge.active = read_state(reader, edge.line);
    if (reader.has("with")) {
      read_call(reader, edge);
    } else {
      edge.anchor = read_anchor(reader.required("at"));
      into_.offset_names.push_back(read_offset(reader.find("after"), edge));
    }
    edge.tolerance = reader.duration("tolerance", kDefaultTolerance);
    reader.finish();
    into_.schedule.edges.push_back(std::move(edge));
  }

  void read_call(MapReader& reader, ScheduledEdge& edge) {
    edge.anchor = {AnchorSource::edge, reader.text("with"), 1};
    edge.same_call = true;
    into_.offset_names.emplace_back();
    for (const char* key : {"at", "after"})
      if (reader.has(key))
        reader.fault(key, fmt::format("'{}' stands beside 'with'", key),
                     "an edge that comes in another's call comes when that does");
  }

  bool read_state(MapReader& reader, const std::string& line) {
    const YamlNode node = reader.required("to");
    const auto words = state_words(line);
    if (!words) {
      if (!line.empty())
        reader.fault("line", fmt::format("'{}' is no job of a line", line), suggestion(line, line_job_names()));
      return false;
    }
    const std::vector<std::string> both{words->inactive, words->active};
    const auto index = node ? read_word(node, both, faults_) : std::nullopt;
    return index == 1U;
  }

  // The name of the offset when it is one, empty when it is written out.
  std::string read_offset(const YamlNode& node, ScheduledEdge& edge) {
    if (!node) return {};
    if (node.is_text() && node.scalar().starts_with('$')) {
      std::string name = node.scalar().substr(1);
      if (!known_offset(name, node)) return {};
      edge.offset = into_.offsets.at(name);
      return name;
    }
    edge.offset = read_duration(node, faults_, Duration::min()).value_or(Duration::zero());
    return {};
  }

  Anchor read_anchor(const YamlNode& node) {
    if (node.is_map()) return read_anchor_map(node);
    const auto text = node ? read_text(node, faults_) : std::nullopt;
    Anchor anchor;
    if (!text || *text == "start") return anchor;
    anchor.source = AnchorSource::probe;
    const std::size_t hash = text->find('#');
    std::string name = text->substr(0, hash);
    while (name.ends_with(' ')) name.pop_back();
    const auto count = hash == std::string::npos ? Parsed<std::int64_t>(1) : parse_integer(text->substr(hash + 1));
    const std::vector<std::string> commands = command_names();
    if (!name.starts_with("probe.") || !count || *count < 1 || *count > kMostOccurrences) {
      faults_.add(node.place(), fmt::format("'{}' is no event", *text),
                  "expected start, \"probe.nrst-release #1\", or a map such as {log: TEXT, n: 1}");
      return anchor;
    }
    anchor.text = name.substr(6);
    anchor.occurrence = static_cast<unsigned>(*count);
    if (std::ranges::find(commands, anchor.text) == commands.end())
      faults_.add(node.place(), fmt::format("there is no probe command '{}'", anchor.text),
                  suggestion(anchor.text, commands));
    return anchor;
  }

  Anchor read_anchor_map(const YamlNode& node) {
    using enum AnchorSource;
    MapReader reader(node, faults_);
    Anchor anchor;
    int sources = 0;
    for (const auto& [key, source] : {std::pair{"log", log}, std::pair{"console", console}, std::pair{"line", line},
                                      std::pair{"sense", sense}, std::pair{"edge", edge}}) {
      if (!reader.has(key)) continue;
      ++sources;
      anchor.source = source;
      anchor.text = reader.text(key);
    }
    if (sources != 1)
      faults_.add(node.place(), fmt::format("the event is named in {} ways", sources),
                  "expected one of: log, console, line, sense, edge");
    anchor.occurrence = reader.integer<unsigned>("n", 1U, 1U, kMostOccurrences);
    reader.finish();
    if (anchor.source == AnchorSource::line) read_line_change(node, "line", anchor);
    if (anchor.source == AnchorSource::sense) read_line_change(node, "sense", anchor);
    return anchor;
  }

  // "power on" becomes "power active".
  void read_line_change(const YamlNode& node, const char* key, Anchor& anchor) {
    const std::size_t blank = anchor.text.find(' ');
    const std::string job = anchor.text.substr(0, blank);
    const std::string state = blank == std::string::npos ? std::string() : anchor.text.substr(blank + 1);
    const auto words = state_words(job);
    if (words && (state == words->active || state == words->inactive)) {
      anchor.text = fmt::format("{} {}", job, state == words->active ? "active" : "inactive");
      return;
    }
    faults_.add(node.at(key).place(), fmt::format("'{}' is no change of a line", anchor.text),
                "expected a job and its state, such as \"power on\"");
  }

  // Whatever the bench, the edges must fit together.
  void check_edges(const YamlNode& node) {
    std::vector<LineAbility> any;
    for (const std::string& line : into_.schedule.lines()) any.push_back({line, {}, {}, 0});
    for (const std::string& sentence : infeasibilities(into_.schedule, any))
      faults_.add(node.key_place("edges"), sentence);
    for (const OffsetCondition& condition : into_.where)
      if (!condition.holds(into_.offsets))
        faults_.add(node.key_place("where"), fmt::format("the offsets of 'vars' do not fit '{}'", condition.text));
  }

  ScheduleDescription& into_;
  Faults& faults_;
};

}  // namespace

std::optional<ScheduleDescription> read_schedule(const YamlNode& node, const std::string& name, Faults& faults) {
  const std::size_t before = faults.size();
  ScheduleDescription description;
  description.name = name;
  ScheduleReader(description, faults).read(node);
  if (faults.size() != before) return std::nullopt;
  return description;
}

std::optional<ScheduleDescription> load_schedule(const std::filesystem::path& path, Faults& faults) {
  const YamlNode file = load_yaml(path, faults);
  if (!file) return std::nullopt;
  auto description = read_schedule(file, {}, faults);
  if (description) description->path = path;
  return description;
}

Result<Schedule> with_offsets(const ScheduleDescription& description, const Offsets& offsets) {
  Offsets all = description.offsets;
  for (const auto& [name, offset] : offsets) {
    if (!all.contains(name))
      return fail(Code::name_unknown, fmt::format("schedule '{}' has no offset '{}'", description.name, name));
    all[name] = offset;
  }
  for (const OffsetCondition& condition : description.where)
    if (!condition.holds(all))
      return fail(Code::usage, fmt::format("schedule '{}' asks for '{}'", description.name, condition.text));
  Schedule schedule = description.schedule;
  for (std::size_t i = 0; i < schedule.edges.size(); ++i)
    if (!description.offset_names[i].empty()) schedule.edges[i].offset = all.at(description.offset_names[i]);
  return schedule;
}

}  // namespace rigor
