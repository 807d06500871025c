#include "framework/probe/observation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "framework/base/timeline.hpp"
#include "framework/probe/clock_table.hpp"
#include "framework/probe/opening.hpp"
#include "framework/probe/recording_usb.hpp"
#include "framework/probe/speeds.hpp"
#include "framework/probe/st_link_listing.hpp"
#include "framework/probe/status.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kVoltageReadings = 8;
constexpr std::size_t kBoardIdentifierSize = 128;
constexpr std::size_t kBootloaderIdentitySize = 20;
constexpr std::size_t kUniqueIdAt = 8;

// What ends an observation, instead of being one.
bool is_fatal(Code code) {
  return code == Code::probe_lost || code == Code::probe_missing || code == Code::probe_busy ||
         code == Code::unsupported || code == Code::aborted || code == Code::deadlock || code == Code::io_failed;
}

// One examination of one probe. Each ask_ function fills one field; a failure that is no observation comes back.
class Examination {
 public:
  Examination(CommandPort& port, Clock& clock, const ObservationOptions& options, ProbeObservation& seen)
      : port_(port), clock_(clock), options_(options), seen_(seen), can_(*seen.version) {}

  Result<void> run() {
    if (options_.look_only) {
      RIGOR_CHECK(ask_speeds());
      return ask_voltages();
    }
    RIGOR_CHECK(ask_straps());
    RIGOR_CHECK(ask_bootloader_jump());
    RIGOR_CHECK(ask_board_identifier());
    RIGOR_CHECK(ask_speeds());
    RIGOR_CHECK(ask_latency());
    RIGOR_CHECK(ask_voltages());
    RIGOR_CHECK(ask_debug_entry());
    return ask_unknown_command();  // last: who does not know an answer may stall or fall silent
  }

 private:
  // A reply of one status or value byte and a zero.
  Result<Seen<std::uint8_t>> ask_byte(const Command& command) {
    RIGOR_TRY(const CommandOutcome outcome, try_command(command, 2));
    if (outcome.kind == CommandOutcome::Kind::replied && !outcome.reply.empty())
      return Seen<std::uint8_t>(outcome.reply[0]);
    return Seen<std::uint8_t>(
        unseen(outcome.kind == CommandOutcome::Kind::stalled ? "the probe stalled" : "the probe was silent"));
  }

  Result<CommandOutcome> try_command(const Command& command, std::size_t most) {
    auto reply = port_.ask_up_to(command, most);
    if (reply) return CommandOutcome{CommandOutcome::Kind::replied, *std::move(reply)};
    if (reply.error().code() == Code::probe_stalled) return CommandOutcome{CommandOutcome::Kind::stalled, {}};
    if (is_fatal(reply.error().code())) return fail(std::move(reply).error());
    return CommandOutcome{CommandOutcome::Kind::silent, {}};
  }

  Result<void> ask_straps() {
    RIGOR_TRY(seen_.straps, ask_byte(Command{0xF8}));
    if (seen_.straps && *seen_.straps > 3) seen_.straps = unseen(fmt::format("answered 0x{:02X}", *seen_.straps));
    return {};
  }

  Result<void> ask_bootloader_jump() {
    RIGOR_TRY(const auto answer, ask_byte(Command{0xF9, 0x00}));
    if (!answer) {
      seen_.bootloader_jump = unseen(answer.error());
    } else if (*answer == kStatusOk || *answer == kStatusNoBootloaderJump) {
      seen_.bootloader_jump = *answer == kStatusOk;
    } else {
      seen_.bootloader_jump = unseen(fmt::format("answered 0x{:02X}", *answer));
    }
    return {};
  }

  Result<void> ask_board_identifier() {
    if (const auto needed = can_.require(Feature::board_identifier); !needed) {
      seen_.board_identifier = unseen(needed.error().message());
      return {};
    }
    RIGOR_TRY(seen_.board_identifier, try_command(Command{0xF2, 0x56}, kBoardIdentifierSize));
    return {};
  }

  Result<void> ask_unknown_command() {
    RIGOR_TRY(seen_.unknown_command, try_command(Command{0xF2, 0x7F}, 2));
    return {};
  }

  Result<void> ask_speeds() {
    if (can_.has(Feature::clock_table)) {
      auto table = read_clock_table(port_);
      if (table) {
        seen_.speeds = SpeedAnswers{*std::move(table), {}};
        return {};
      }
      if (is_fatal(table.error().code())) return fail(std::move(table).error());
      seen_.speeds = unseen(table.error().message());
      return {};
    }
    return try_divisors();
  }

  Result<void> try_divisors() {
    if (const auto needed = can_.require(Feature::clock_divisor); !needed) {
      seen_.speeds = unseen(needed.error().message());
      return {};
    }
    SpeedAnswers answers;
    if (options_.look_only) {
      for (const ClockDivisor& step : clock_divisors()) answers.offered_khz.push_back(step.khz);
      seen_.speeds = std::move(answers);
      return {};
    }
    for (const ClockDivisor& step : clock_divisors()) {
      RIGOR_TRY(const auto status, ask_byte(Command{0xF2, 0x43}.le16(2, step.divisor)));
      (status && status_is_ok(*status) ? answers.offered_khz : answers.refused_khz).push_back(step.khz);
    }
    // What OpenOCD begins with.
    RIGOR_CHECK(without_value(ask_byte(Command{0xF2, 0x43}.le16(2, choose_divisor(1800).divisor))));
    seen_.speeds = std::move(answers);
    return {};
  }

  Result<void> ask_latency() {
    LatencyRun run;
    for (std::size_t i = 0; i < options_.latency_samples; ++i) {
      const TimePoint before = clock_.now();
      auto mode = read_mode(port_);
      if (mode) {
        run.round_trip.add(clock_.now() - before);
      } else if (is_fatal(mode.error().code())) {
        return fail(std::move(mode).error());
      } else {
        ++run.failures;
        if (run.failures >= kMostFailures) break;  // a second each: it has been shown
      }
    }
    seen_.latency = std::move(run);
    return {};
  }

  Result<Seen<std::vector<VoltageReading>>> read_voltages() {
    std::vector<VoltageReading> readings;
    for (std::size_t i = 0; i < kVoltageReadings; ++i) {
      auto reading = read_voltage(port_);
      if (!reading && is_fatal(reading.error().code())) return fail(std::move(reading).error());
      if (!reading) return Seen<std::vector<VoltageReading>>(unseen(reading.error().message()));
      readings.push_back(*reading);
    }
    return Seen<std::vector<VoltageReading>>(std::move(readings));
  }

  // The target is dark afterwards where the bench can switch it.
  Result<void> ask_voltages() {
    if (const auto needed = can_.require(Feature::target_voltage); !needed) {
      seen_.voltage = seen_.voltage_floating = seen_.voltage_supplied = unseen(needed.error().message());
      return {};
    }
    RIGOR_TRY(seen_.voltage, read_voltages());
    const std::string no_relay = "needs a fixture: a bench that switches the target's supply";
    seen_.voltage_supplied = unseen(no_relay);
    seen_.voltage_floating =
        unseen("a target may be connected; unplug it and say --unplugged, or name a bench with a power relay");
    if (options_.nothing_connected) seen_.voltage_floating = seen_.voltage;
    if (!options_.target_power) return {};
    RIGOR_CHECK(options_.target_power(true));
    RIGOR_TRY(seen_.voltage_supplied, read_voltages());
    RIGOR_CHECK(options_.target_power(false));
    RIGOR_TRY(seen_.voltage_floating, read_voltages());
    return {};
  }

  Result<void> ask_debug_entry() {
    RIGOR_TRY(seen_.debug_entry, try_command(Command{0xF2, 0x30, 0xA3}, 2));
    // "Leave debug" outside debug mode hangs some V3 firmware (st-link-protocol.md 3).
    auto mode = read_mode(port_);
    if (!mode && is_fatal(mode.error().code())) return fail(std::move(mode).error());
    if (mode && *mode == StLinkMode::debug) {
      doubt_darkness();
      return port_.send(Command{0xF2, 0x21});
    }
    return {};
  }

  // A target that answers is connected and has power, whatever the relay or somebody's word says.
  void doubt_darkness() {
    if (!seen_.voltage_floating) return;
    seen_.voltage_floating = seen_.voltage_supplied =
        unseen("a target answers although it should be dark: it has another supply, or is still connected");
  }

  static constexpr std::uint8_t kStatusNoBootloaderJump = 0x21;
  static constexpr std::size_t kMostFailures = 5;

  CommandPort& port_;
  Clock& clock_;
  const ObservationOptions& options_;
  ProbeObservation& seen_;
  Capabilities can_;
};

// Only a probe that is in its bootloader anyway is asked; nothing makes it go there.
Result<Seen<BootloaderIdentity>> ask_bootloader(UsbHost& host, const std::string& usb_path, bool allowed) {
  using Answer = Seen<BootloaderIdentity>;
  if (!allowed) return Answer(unseen("asking the bootloader is not allowed (--allow-bootloader)"));
  RIGOR_TRY(const auto port, CommandPort::open(host, usb_path));
  port->drain();
  auto mode = read_mode(*port);
  if (!mode && is_fatal(mode.error().code())) return fail(std::move(mode).error());
  if (!mode) return Answer(unseen(mode.error().message()));
  if (*mode != StLinkMode::bootloader && *mode != StLinkMode::usb_bootloader)
    return Answer(unseen("the application runs; only a V2 that was just plugged in is still in its bootloader"));
  auto reply = port->ask(Command{0xF3, 0x08}, kBootloaderIdentitySize);
  if (!reply && is_fatal(reply.error().code())) return fail(std::move(reply).error());
  if (!reply) return Answer(unseen(reply.error().message()));
  return Answer(BootloaderIdentity{static_cast<char>((*reply)[4]), Bytes(reply->begin() + kUniqueIdAt, reply->end())});
}

Result<void> look_around(UsbHost& host, const std::string& usb_path, ProbeObservation& seen) {
  RIGOR_TRY(const auto devices, host.list(kStVendor));
  const auto self = std::ranges::find(devices, usb_path, &UsbIdentity::path);
  if (self == devices.end()) return fail(Code::probe_missing, fmt::format("no ST-LINK at '{}'", usb_path));
  const StLinkProduct* product = find_st_link_product(self->vendor, self->product);
  if (product == nullptr) return fail(Code::unsupported, fmt::format("the device at {} is no ST-LINK", usb_path));
  seen.usb = *self;
  seen.product = *product;
  seen.serial = st_link_serial_text(self->serial_descriptor);
  seen.raw_serial = self->serial_descriptor.size() == kRawSerialSize;
  seen.same_serial = static_cast<std::size_t>(std::ranges::count_if(devices, [&](const UsbIdentity& other) {
    return other.path != usb_path && !seen.serial.empty() &&
           st_link_serial_text(other.serial_descriptor) == seen.serial;
  }));
  return {};
}

Result<void> examine(UsbHost& host, const std::string& usb_path, Clock& clock, const ObservationOptions& options,
                     ProbeObservation& seen) {
  RIGOR_TRY(seen.bootloader, ask_bootloader(host, usb_path, options.allow_bootloader));
  RIGOR_TRY(const auto port, open_application(host, usb_path, clock));
  RIGOR_TRY(seen.version, read_version(*port));
  if (options.target_power) RIGOR_CHECK(options.target_power(false));
  return Examination(*port, clock, options, seen).run();
}

}  // namespace

Result<ProbeObservation> observe_probe(UsbHost& host, const std::string& usb_path, Clock& clock,
                                       const ObservationOptions& options) {
  ProbeObservation seen;
  RIGOR_CHECK(look_around(host, usb_path, seen));
  Timeline unread(clock, 2);
  RecordingUsbHost counting(host, unread);
  auto examined = examine(counting, usb_path, clock, options, seen);
  seen.round_trips = counting.round_trips();
  if (examined) return seen;
  if (seen.version || is_fatal(examined.error().code())) return fail(std::move(examined).error());
  seen.version = unseen(examined.error().message());
  return seen;
}

}  // namespace rigor
