// A bench that is open: its probe, its relays and its chip's driver, ready for verbs.
//
//   RIGOR_TRY(const auto bench, OpenBench::open(description, seams, timeline));
//   RIGOR_CHECK(bench->switch_power(true));
//   RIGOR_CHECK(bench->connect());
//   RIGOR_TRY(const Identity identity, bench->target().identify());
//
// Opening takes the lines in their safe state and the probe for this process; it does not power the board and does not
// touch its chip. Destruction releases both, lines first into their safe state. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "framework/base/timeline.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/gpio/edge_capture.hpp"
#include "framework/gpio/line_driver.hpp"
#include "framework/gpio/relay.hpp"
#include "framework/gpio/schedule_player.hpp"
#include "framework/probe/probe.hpp"
#include "framework/serial/console_capture.hpp"
#include "framework/target/target.hpp"
#include "framework/usb/usb_device.hpp"

namespace rigor {

// The edge of the computer, or of the lab. Built by `main`, outlives every bench.
struct Seams {
  UsbHost& usb;
  LineDriver& lines;
  SerialPorts& serial;
  Clock& clock;
  EdgeTimer& timer;
};

class OpenBench {
 public:
  // `description` and `timeline` must outlive the bench.
  // Errors: probe_missing, probe_ambiguous (several probes with that serial), probe_busy, chip_unexpected (the probe is
  // not the model that the bench names), line_*, port_failed.
  [[nodiscard]] static Result<std::unique_ptr<OpenBench>> open(const BenchDescription& description, const Seams& seams,
                                                               Timeline& timeline);
  ~OpenBench();

  [[nodiscard]] const BenchDescription& description() const { return description_; }
  [[nodiscard]] const ChipFacts& chip() const { return description_.board.chip.facts; }
  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] Timeline& timeline() const { return timeline_; }
  [[nodiscard]] Probe& probe() const { return *probe_; }
  [[nodiscard]] Target& target() const { return *target_; }
  // What was measured since the bench was opened, for the record: "usb-round-trips"; with inputs that watch the lines,
  // "nrst-latency-us" from the set call to the edge and "discharge-us" of the last power-off.
  [[nodiscard]] std::map<std::string, double> measured() const;
  void note_measured(const std::string& name, double value);

  // Errors: capability_missing when the bench has no power relay.
  [[nodiscard]] Result<void> switch_power(bool on);
  [[nodiscard]] Result<PowerSwitch*> power_switch();

  // Any line of the bench, by its job: "boot0", "aux-fan". Errors: capability_missing when it has none of that job.
  [[nodiscard]] Result<Relay*> line(std::string_view job);

  // What moves NRST according to the wiring. Errors: capability_missing when nothing does.
  [[nodiscard]] Result<ResetPin*> reset_pin();
  // The probe's own output, or the line, whatever the wiring says; for comparing them.
  [[nodiscard]] Result<ResetPin*> reset_pin(std::string_view driven_by);

  // Lets go of NRST wherever it may be held: by the probe and by the line. Tries both, reports the first failure.
  [[nodiscard]] Result<void> release_reset();

  // Holds NRST for `hold`, releases it and attaches again. The pin is released on errors too.
  [[nodiscard]] Result<void> pulse_reset(Duration hold);

  // Attaches the probe to a powered chip at the board's speed, without reset. A chip that has just been powered or
  // reset takes a while until its debug port answers and its system access port stops faulting (kConnectLimit), and
  // until its boot code lets the core's access port open (kCoreLimit). Access ports that stay shut are no error: a
  // closed chip's do.
  [[nodiscard]] Result<void> connect();
  static constexpr Duration kConnectLimit = std::chrono::milliseconds(500);
  static constexpr Duration kCoreLimit = std::chrono::milliseconds(300);

  // Lets go of the probe while `use` runs, so that another program can have it, then takes it again and attaches. A
  // probe that does not come back within kReturnLimit leaves one behind that answers probe_lost to everything.
  [[nodiscard]] Result<void> lend_probe(const std::function<Result<void>()>& use);
  static constexpr Duration kReturnLimit = std::chrono::seconds(5);

  // The board's console, listened to since the bench was opened. Errors: capability_missing.
  [[nodiscard]] Result<ConsoleCapture*> console();

  // Plays a schedule from now on; until end_schedule() its lines belong to it, and asking for them is line_busy.
  // Errors: usage with everything that makes it infeasible on this bench; line_busy while another one plays.
  [[nodiscard]] Result<void> start_schedule(const Schedule& schedule);
  [[nodiscard]] bool plays_schedule() const;
  // Gives edges that are due up to `grace` more. Nothing when none plays.
  [[nodiscard]] std::optional<PlayedSchedule> end_schedule(Duration grace);

  // Whether the lines are still there. A chip that does not answer because its relay board is gone is no bad chip.
  // Errors: line_failed. Not while a schedule plays.
  [[nodiscard]] Result<void> check_lines() const;

  // NRST released and every line in its safe state, at once. Lines work while the clock is interrupted, the probe does
  // not: resume() it first. Reports the first failure, tries all.
  [[nodiscard]] Result<void> make_safe();

 private:
  struct Parts;
  OpenBench(const BenchDescription& description, Clock& clock, Timeline& timeline, std::unique_ptr<Parts> parts);
  [[nodiscard]] Result<void> take_lines();
  [[nodiscard]] Result<void> take_group(const std::vector<std::string>& jobs);
  [[nodiscard]] int group_of(const std::string& job) const;
  [[nodiscard]] Result<void> take_probe();
  [[nodiscard]] Result<void> use_probe(std::unique_ptr<Probe> probe);
  [[nodiscard]] std::function<void()> when_chip_restarts();
  [[nodiscard]] Result<void> attach_once();
  [[nodiscard]] Result<void> read_once(std::uint8_t access_port, std::uint32_t address);
  // Calls `attempt` until it succeeds, fails for another reason than the board, or `limit` has passed.
  template <typename Attempt>
  [[nodiscard]] Result<void> retry(Duration limit, Attempt&& attempt);
  [[nodiscard]] Relay* relay(std::string_view job) const;
  [[nodiscard]] EdgeCapture* sense(std::string_view job) const;
  [[nodiscard]] Result<void> check_not_playing(std::string_view job) const;

  const BenchDescription& description_;
  Clock& clock_;
  Timeline& timeline_;
  // In this order: the recording wrappers outlive the probe and the relays that use them.
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<Probe> probe_;
  std::unique_ptr<Target> target_;
};

}  // namespace rigor
