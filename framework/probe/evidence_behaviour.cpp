// Evidence in what a probe does (st-link-clones.md 2.1, rows 6, 7 and 11 to 14; 2.2, rows a and c).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "framework/probe/evidence_judges.hpp"
#include "framework/probe/status.hpp"

namespace rigor::evidence {
namespace {

// st-link-clones.md 1.4: genuine with nothing connected, and the constant of clones with room for their tolerance.
constexpr double kFloatingBelow = 1.7;
constexpr double kConstantFrom = 3.0;
constexpr double kConstantTo = 3.35;
// Noise of a clone's own supply, 10 mV either way, and one step of the converter.
constexpr double kLowSpread = 0.03;
// A target's supply that was switched has to be seen as a change of at least a volt.
constexpr double kSwitched = 1.0;
constexpr std::uint8_t kUnknownCommand = 0x42;

std::string volts_text(const VoltageSpread& spread) {
  if (spread.highest - spread.lowest < 0.005) return fmt::format("{:.2f}", spread.highest);
  return fmt::format("{:.2f}..{:.2f}", spread.lowest, spread.highest);
}

// Why there is no reply; nothing where there is one.
std::optional<Judged> no_reply(const CommandOutcome& outcome) {
  switch (outcome.kind) {
    case CommandOutcome::Kind::stalled:
      return Judged{"stalled", "stall"};
    case CommandOutcome::Kind::silent:
      return Judged{"silent", "silence"};
    case CommandOutcome::Kind::replied:
      break;
  }
  return std::nullopt;
}

bool all_zero(const std::vector<VoltageReading>& readings) {
  return std::ranges::all_of(readings, [](const VoltageReading& each) { return each.factor == 0 && each.sense == 0; });
}

}  // namespace

Judged voltage_floating(const ProbeObservation& seen) {
  if (!seen.version) return {{}, seen.version.error()};
  if (!seen.voltage_floating) return {{}, seen.voltage_floating.error()};
  if (all_zero(*seen.voltage_floating)) return {"zero", "0"};
  const VoltageSpread spread = spread_of(*seen.voltage_floating);
  const std::string value = volts_text(spread);
  if (spread.highest < kFloatingBelow) return {"low", value};
  const bool constant =
      spread.lowest >= kConstantFrom && spread.highest <= kConstantTo && spread.highest - spread.lowest <= kLowSpread;
  return {constant ? "constant" : "high", value};
}

Judged voltage_tracking(const ProbeObservation& seen) {
  if (!seen.version) return {{}, seen.version.error()};
  if (!seen.voltage_supplied) return {{}, seen.voltage_supplied.error()};
  if (!seen.voltage_floating) return {{}, seen.voltage_floating.error()};
  const VoltageSpread dark = spread_of(*seen.voltage_floating);
  const VoltageSpread powered = spread_of(*seen.voltage_supplied);
  const bool follows = std::abs(powered.highest - dark.highest) >= kSwitched;
  return {follows ? "follows" : "constant", fmt::format("{} dark, {} powered", volts_text(dark), volts_text(powered))};
}

Judged voltage_factor(const ProbeObservation& seen) {
  if (!seen.version) return {{}, seen.version.error()};
  if (!seen.voltage) return {{}, seen.voltage.error()};
  if (seen.product.kind != StLinkKind::v2) return {{}, "known of the V2 only"};
  const std::uint32_t factor = seen.voltage->front().factor;
  // 12 bits over 3.0 to 3.5 V: 1404 to 1638.
  const bool usual = factor >= 1400 && factor <= 1640;
  return {usual ? "usual" : "odd", fmt::format("{}", factor)};
}

Judged unknown_command(const ProbeObservation& seen) {
  if (!seen.unknown_command) return {{}, seen.version ? seen.unknown_command.error() : seen.version.error()};
  if (auto none = no_reply(*seen.unknown_command)) return *std::move(none);
  const Bytes& reply = seen.unknown_command->reply;
  return {!reply.empty() && reply[0] == kUnknownCommand ? "refused" : "other", to_hex(reply)};
}

Judged speed_steps(const ProbeObservation& seen) {
  if (!seen.speeds) return {{}, seen.version ? seen.speeds.error() : seen.version.error()};
  const SpeedAnswers& speeds = *seen.speeds;
  if (speeds.refused_khz.empty()) return {"all", fmt::format("{} kHz", fmt::join(speeds.offered_khz, " "))};
  return {"some", fmt::format("refused {} kHz", fmt::join(speeds.refused_khz, " "))};
}

Judged latency(const ProbeObservation& seen) {
  if (!seen.latency) return {{}, seen.version ? seen.latency.error() : seen.version.error()};
  const LatencyRun& run = *seen.latency;
  if (run.failures != 0)
    return {"interrupted", fmt::format("{} of {} lost", run.failures, run.failures + run.round_trip.count())};
  return {"steady",
          fmt::format("{} us median, {} us longest", run.round_trip.quantile(0.5), run.round_trip.quantile(1))};
}

Judged debug_entry(const ProbeObservation& seen) {
  // A probe that does not even tell its version is the extreme of the same fault.
  if (!seen.version) return {"silent", seen.version.error()};
  if (!seen.debug_entry) return {{}, seen.debug_entry.error()};
  if (auto none = no_reply(*seen.debug_entry)) return *std::move(none);
  const Bytes& reply = seen.debug_entry->reply;
  // Success, or an error of the wire: nobody connected, no id code.
  const bool of_the_wire = !reply.empty() && (reply[0] == kStatusOk || reply[0] == 0x05 || reply[0] == 0x09);
  return {of_the_wire ? "quick" : "refused", to_hex(reply)};
}

Judged reset_drive(const ProbeObservation& seen) {
  if (!seen.reset_drive) return {{}, seen.reset_drive.error()};
  const std::string value = fmt::format("{}", fmt::join(seen.reset_drive->evidence, "; "));
  switch (seen.reset_drive->finding) {
    case ResetDrive::Finding::moved:
      return {"driven", value};
    case ResetDrive::Finding::still:
      return {"not-driven", value};
    case ResetDrive::Finding::unclear:
      break;
  }
  return {"unclear", value};
}

}  // namespace rigor::evidence
