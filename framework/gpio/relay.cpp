#include "framework/gpio/relay.hpp"

#include <utility>

namespace rigor {

Result<std::unique_ptr<Relay>> Relay::take(LineDriver& driver, Clock& clock, RelayWiring wiring) {
  RIGOR_TRY(auto line, driver.request_output(wiring.name, wiring.drive, wire_level(wiring, wiring.safe_active)));
  return std::unique_ptr<Relay>(new Relay(clock, std::move(wiring), std::move(line)));
}

std::unique_ptr<Relay> Relay::of_group(const std::shared_ptr<LineGroup>& group, std::size_t index, Clock& clock,
                                       RelayWiring wiring) {
  std::unique_ptr<Relay> relay(new Relay(clock, std::move(wiring), group->line(index)));
  relay->group_ = group;
  relay->index_ = index;
  return relay;
}

Relay::Relay(Clock& clock, RelayWiring wiring, std::unique_ptr<OutputLine> line)
    : clock_(clock),
      wiring_(std::move(wiring)),
      line_(std::move(line)),
      active_(wiring_.safe_active),
      inactive_since_(clock.now()) {}

// A destructor has nobody to tell; the line is released right after, and whoever takes it next sets it first.
Relay::~Relay() { [[maybe_unused]] const Result<void> told = make_safe(); }

Result<EdgeTiming> Relay::set(bool active) {
  const TimePoint requested = clock_.now();
  if (active_ == active) return EdgeTiming{requested, requested, requested};
  if (active) RIGOR_CHECK(wait_until(inactive_since_ + wiring_.min_off));
  RIGOR_TRY(EdgeTiming timing, set_now(active));
  timing.requested = requested;
  RIGOR_CHECK(wait_until(timing.exit + wiring_.settle));
  return timing;
}

Result<EdgeTiming> Relay::set_now(bool active) {
  const bool was_active = active_.value_or(true);  // after a failure, count the off time anew
  active_.reset();
  RIGOR_TRY(const EdgeTiming timing, line_->set(wire_level(wiring_, active)));
  note(active, was_active, timing);
  return timing;
}

Result<EdgeTiming> Relay::set_together(std::span<const Change> changes) {
  std::vector<std::pair<std::size_t, Level>> levels;
  std::vector<bool> were_active;
  for (const auto& [relay, active] : changes) {
    if (!relay->group_ || relay->group_ != changes.front().relay->group_)
      return fail(Code::unsupported, "these lines are not held in one request");
    levels.emplace_back(relay->index_, wire_level(relay->wiring_, active));
    were_active.push_back(relay->active_.value_or(true));
    relay->active_.reset();
  }
  RIGOR_TRY(const EdgeTiming timing, changes.front().relay->group_->set(levels));
  for (std::size_t i = 0; i < changes.size(); ++i) changes[i].relay->note(changes[i].active, were_active[i], timing);
  return timing;
}

void Relay::note(bool active, bool was_active, const EdgeTiming& timing) {
  active_ = active;
  if (!active && was_active) inactive_since_ = timing.exit;
}

Result<void> Relay::make_safe() {
  if (active_ == wiring_.safe_active) return {};
  RIGOR_CHECK(set_now(wiring_.safe_active));
  return {};
}

Result<void> Relay::wait_until(TimePoint deadline) {
  if (clock_.now() >= deadline) return {};
  Result<void> waited = clock_.sleep_until(deadline);
  if (waited) return {};
  if (const Result<void> safe = make_safe(); !safe) return fail(std::move(waited).error().because(safe.error()));
  return waited;
}

}  // namespace rigor
