#include "framework/switches/switch_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "framework/switches/switch_lock.hpp"

namespace rigor {
namespace {

class SwitchOutput final : public OutputLine {
 public:
  SwitchOutput(std::unique_ptr<Switch> inner, SwitchLock lock, Clock& clock)
      : lock_(std::move(lock)), inner_(std::move(inner)), clock_(clock) {}

  Result<EdgeTiming> set(Level level) override {
    EdgeTiming timing;
    timing.requested = timing.entry = clock_.now();
    lock_.begin();
    const Result<void> turned = inner_->turn(level == Level::high);
    lock_.end();
    timing.exit = clock_.now();
    RIGOR_CHECK(turned);
    return timing;
  }

  // The first level, also after a holder that was killed while it was switching.
  Result<void> begin_at(Level level) {
    const bool broken_off = lock_.was_broken_off();
    RIGOR_CHECK(set(level));
    if (!broken_off || inner_->aftermath() == Duration::zero()) return {};
    lock_.begin();  // until it is over, whoever comes after a second kill has to wait as well
    RIGOR_CHECK(clock_.sleep_for(inner_->aftermath()));
    return without_value(set(level));
  }

 private:
  SwitchLock lock_;  // let go after the switch is
  std::unique_ptr<Switch> inner_;
  Clock& clock_;
};

class SwitchInput final : public InputLine {
 public:
  SwitchInput(std::unique_ptr<Switch> inner, SwitchLock lock) : lock_(std::move(lock)), inner_(std::move(inner)) {}
  Result<Level> get() override {
    RIGOR_TRY(const bool on, inner_->is_on());
    return on ? Level::high : Level::low;
  }
  Result<std::optional<LineEdge>> next_edge(TimePoint /*deadline*/) override {
    return fail(Code::usage, "a switch is read, it tells of no edges");
  }
  void stop() override {}

 private:
  SwitchLock lock_;
  std::unique_ptr<Switch> inner_;
};

}  // namespace

SwitchLines::SwitchLines(std::unique_ptr<LineDriver> gpio, Clock& clock, std::filesystem::path locks)
    : gpio_(std::move(gpio)), clock_(clock), locks_(std::move(locks)) {}

SwitchBackend* SwitchLines::backend_of(const LineName& name) const {
  const auto kind = switch_kind(name);
  const auto found = std::ranges::find_if(backends_, [&](const auto& each) { return each->kind() == kind; });
  return found == backends_.end() ? nullptr : found->get();
}

Duration SwitchLines::latency(const LineName& name) const {
  const SwitchBackend* const backend = backend_of(name);
  return backend == nullptr ? gpio_->latency(name) : backend->latency(name);
}

Result<std::vector<LineInfo>> SwitchLines::list() {
  RIGOR_TRY(std::vector<LineInfo> lines, gpio_->list());
  for (const auto& backend : backends_) {
    std::uint32_t offset = 0;
    for (KnownSwitch& each : backend->known())
      lines.push_back({.name = std::move(each.name),
                       .offset = offset++,
                       .chip_device = std::move(each.device),
                       .consumer = SwitchLock::holder(locks_, each.place),
                       .output = true});
  }
  return lines;
}

Result<std::unique_ptr<OutputLine>> SwitchLines::request_output(const LineName& name, Drive drive, Level initial) {
  SwitchBackend* const backend = backend_of(name);
  if (backend == nullptr) return gpio_->request_output(name, drive, initial);
  RIGOR_TRY(auto found, backend->find(name));
  if (drive == Drive::open_drain)
    return fail(Error(Code::line_failed, fmt::format("{} has no open drain", describe_switch(name)))
                    .hint("it is on or off: use 'drive: push-pull'"));
  RIGOR_TRY(SwitchLock lock, SwitchLock::take(locks_, found->place(), describe_switch(name)));
  auto line = std::make_unique<SwitchOutput>(std::move(found), std::move(lock), clock_);
  RIGOR_CHECK(line->begin_at(initial));
  return line;
}

Result<std::unique_ptr<OutputGroup>> SwitchLines::request_group(std::span<const OutputRequest> lines) {
  for (const OutputRequest& line : lines)
    if (backend_of(line.name) != nullptr)
      return fail(Error(Code::unsupported, fmt::format("{} is set in a call of its own", describe_switch(line.name)))
                      .hint("only lines of a GPIO chip can be held `together:`"));
  return gpio_->request_group(lines);
}

Result<std::unique_ptr<InputLine>> SwitchLines::request_input(const LineName& name, Watch watch) {
  SwitchBackend* const backend = backend_of(name);
  if (backend == nullptr) return gpio_->request_input(name, watch);
  if (watch == Watch::edges)
    return fail(Error(Code::line_failed, fmt::format("{} tells of no edges", describe_switch(name)))
                    .hint("`sense:` needs a line of a GPIO chip"));
  RIGOR_TRY(auto found, backend->find(name));
  RIGOR_TRY(SwitchLock lock, SwitchLock::take(locks_, found->place(), describe_switch(name)));
  return std::make_unique<SwitchInput>(std::move(found), std::move(lock));
}

}  // namespace rigor
