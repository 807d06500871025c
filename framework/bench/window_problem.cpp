#include "framework/bench/window_problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "framework/base/suggest.hpp"

namespace rigor {
namespace {

using search::Problem;
using search::WrittenProblem;

constexpr std::string_view kSchema = "rigor-windows/1";

double read_number(const YamlNode& node, Faults& faults) {
  double value = 0;
  const std::string& text = node.scalar();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && std::isfinite(value)) return value;
  faults.add(node.place(), fmt::format("{} is {}", node.label(), node.kind()), "expected a number such as 12.5");
  return 0;
}

double number(MapReader& reader, std::string_view key, std::optional<double> otherwise = {}) {
  const YamlNode node = otherwise ? reader.find(key) : reader.required(key);
  return node && !node.is_empty() ? read_number(node, reader.faults()) : otherwise.value_or(0);
}

std::optional<double> bound(MapReader& reader, std::string_view key) {
  const YamlNode node = reader.find(key);
  if (!node || node.is_empty()) return std::nullopt;
  return read_number(node, reader.faults());
}

// A list, one number standing for a list of one, or nothing.
std::vector<double> numbers(MapReader& reader, std::string_view key) {
  std::vector<double> values;
  for (const YamlNode& item : reader.list(key, std::vector<YamlNode>{}))
    values.push_back(read_number(item, reader.faults()));
  return values;
}

search::Dimension read_dimension(const YamlNode& node, Faults& faults) {
  MapReader reader(node, faults);
  search::Dimension dim;
  dim.name = reader.text("name");
  dim.unit = reader.text("unit", dim.unit);
  dim.lo = number(reader, "lo");
  dim.hi = number(reader, "hi");
  dim.anchor_stage = reader.integer<int>("anchor_stage", 1, 1, 1000);
  return dim;
}

search::SideCondition read_bounds(MapReader& reader, std::size_t dims) {
  search::SideCondition bounds{numbers(reader, "coef"), bound(reader, "lo"), bound(reader, "hi")};
  if (bounds.coef.size() != dims)
    reader.fault("coef", fmt::format("{} factors for {} dimensions", bounds.coef.size(), dims));
  return bounds;
}

// What the harness knows before a trial is not the target's to answer. W2's condition is stated in words beside the
// schema, not in its file.
bool is_side_condition(MapReader& reader, const std::string& id, const search::SideCondition& bounds) {
  const auto related = std::ranges::count_if(bounds.coef, [](double factor) { return factor != 0; });
  return related >= 2 && (reader.boolean("side", false) || id == "W2");
}

search::Region read_region(const YamlNode& node, WrittenProblem& written, Faults& faults) {
  search::Region region;
  MapReader reader(node, faults);
  for (const YamlNode& item : reader.list("constraints")) {
    MapReader each(item, faults);
    search::Constraint constraint;
    constraint.stage = each.integer<int>("stage", 1, 1, 1000);
    constraint.bounds = read_bounds(each, written.problem.dims.size());
    constraint.below = each.text("below", "");
    constraint.above = each.text("above", "");
    if (is_side_condition(each, written.id, constraint.bounds))
      written.problem.side_conditions.push_back(constraint.bounds);
    region.constraints.push_back(std::move(constraint));
  }
  return region;
}

search::Noise read_noise(const YamlNode& node, Faults& faults) {
  search::Noise noise;
  if (!node) return noise;
  MapReader reader(node, faults);
  noise.jitter = numbers(reader, "jitter");
  for (const YamlNode& item : reader.list("flake", std::vector<YamlNode>{})) {
    MapReader flake(item, faults);
    noise.flake.push_back({number(flake, "p"), flake.text("symptom", "")});
  }
  noise.false_pass = number(reader, "false_pass", 0.0);
  noise.label_noise = number(reader, "label_noise", 0.0);
  noise.drift_per_trial = numbers(reader, "drift_per_trial");
  return noise;
}

search::Task read_task(const YamlNode& node, Faults& faults) {
  search::Task task;
  if (!node) return task;
  MapReader reader(node, faults);
  const std::string kind = reader.text("kind", "edges");
  if (const auto known = search::kind_of(kind)) {
    task.kind = *known;
  } else {
    reader.fault("kind", fmt::format("there is no kind '{}'", kind),
                 "expected edges, edges_multi, edges50, map, relevance, drift or none");
  }
  task.eps = numbers(reader, "eps");
  if (const auto budget = bound(reader, "budget"); budget && *budget >= 1)
    task.budget = static_cast<std::uint32_t>(std::min(*budget, 1e6));
  task.must_exclude_width = numbers(reader, "must_exclude_width");
  task.confidence = number(reader, "confidence", task.confidence);
  task.assumed_flake = number(reader, "assumed_flake", task.assumed_flake);
  return task;
}

search::Conformance read_conformance(const YamlNode& node, Faults& faults) {
  search::Conformance conformance;
  MapReader reader(node, faults);
  conformance.seed = reader.integer<std::uint64_t>("seed");
  for (const YamlNode& item : reader.list("outcomes")) {
    MapReader trial(item, faults);
    conformance.trials.push_back(
        {numbers(trial, "x"), {trial.boolean("passed"), trial.integer<int>("stage"), trial.text("symptom"), {}}});
  }
  return conformance;
}

WrittenProblem read_problem(const YamlNode& node, Faults& faults) {
  WrittenProblem written;
  MapReader reader(node, faults);
  written.id = reader.text("id");
  written.title = reader.text("title", "");
  for (const YamlNode& item : reader.list("dims")) written.problem.dims.push_back(read_dimension(item, faults));
  for (const YamlNode& item : reader.list("side_conditions", std::vector<YamlNode>{})) {
    MapReader condition(item, faults);
    written.problem.side_conditions.push_back(read_bounds(condition, written.problem.dims.size()));
  }
  for (const YamlNode& item : reader.list("regions", std::vector<YamlNode>{}))
    written.regions.push_back(read_region(item, written, faults));
  written.noise = read_noise(reader.find("noise"), faults);
  written.problem.symptoms = reader.texts("symptoms", std::vector<std::string>{});
  written.problem.task = read_task(reader.find("task"), faults);
  for (const YamlNode& item : reader.list("conformance", std::vector<YamlNode>{}))
    written.conformance.push_back(read_conformance(item, faults));
  if (const auto settled = search::settle(written.problem); !settled)
    faults.add(node.place(), fmt::format("problem '{}': {}", written.id, settled.error().message()));
  return written;
}

// Nodes of all problems, so that a fault in one does not hide another.
std::vector<YamlNode> problem_nodes(const YamlNode& file, Faults& faults) {
  MapReader reader(file, faults);
  if (const std::string schema = reader.text("schema"); !schema.empty() && schema != kSchema)
    reader.fault("schema", fmt::format("'{}' is not known here", schema), fmt::format("expected {}", kSchema));
  return reader.list("problems");
}

}  // namespace

std::optional<std::vector<WrittenProblem>> load_window_problems(const std::filesystem::path& path, Faults& faults) {
  const std::size_t before = faults.size();
  std::vector<WrittenProblem> problems;
  const YamlNode file = load_yaml(path, faults);
  for (const YamlNode& node : problem_nodes(file, faults)) problems.push_back(read_problem(node, faults));
  if (faults.size() != before) return std::nullopt;
  return problems;
}

std::optional<WrittenProblem> load_window_problem(const std::filesystem::path& path, const std::string& id,
                                                  Faults& faults) {
  const std::size_t before = faults.size();
  std::vector<std::string> known;
  const YamlNode file = load_yaml(path, faults);
  for (const YamlNode& node : problem_nodes(file, faults)) {
    known.push_back(node.at("id").scalar());
    if (known.back() != id) continue;
    WrittenProblem problem = read_problem(node, faults);
    return faults.size() == before ? std::optional(std::move(problem)) : std::nullopt;
  }
  if (faults.size() == before)
    faults.add(file.place(), fmt::format("there is no problem '{}'", id), suggestion(id, known));
  return std::nullopt;
}

}  // namespace rigor
