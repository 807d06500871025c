#include "framework/suite/window_search.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/suggest.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/suite/step_reader.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kMostTrials = 100'000;
constexpr unsigned kMostConfirmations = 1000;
constexpr int kMostStages = 20;

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

class WindowSearchReader {
 public:
  WindowSearchReader(const VerbTable& verbs, const SearchPath& search, Faults& faults)
      : steps_(verbs, no_variables_, faults), search_(search), faults_(faults) {}

  WindowSearch read(const YamlNode& file) {
    WindowSearch read;
    MapReader map(file, faults_);
    read.name = map.text("search");
    read.about = map.text("about", "");
    read.needs = read_needs(map);
    read_schedule_of(map, read);
    read_free(map.required("free"), read);
    const std::vector<YamlNode> none;
    read.prepare = steps_.read_all(map.list("prepare", none));
    read.trial = steps_.read_all(map.list("trial"));
    read.finally = steps_.read_all(map.list("finally", none));
    if (map.has("trial") && read.trial.empty()) map.fault("trial", "a trial without steps", "it would always pass");
    read.milestones = map.texts("milestones", std::vector<std::string>{});
    read.confirm = map.integer<unsigned>("confirm", read.confirm, 0U, kMostConfirmations);
    if (map.has("budget")) read.budget = map.integer<unsigned>("budget", 0U, 1U, kMostTrials);
    read.assumed_flake = map.integer<unsigned>("assumed-flake", 10U, 1U, 90U) / 100.0;
    map.finish();
    return read;
  }

 private:
  void read_schedule_of(MapReader& map, WindowSearch& read) {
    const YamlNode node = map.required("schedule");
    if (!node) return;
    if (node.is_map()) {
      if (auto schedule = read_schedule(node, read.name, faults_)) read.schedule = std::move(*schedule);
      return;
    }
    const auto path = find_named(node, "schedule", kScheduleFolder, search_, faults_);
    auto schedule = path ? load_schedule(*path, faults_) : std::nullopt;
    if (schedule) read.schedule = std::move(*schedule);
  }

  void read_free(const YamlNode& node, WindowSearch& read) {
    const MapReader map(node, faults_);  // a fault when it is no map
    for (const std::string& name : node.keys()) {
      read.free.push_back(read_offset(name, node.at(name)));
      if (read.schedule.offsets.empty() || read.schedule.offsets.contains(name)) continue;
      std::vector<std::string> known;
      for (const auto& entry : read.schedule.offsets) known.push_back(entry.first);
      faults_.add(node.key_place(name), fmt::format("schedule '{}' has no offset '{}'", read.schedule.name, name),
                  suggestion(name, known));
    }
    if (node.is_map() && read.free.empty()) faults_.add(node.place(), "nothing is free", "expected offsets to search");
  }

  FreeOffset read_offset(const std::string& name, const YamlNode& node) {
    FreeOffset offset;
    offset.name = name;
    MapReader map(node, faults_);
    offset.from = read_duration(map.required("from"), faults_, Duration::min()).value_or(0ns);
    offset.to = read_duration(map.required("to"), faults_, Duration::min()).value_or(0ns);
    offset.stage = map.integer<int>("stage", 1, 1, kMostStages);
    // The share of the range that timing-search.md 15 takes where nothing is said.
    offset.within = map.duration("within", std::max<Duration>((offset.to - offset.from) / 500, 1us));
    map.finish();
    if (map.has("from") && map.has("to") && offset.to <= offset.from)
      map.fault("to", fmt::format("'{}' has nothing to search", name), "expected 'to' above 'from'");
    return offset;
  }

  const Variables no_variables_;
  StepReader steps_;
  const SearchPath& search_;
  Faults& faults_;
};

// The condition over the offsets that are free; the others have the schedule's own values.
search::SideCondition side_condition(const OffsetCondition& condition, const WindowSearch& search) {
  search::SideCondition side;
  Duration fixed = condition.constant;
  for (const auto& [name, factor] : condition.factors)
    if (std::ranges::find(search.free, name, &FreeOffset::name) == search.free.end())
      fixed += factor * search.schedule.offsets.at(name);
  for (const FreeOffset& offset : search.free) {
    const auto factor = condition.factors.find(offset.name);
    side.coef.push_back(factor == condition.factors.end() ? 0.0 : factor->second);
  }
  side.lo = -milliseconds(fixed);
  return side;
}

}  // namespace

std::optional<WindowSearch> load_window_search(const std::filesystem::path& path, const VerbTable& verbs,
                                               const SearchPath& search, Faults& faults) {
  const std::size_t before = faults.size();
  const YamlNode file = load_yaml(path, faults);
  if (!file) return std::nullopt;
  WindowSearch read = WindowSearchReader(verbs, search, faults).read(file);
  read.path = path;
  if (faults.size() != before) return std::nullopt;
  search::Problem problem = problem_of(read);
  if (const auto settled = search::settle(problem); !settled)
    faults.add(file.key_place("free"), settled.error().message());
  if (faults.size() != before) return std::nullopt;
  return read;
}

search::Problem problem_of(const WindowSearch& window_search) {
  search::Problem problem;
  for (const FreeOffset& offset : window_search.free) {
    problem.dims.push_back({.name = offset.name,
                            .unit = "ms",
                            .lo = milliseconds(offset.from),
                            .hi = milliseconds(offset.to),
                            .anchor_stage = offset.stage});
    problem.task.eps.push_back(milliseconds(offset.within));
  }
  for (const OffsetCondition& condition : window_search.schedule.where)
    problem.side_conditions.push_back(side_condition(condition, window_search));
  problem.task.budget = window_search.budget;
  problem.task.assumed_flake = window_search.assumed_flake;
  for (const Code code : {Code::da_mailbox_missing, Code::da_no_response, Code::da_timeout, Code::da_protocol,
                          Code::da_refused, Code::swd_no_answer, Code::expectation_failed})
    problem.symptoms.emplace_back(code_name(code));
  return problem;
}

Offsets offsets_at(const WindowSearch& window_search, const search::Point& point) {
  Offsets offsets;
  for (std::size_t i = 0; i < point.size(); ++i)
    offsets[window_search.free[i].name] =
        std::chrono::round<Duration>(std::chrono::duration<double, std::milli>(point[i]));
  return offsets;
}

}  // namespace rigor
