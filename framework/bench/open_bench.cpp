#include "framework/bench/open_bench.hpp"

#include <fmt/format.h>

#include <cctype>

#include "framework/gpio/recording_lines.hpp"
#include "framework/probe/finding.hpp"
#include "framework/probe/probe_reset_pin.hpp"
#include "framework/probe/recording_usb.hpp"
#include "framework/probe/st_link.hpp"
#include "framework/probe/st_link_listing.hpp"
#include "framework/target/make_target.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

class RelayResetPin final : public ResetPin {
 public:
  explicit RelayResetPin(Relay& relay) : relay_(relay) {}
  Result<void> hold() override { return without_value(relay_.set(true)); }
  Result<void> release() override { return without_value(relay_.set(false)); }
  std::string driven_by() const override { return "line"; }

 private:
  Relay& relay_;
};

class RelayPowerSwitch final : public PowerSwitch {
 public:
  RelayPowerSwitch(Relay& relay, Clock& clock) : relay_(relay), clock_(clock) {}
  // The relay has settled long before the board's capacitors are empty: a chip counts as off after min-off.
  Result<void> off() override {
    RIGOR_CHECK(relay_.set(false));
    return clock_.sleep_for(relay_.wiring().min_off);
  }
  Result<void> on() override { return without_value(relay_.set(true)); }

 private:
  Relay& relay_;
  Clock& clock_;
};

RelayWiring wiring_of(const LineDescription& line) {
  return {line.job, line.name, line.active, line.drive, line.settle, line.min_off, line.safe_active};
}

std::vector<RelayWiring> jobs_of(const BenchDescription& description) {
  std::vector<RelayWiring> jobs;
  for (const LineDescription& line : description.lines) jobs.push_back(wiring_of(line));
  return jobs;
}

Result<std::string> find_probe(UsbHost& usb, const ProbeSelector& selector) {
  if (selector.by != ProbeSelector::By::serial) return selector.usb_path;
  return find_st_link(usb, selector.serial);
}

// "ST-LINK/V2" as descriptions spell it: "st-link-v2".
std::string model_word(std::string_view model) {
  std::string word;
  for (const char c : model)
    word += std::isalnum(static_cast<unsigned char>(c)) != 0 ? static_cast<char>(std::tolower(c)) : '-';
  return word;
}

Result<void> check_model(const Probe& probe, const BenchDescription& description) {
  const std::string found = model_word(probe.identity().model);
  if (description.probe.expect.empty() || found == description.probe.expect) return {};
  return fail(
      Error(Code::probe_missing, fmt::format("bench '{}' expects a probe '{}' at {}, found '{}'", description.name,
                                             description.probe.expect, probe.identity().usb_path, found))
          .hint("was something plugged into another port?"));
}

// What a chip keeps shut, or does not let through yet, is no reason not to attach to it.
Result<void> unless_board(Result<void> result) {
  if (!result && blame_of(result.error().code()) == Blame::board) return {};
  return result;
}

}  // namespace

struct OpenBench::Parts {
  Parts(const Seams& seams, Timeline& timeline, std::vector<RelayWiring> jobs)
      : usb(seams.usb, timeline), lines(seams.lines, timeline, jobs) {}

  RecordingUsbHost usb;
  RecordingLines lines;
  std::map<std::string, std::unique_ptr<Relay>, std::less<>> relays;
  std::unique_ptr<ResetPin> probe_reset;
  std::unique_ptr<ResetPin> line_reset;
  std::unique_ptr<PowerSwitch> power;
};

OpenBench::OpenBench(const BenchDescription& description, Clock& clock, Timeline& timeline,
                     std::unique_ptr<Parts> parts)
    : description_(description), clock_(clock), timeline_(timeline), parts_(std::move(parts)) {}

OpenBench::~OpenBench() = default;

Result<std::unique_ptr<OpenBench>> OpenBench::open(const BenchDescription& description, const Seams& seams,
                                                   Timeline& timeline) {
  auto parts = std::make_unique<Parts>(seams, timeline, jobs_of(description));
  std::unique_ptr<OpenBench> bench(new OpenBench(description, seams.clock, timeline, std::move(parts)));
  RIGOR_CHECK(bench->take_lines());
  RIGOR_TRY(const std::string path, find_probe(seams.usb, description.probe));
  RIGOR_TRY(bench->probe_, open_st_link(bench->parts_->usb, path, seams.clock));
  bench->parts_->probe_reset = std::make_unique<ProbeResetPin>(*bench->probe_);
  RIGOR_CHECK(check_model(*bench->probe_, description));
  RIGOR_TRY(bench->target_,
            make_target(*bench->probe_, seams.clock, bench->chip(), timeline, description.board.flash_parallelism));
  return bench;
}

Result<void> OpenBench::take_lines() {
  for (const LineDescription& line : description_.lines) {
    RIGOR_TRY(auto relay, Relay::take(parts_->lines, clock_, wiring_of(line)));
    parts_->relays[line.job] = std::move(relay);
  }
  if (Relay* nrst = relay("nrst")) parts_->line_reset = std::make_unique<RelayResetPin>(*nrst);
  if (Relay* power = relay("power")) parts_->power = std::make_unique<RelayPowerSwitch>(*power, clock_);
  return {};
}

Relay* OpenBench::relay(std::string_view job) const {
  const auto found = parts_->relays.find(job);
  return found == parts_->relays.end() ? nullptr : found->second.get();
}

std::uint64_t OpenBench::usb_round_trips() const { return parts_->usb.round_trips(); }

Result<PowerSwitch*> OpenBench::power_switch() {
  if (parts_->power == nullptr)
    return fail(Code::capability_missing, fmt::format("bench '{}' has no power relay", description_.name));
  return parts_->power.get();
}

Result<void> OpenBench::switch_power(bool on) {
  RIGOR_TRY(PowerSwitch* const power, power_switch());
  return on ? power->on() : power->off();
}

Result<ResetPin*> OpenBench::reset_pin(std::string_view driven_by) {
  ResetPin* pin = driven_by == "probe" ? parts_->probe_reset.get() : parts_->line_reset.get();
  if (pin == nullptr)
    return fail(Code::capability_missing,
                fmt::format("bench '{}' has no {} that drives NRST", description_.name, driven_by));
  return pin;
}

Result<ResetPin*> OpenBench::reset_pin() {
  switch (description_.wiring.nrst) {
    case WiringDescription::Nrst::probe:
      return reset_pin("probe");
    case WiringDescription::Nrst::line:
      return reset_pin("line");
    case WiringDescription::Nrst::none:
      break;
  }
  return fail(Code::capability_missing, fmt::format("nothing is wired to NRST on bench '{}'", description_.name));
}

Result<void> OpenBench::release_reset() {
  Result<void> first = parts_->probe_reset->release();
  if (parts_->line_reset == nullptr) return first;
  Result<void> line = parts_->line_reset->release();
  return first ? line : first;
}

Result<void> OpenBench::pulse_reset(Duration hold) {
  RIGOR_TRY(ResetPin* const pin, reset_pin());
  RIGOR_CHECK(pin->hold());
  const Result<void> held = clock_.sleep_for(hold);
  RIGOR_CHECK(pin->release());
  RIGOR_CHECK(held);
  return connect();
}

template <typename Attempt>
Result<void> OpenBench::retry(Duration limit, Attempt&& attempt) {
  const TimePoint deadline = clock_.now() + limit;
  for (Duration pause = 1ms;; pause = std::min<Duration>(2 * pause, 50ms)) {
    Result<void> done = attempt();
    if (done || blame_of(done.error().code()) != Blame::board || clock_.now() + pause >= deadline) return done;
    RIGOR_CHECK(clock_.sleep_for(pause));
  }
}

Result<void> OpenBench::attach_once() {
  RIGOR_CHECK(probe_->attach());
  return without_value(probe_->read_debug_port_id());
}

Result<void> OpenBench::read_once(std::uint8_t access_port, std::uint32_t address) {
  RIGOR_CHECK(probe_->open_access_port(access_port));
  return without_value(probe_->read_word({access_port}, address));
}

Result<void> OpenBench::connect() {
  RIGOR_CHECK(without_value(probe_->set_speed_khz(description_.board.swd_khz)));
  RIGOR_CHECK(retry(kConnectLimit, [this] { return attach_once(); }));
  const AuthenticationFacts& system = chip().authentication;
  // Parts without debug authentication have one access port, and what lies at address 0 may be protected.
  if (system.dbgmcu_base != 0)
    RIGOR_CHECK(unless_board(retry(kConnectLimit, [&] { return read_once(system.access_port, system.dbgmcu_base); })));
  return unless_board(retry(kCoreLimit, [this] { return probe_->open_access_port(chip().core_access_port); }));
}

Result<void> OpenBench::make_safe() {
  Result<void> first = parts_->probe_reset->release();
  for (const auto& entry : parts_->relays)
    if (auto safe = entry.second->make_safe(); !safe && first) first = std::move(safe);
  return first;
}

}  // namespace rigor
