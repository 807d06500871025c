#include "framework/gpio/schedule.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <set>

namespace rigor {
namespace {

std::string milliseconds(Duration duration) {
  return fmt::format("{:g} ms", std::chrono::duration<double, std::milli>(duration).count());
}

// An edge reduced to the outside event it waits for in the end, and the whole time from there.
struct Resolved {
  const ScheduledEdge* edge = nullptr;
  Anchor event;
  Duration after{};
};

bool same_event(const Anchor& a, const Anchor& b) {
  return a.source == b.source && a.text == b.text && a.occurrence == b.occurrence;
}

class Feasibility {
 public:
  Feasibility(const Schedule& schedule, const std::vector<LineAbility>& abilities)
      : schedule_(schedule), abilities_(abilities) {}

  std::vector<std::string> run() {
    if (schedule_.edges.empty()) say("it has no edges");
    check_names();
    for (const ScheduledEdge& edge : schedule_.edges) {
      if (const auto resolved = resolve(edge)) resolved_.push_back(*resolved);
    }
    for (const ScheduledEdge& edge : schedule_.edges)
      if (edge.same_call) check_call(edge);
    for (const std::string& line : schedule_.lines()) check_line(line);
    return std::move(found_);
  }

 private:
  void say(std::string sentence) { found_.push_back(std::move(sentence)); }

  void check_names() {
    std::set<std::string> names;
    for (const ScheduledEdge& edge : schedule_.edges) {
      if (!names.insert(edge.name).second) say(fmt::format("two edges are called '{}'", edge.name));
      const auto known = std::ranges::find(abilities_, edge.line, &LineAbility::line);
      if (known == abilities_.end())
        say(fmt::format("edge '{}' moves '{}', which the bench has no line for", edge.name, edge.line));
    }
  }

  std::optional<Resolved> resolve(const ScheduledEdge& edge) {
    Resolved resolved{&edge, edge.anchor, edge.offset};
    std::set<std::string> passed{edge.name};
    while (resolved.event.source == AnchorSource::edge) {
      const auto before = std::ranges::find(schedule_.edges, resolved.event.text, &ScheduledEdge::name);
      if (before == schedule_.edges.end()) {
        say(fmt::format("edge '{}' waits for edge '{}', which is not there", edge.name, resolved.event.text));
        return std::nullopt;
      }
      if (!passed.insert(before->name).second) {
        say(fmt::format("edge '{}' waits for itself", edge.name));
        return std::nullopt;
      }
      resolved.event = before->anchor;
      resolved.after += before->offset;
    }
    if (resolved.after < Duration::zero()) {
      say(fmt::format("edge '{}' lies {} before {}, which nobody can foresee", edge.name, milliseconds(-resolved.after),
                      resolved.event.describe()));
      return std::nullopt;
    }
    if (resolved.event.source == AnchorSource::start && resolved.after > schedule_.limit)
      say(fmt::format("edge '{}' lies behind the schedule's limit of {}", edge.name, milliseconds(schedule_.limit)));
    return resolved;
  }

  void check_call(const ScheduledEdge& edge) {
    const auto first = std::ranges::find(schedule_.edges, edge.anchor.text, &ScheduledEdge::name);
    if (first == schedule_.edges.end() || group_of(first->line) < 0 || group_of(first->line) != group_of(edge.line))
      say(fmt::format("edges '{}' and '{}' have to come in one call, and the bench sets '{}' and '{}' apart",
                      edge.anchor.text, edge.name, first == schedule_.edges.end() ? "?" : first->line, edge.line));
  }
  int group_of(const std::string& line) const {
    const auto ability = std::ranges::find(abilities_, line, &LineAbility::line);
    return ability == abilities_.end() ? -1 : ability->group;
  }

  // The edges of one line that hang on one event, in their order in time.
  void check_line(const std::string& line) {
    const auto ability = std::ranges::find(abilities_, line, &LineAbility::line);
    for (std::size_t i = 0; i < resolved_.size(); ++i) {
      for (std::size_t j = i + 1; j < resolved_.size(); ++j) {
        const Resolved* first = &resolved_[i];
        const Resolved* second = &resolved_[j];
        if (first->edge->line != line || second->edge->line != line || !same_event(first->event, second->event))
          continue;
        if (second->after < first->after) std::swap(first, second);
        check_pair(*first, *second, ability == abilities_.end() ? LineAbility{} : *ability);
      }
    }
  }

  void check_pair(const Resolved& first, const Resolved& second, const LineAbility& ability) {
    const Duration apart = second.after - first.after;
    const std::string names =
        fmt::format("edges '{}' and '{}' of {}", first.edge->name, second.edge->name, first.edge->line);
    if (apart == Duration::zero()) return say(names + " come at the same time");
    if (apart < ability.shortest_period)
      say(fmt::format("{} are {} apart, the line can switch every {}", names, milliseconds(apart),
                      milliseconds(ability.shortest_period)));
    const bool off_and_on = !first.edge->active && second.edge->active;
    if (off_and_on && apart < ability.min_off)
      say(fmt::format("{} leave it off for {}, the bench needs {}", names, milliseconds(apart),
                      milliseconds(ability.min_off)));
  }

  const Schedule& schedule_;
  const std::vector<LineAbility>& abilities_;
  std::vector<Resolved> resolved_;
  std::vector<std::string> found_;
};

}  // namespace

std::string Anchor::describe() const {
  switch (source) {
    case AnchorSource::start:
      return "the start";
    case AnchorSource::probe:
      return fmt::format("probe.{} #{}", text, occurrence);
    case AnchorSource::log:
      return fmt::format("log line '{}' #{}", text, occurrence);
    case AnchorSource::console:
      return fmt::format("console line '{}' #{}", text, occurrence);
    case AnchorSource::line:
      return fmt::format("line {} #{}", text, occurrence);
    case AnchorSource::sense:
      return fmt::format("sensed {} #{}", text, occurrence);
    case AnchorSource::edge:
      return fmt::format("edge '{}'", text);
  }
  std::unreachable();
}

std::vector<std::string> Schedule::lines() const {
  std::set<std::string> lines;
  for (const ScheduledEdge& edge : edges) lines.insert(edge.line);
  return {lines.begin(), lines.end()};
}

std::vector<std::string> infeasibilities(const Schedule& schedule, const std::vector<LineAbility>& abilities) {
  return Feasibility(schedule, abilities).run();
}

}  // namespace rigor
