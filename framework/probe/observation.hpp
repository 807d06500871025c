// Everything an ST-LINK shows of itself through USB, asked once and kept as values (st-link-clones.md 2.1).
//
// Nothing is written to the probe and nothing is asked of its bootloader unless that is allowed; its debug speed is
// changed for a moment, and SWD is entered without reset or halt and left again. What could not be asked is there with
// the reason, never as a default.
//
//   RIGOR_TRY(ProbeObservation seen, observe_probe(host, "1-2.3", clock, {}));
//   const Fingerprint print = judge_probe(seen);          // fingerprint.hpp
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/clock.hpp"
#include "framework/probe/capabilities.hpp"
#include "framework/probe/samples.hpp"
#include "framework/probe/voltage.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

// A value, or the sentence that says why there is none.
template <typename T>
using Seen = std::expected<T, std::string>;
[[nodiscard]] inline std::unexpected<std::string> unseen(std::string why) { return std::unexpected(std::move(why)); }

// How a probe took a command that may fail in several ways.
struct CommandOutcome {
  enum class Kind : std::uint8_t { replied, stalled, silent };
  Kind kind = Kind::replied;
  Bytes reply;
};

// F3 08, in the bootloader.
struct BootloaderIdentity {
  char type = 0;
  Bytes unique_id;  // 12 bytes in memory order
};

struct SpeedAnswers {
  std::vector<unsigned> offered_khz;  // fastest first
  std::vector<unsigned> refused_khz;
};

// The time of one cheap command (F5), many times.
struct LatencyRun {
  Samples round_trip;
  std::size_t failures = 0;
};

// Did the probe's NRST output reach the chip?
struct ResetDrive {
  enum class Finding : std::uint8_t { moved, still, unclear };
  Finding finding = Finding::unclear;
  std::vector<std::string> evidence;
};

struct ProbeObservation {
  UsbIdentity usb;
  StLinkProduct product;
  std::string serial;           // as ST's tools print it
  bool raw_serial = false;      // twelve raw bytes in the descriptor: old firmware
  std::size_t same_serial = 0;  // other probes of this computer with that serial number
  Seen<StLinkVersion> version = unseen("not asked");
  Seen<BootloaderIdentity> bootloader = unseen("not asked");
  Seen<std::uint8_t> straps = unseen("not asked");
  Seen<bool> bootloader_jump = unseen("not asked");
  Seen<CommandOutcome> board_identifier = unseen("not asked");
  Seen<CommandOutcome> unknown_command = unseen("not asked");
  Seen<std::vector<VoltageReading>> voltage = unseen("not asked");           // as it is, whatever is connected
  Seen<std::vector<VoltageReading>> voltage_floating = unseen("not asked");  // target dark or nothing connected
  Seen<std::vector<VoltageReading>> voltage_supplied = unseen("not asked");  // target powered by the bench
  Seen<SpeedAnswers> speeds = unseen("not asked");
  Seen<CommandOutcome> debug_entry = unseen("not asked");  // reply to F2 30 A3
  Seen<LatencyRun> latency = unseen("not asked");
  // Filled by whoever has a bench; see framework/target/reset_evidence.hpp.
  Seen<ResetDrive> reset_drive = unseen("needs a fixture: a bench with a chip that tells whether NRST moved");
  // Pairs of exchanges with the probe that this took.
  std::uint64_t round_trips = 0;
};

struct ObservationOptions {
  // Only what changes nothing at all: no speed is set, SWD is not entered, nothing unknown is sent. The speeds of a V2
  // are then those its firmware is known for.
  bool look_only = false;
  bool allow_bootloader = false;   // may ask a probe that waits in its bootloader who it is
  bool nothing_connected = false;  // somebody vouches for it
  // Switches the target's supply and waits until it has settled. Empty: this bench cannot.
  std::function<Result<void>(bool on)> target_power;
  std::size_t latency_samples = 1000;
};

// A probe that is there but answers nothing is an observation too: its version then says why it has none.
// Errors: probe_missing, probe_busy, unsupported (no ST-LINK), probe_lost; those of target_power; aborted.
[[nodiscard]] Result<ProbeObservation> observe_probe(UsbHost& host, const std::string& usb_path, Clock& clock,
                                                     const ObservationOptions& options);

}  // namespace rigor
