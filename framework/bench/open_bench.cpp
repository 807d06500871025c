#include "framework/bench/open_bench.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cctype>
#include <functional>

#include "framework/bench/supply_switch.hpp"
#include "framework/gpio/recording_lines.hpp"
#include "framework/probe/absent_probe.hpp"
#include "framework/probe/finding.hpp"
#include "framework/probe/probe_reset_pin.hpp"
#include "framework/probe/recording_usb.hpp"
#include "framework/probe/st_link.hpp"
#include "framework/probe/st_link_listing.hpp"
#include "framework/target/make_target.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSlowestRelay = 100ms;  // from the call to the contact

class RelayResetPin final : public ResetPin {
 public:
  RelayResetPin(Relay& relay, EdgeCapture* sense, std::optional<Duration>& latency)
      : relay_(relay), sense_(sense), latency_(latency) {}
  Result<void> hold() override {
    RIGOR_TRY(const EdgeTiming timing, relay_.set(true));
    return sense_ == nullptr ? Result<void>() : measure(timing);
  }
  Result<void> release() override { return without_value(relay_.set(false)); }
  std::string driven_by() const override { return "line"; }

 private:
  // NRST that is low already, or that somebody else holds, shows no edge: then nothing was measured.
  Result<void> measure(const EdgeTiming& timing) {
    RIGOR_TRY(const bool held, sense_->await(true, timing.entry + kSlowestRelay));
    if (!held)
      return fail(Error(Code::nrst_not_driven, "the input that watches NRST does not see it held")
                      .hint("the relay does not switch, or one of the two wires is not on NRST"));
    const auto edge = sense_->last();
    if (edge && edge->active && edge->at >= timing.entry) latency_ = edge->at - timing.entry;
    return {};
  }

  Relay& relay_;
  EdgeCapture* sense_;
  std::optional<Duration>& latency_;
};

// Tells whenever NRST is moved.
class ToldResetPin final : public ResetPin {
 public:
  ToldResetPin(std::unique_ptr<ResetPin> pin, std::function<void()> tell)
      : pin_(std::move(pin)), tell_(std::move(tell)) {}
  Result<void> hold() override {
    tell_();
    return pin_->hold();
  }
  Result<void> release() override {
    tell_();
    return pin_->release();
  }
  std::string driven_by() const override { return pin_->driven_by(); }

 private:
  std::unique_ptr<ResetPin> pin_;
  std::function<void()> tell_;
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
      : usb(seams.usb, timeline), lines(seams.lines, timeline, jobs), timer(seams.timer) {}

  RecordingUsbHost usb;
  RecordingLines lines;
  EdgeTimer& timer;
  std::map<std::string, std::unique_ptr<Relay>, std::less<>> relays;
  std::unique_ptr<ResetPin> probe_reset;
  std::unique_ptr<ResetPin> line_reset;
  std::map<std::string, std::unique_ptr<EdgeCapture>, std::less<>> senses;  // by the job of the line they watch
  std::optional<Duration> nrst_latency;
  std::map<std::string, double> noted;
  std::unique_ptr<SupplySwitch> power;
  std::unique_ptr<ConsoleCapture> console;
  std::vector<std::string> playing;        // jobs of the lines that the player has
  std::unique_ptr<SchedulePlayer> player;  // before the relays go, it does
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
  if (description.console) {
    RIGOR_TRY(auto port, seams.serial.open(description.console->port, description.console->baud));
    bench->parts_->console = std::make_unique<ConsoleCapture>(std::move(port), description.name, seams.clock, timeline);
  }
  RIGOR_CHECK(bench->take_probe());
  return bench;
}

Result<void> OpenBench::take_lines() {
  for (const std::vector<std::string>& jobs : description_.together) RIGOR_CHECK(take_group(jobs));
  for (const LineDescription& line : description_.lines) {
    if (!parts_->relays.contains(line.job)) {
      RIGOR_TRY(parts_->relays[line.job], Relay::take(parts_->lines, clock_, wiring_of(line)));
    }
    if (!line.sense) continue;
    RIGOR_TRY(parts_->senses[line.job],
              EdgeCapture::start(parts_->lines, line.sense->name, line.sense->active, line.job, clock_, timeline_));
  }
  if (Relay* nrst = relay("nrst"))
    parts_->line_reset = std::make_unique<ToldResetPin>(
        std::make_unique<RelayResetPin>(*nrst, sense("nrst"), parts_->nrst_latency), when_chip_restarts());
  if (Relay* power = relay("power"))
    parts_->power = std::make_unique<SupplySwitch>(
        SupplySwitch::Parts{*power, clock_, sense("power"), description_.line("power")->discharge,
                            [this] { return probe_->target_voltage(); }, when_chip_restarts()});
  return {};
}

Result<void> OpenBench::take_group(const std::vector<std::string>& jobs) {
  std::vector<OutputRequest> requests;
  for (const std::string& job : jobs) {
    const LineDescription& line = *description_.line(job);
    requests.push_back({line.name, line.drive, wire_level(line, line.safe_active)});
  }
  RIGOR_TRY(const auto group, LineGroup::take(parts_->lines, std::move(requests)));
  for (std::size_t i = 0; i < jobs.size(); ++i)
    parts_->relays[jobs[i]] = Relay::of_group(group, i, clock_, wiring_of(*description_.line(jobs[i])));
  return {};
}

Result<void> OpenBench::take_probe() {
  RIGOR_TRY(const std::string path, find_probe(parts_->usb, description_.probe));
  RIGOR_TRY(auto probe, open_st_link(parts_->usb, path, clock_));
  RIGOR_CHECK(check_model(*probe, description_));
  return use_probe(std::move(probe));
}

Result<void> OpenBench::use_probe(std::unique_ptr<Probe> probe) {
  target_.reset();  // they use the probe that goes
  parts_->probe_reset.reset();
  probe_ = std::move(probe);
  parts_->probe_reset = std::make_unique<ToldResetPin>(std::make_unique<ProbeResetPin>(*probe_), when_chip_restarts());
  RIGOR_TRY(target_, make_target(*probe_, clock_, chip(), timeline_, description_.board.flash_parallelism));
  return {};
}

Result<void> OpenBench::lend_probe(const std::function<Result<void>()>& use) {
  RIGOR_CHECK(use_probe(std::make_unique<AbsentProbe>(probe_->identity())));
  const Result<void> used = use();
  const TimePoint deadline = clock_.now() + kReturnLimit;
  for (Result<void> taken = take_probe(); !taken; taken = take_probe()) {
    if (clock_.now() >= deadline) return fail(used ? taken.error() : used.error());
    RIGOR_CHECK(clock_.sleep_for(50ms));
  }
  RIGOR_CHECK(used);
  return connect();
}

// What its RAM holds is its own code's again.
std::function<void()> OpenBench::when_chip_restarts() {
  return [this] {
    if (target_ != nullptr) target_->forget_ram();
  };
}

Relay* OpenBench::relay(std::string_view job) const {
  const auto found = parts_->relays.find(job);
  return found == parts_->relays.end() ? nullptr : found->second.get();
}

EdgeCapture* OpenBench::sense(std::string_view job) const {
  const auto found = parts_->senses.find(job);
  return found == parts_->senses.end() ? nullptr : found->second.get();
}

std::map<std::string, double> OpenBench::measured() const {
  const auto microseconds = [](Duration duration) {
    return std::chrono::duration<double, std::micro>(duration).count();
  };
  std::map<std::string, double> measured = parts_->noted;
  measured["usb-round-trips"] = static_cast<double>(parts_->usb.round_trips());
  if (parts_->nrst_latency) measured["nrst-latency-us"] = microseconds(*parts_->nrst_latency);
  if (parts_->power && parts_->power->discharge()) measured["discharge-us"] = microseconds(*parts_->power->discharge());
  return measured;
}

Result<Relay*> OpenBench::line(std::string_view job) {
  if (relay(job) == nullptr)
    return fail(Code::capability_missing, fmt::format("bench '{}' has no line '{}'", description_.name, job));
  RIGOR_CHECK(check_not_playing(job));
  return relay(job);
}

Result<PowerSwitch*> OpenBench::power_switch() {
  if (parts_->power == nullptr)
    return fail(Code::capability_missing, fmt::format("bench '{}' has no power relay", description_.name));
  RIGOR_CHECK(check_not_playing("power"));
  return parts_->power.get();
}

Result<void> OpenBench::switch_power(bool on) {
  RIGOR_TRY(PowerSwitch* const power, power_switch());
  return on ? power->on() : power->off();
}

Result<ResetPin*> OpenBench::reset_pin(std::string_view driven_by) {
  if (driven_by == "line") RIGOR_CHECK(check_not_playing("nrst"));
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
  target_->forget_ram();  // who attaches does not know what happened before
  RIGOR_CHECK(without_value(probe_->set_speed_khz(description_.board.swd_khz)));
  RIGOR_CHECK(retry(kConnectLimit, [this] { return attach_once(); }));
  const AuthenticationFacts& system = chip().authentication;
  // Parts without debug authentication have one access port, and what lies at address 0 may be protected.
  if (system.dbgmcu_base != 0)
    RIGOR_CHECK(unless_board(retry(kConnectLimit, [&] { return read_once(system.access_port, system.dbgmcu_base); })));
  return unless_board(retry(kCoreLimit, [this] { return probe_->open_access_port(chip().core_access_port); }));
}

Result<ConsoleCapture*> OpenBench::console() {
  if (parts_->console == nullptr)
    return fail(Error(Code::capability_missing, fmt::format("bench '{}' has no console", description_.name))
                    .hint("describe it: `console: {port: /dev/serial/by-path/..., baud: 115200}`"));
  return parts_->console.get();
}

Result<void> OpenBench::check_not_playing(std::string_view job) const {
  if (std::ranges::find(parts_->playing, job) == parts_->playing.end()) return {};
  return fail(Error(Code::line_busy, fmt::format("a schedule plays line '{}' of bench '{}'", job, description_.name))
                  .hint("end it first, or let the step use the probe's own pin"));
}

int OpenBench::group_of(const std::string& job) const {
  const auto& groups = description_.together;
  const auto holds = [&](const std::vector<std::string>& jobs) { return std::ranges::find(jobs, job) != jobs.end(); };
  const auto found = std::ranges::find_if(groups, holds);
  return found == groups.end() ? -1 : static_cast<int>(found - groups.begin());
}

Result<void> OpenBench::start_schedule(const Schedule& schedule) {
  if (parts_->player) return fail(Code::line_busy, "another schedule plays on this bench");
  std::vector<LineAbility> abilities;
  for (const LineDescription& line : description_.lines)
    abilities.push_back({line.job, line.min_off, line.shortest_period, group_of(line.job)});
  const std::vector<std::string> wrong = infeasibilities(schedule, abilities);
  if (!wrong.empty())
    return fail(Code::usage, fmt::format("schedule '{}' cannot be played on bench '{}': {}", schedule.name,
                                         description_.name, fmt::join(wrong, "; ")));
  std::map<std::string, Relay*> relays;
  for (const std::string& line : schedule.lines()) relays[line] = relay(line);
  parts_->playing = schedule.lines();
  std::set<std::string> sensed;
  for (const auto& [job, capture] : parts_->senses) sensed.insert(job);
  parts_->player = SchedulePlayer::start(schedule, relays, {clock_, timeline_, parts_->timer}, sensed);
  return {};
}

void OpenBench::note_measured(const std::string& name, double value) { parts_->noted[name] = value; }

bool OpenBench::plays_schedule() const { return parts_->player != nullptr; }

std::optional<PlayedSchedule> OpenBench::end_schedule(Duration grace) {
  if (!parts_->player) return std::nullopt;
  std::optional<PlayedSchedule> played = parts_->player->finish(grace);
  parts_->player.reset();
  parts_->playing.clear();
  target_->forget_ram();  // NRST or the supply may have moved
  return played;
}

// Setting the level that a line has moves nothing and fails when its chip is gone.
Result<void> OpenBench::check_lines() const {
  for (const auto& [job, relay] : parts_->relays)
    if (relay->active()) RIGOR_CHECK(without_value(relay->set_now(*relay->active())));
  return {};
}

Result<void> OpenBench::make_safe() {
  parts_->player.reset();
  parts_->playing.clear();
  if (target_ != nullptr) target_->forget_ram();
  Result<void> first = parts_->probe_reset->release();
  for (const auto& entry : parts_->relays)
    if (auto safe = entry.second->make_safe(); !safe && first) first = std::move(safe);
  return first;
}

}  // namespace rigor
