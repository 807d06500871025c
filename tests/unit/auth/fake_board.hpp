// A probe, a reset pin and the mailbox of a chip that plays one side of a written session and insists on the other.
//
// The script is a list of turns; the chip begins it anew with each release of reset. A host word that is not the next
// one of the script is remembered in `mismatch` and ends the chip's part.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "framework/probe/probe.hpp"
#include "tests/unit/auth/manual_clock.hpp"

namespace rigor {

struct Turn {
  bool from_host = false;
  std::vector<std::uint32_t> words;
};
inline Turn host(std::vector<std::uint32_t> words) { return {true, std::move(words)}; }
inline Turn device(std::vector<std::uint32_t> words) { return {false, std::move(words)}; }

class FakeBoard : public Probe, public ResetPin {
 public:
  FakeBoard(ManualClock& clock, std::vector<Turn> turns) : script(std::move(turns)), clock_(clock) {}

  // A transcript of tests/data/da/transcripts.
  static std::vector<Turn> transcript(std::string_view name);

  // The chip, its wiring and its faults; may be changed at any time.
  std::vector<Turn> script;
  bool mapping_b = false;
  bool software_clears_device_flag = false;
  bool reset_wired = true;
  bool serves = true;                // false: OPEN or LOCKED, the magic word stays where it is
  bool firmware_eats_words = false;  // something reads HOST and never answers
  bool host_writes_arrive = true;
  std::uint32_t chip_id = 0x10000478;  // DBGMCU_IDCODE
  std::uint32_t base = 0xE0044000;
  std::optional<std::uint32_t> start_up_word;  // written to DEVICE at boot, before the answer
  Duration answer_delay{};                     // from release to the first word
  Duration access_time = std::chrono::microseconds(100);
  // Asked before every access; an error is what the access gives.
  std::function<std::optional<Error>(bool write, std::uint32_t offset)> fault;
  void leave_stale_word(std::uint32_t word);
  void leave_host_word(std::uint32_t word);

  // What was seen.
  std::string mismatch;
  std::vector<std::uint32_t> host_words;  // all that were taken by the chip
  int accesses = 0;
  int attaches = 0;
  int pulses = 0;
  bool held = false;
  int unflagged_device_reads = 0;
  int lost_host_words = 0;  // written over while waiting
  [[nodiscard]] bool finished() const { return mismatch.empty() && turn_ == script.size(); }

  const ProbeIdentity& identity() const override { return probe_identity_; }
  Result<void> attach() override;
  Result<void> detach() override { return {}; }
  Result<unsigned> set_speed_khz(unsigned wish) override { return wish; }
  unsigned speed_khz() const override { return 1000; }
  Result<std::uint32_t> read_debug_port_id() override { return 0x0BE12477; }
  Result<void> open_access_port(std::uint8_t number) override;
  Result<void> close_access_port(std::uint8_t /*number*/) override { return {}; }
  Result<std::uint32_t> read_word(AccessPort port, std::uint32_t address) override;
  Result<void> write_word(AccessPort port, std::uint32_t address, std::uint32_t value) override;
  Result<void> read_memory(AccessPort port, std::uint32_t address, std::span<std::uint8_t> into) override;
  Result<void> write_memory(AccessPort port, std::uint32_t address, ByteView from) override;
  Result<void> drive_reset(bool asserted) override { return asserted ? hold() : release(); }
  Result<double> target_voltage() override { return 3.3; }

  Result<void> hold() override;
  Result<void> release() override;
  std::string driven_by() const override { return "probe"; }

 private:
  [[nodiscard]] std::uint32_t flags() const;
  [[nodiscard]] Result<void> enter(AccessPort port, bool write, std::uint32_t address);
  // Lets the chip's CPU do all it can do now.
  void run_chip();
  [[nodiscard]] bool run_script_once();
  void put_device_word(std::uint32_t word);

  ManualClock& clock_;
  ProbeIdentity probe_identity_{"fake", "V0", "", ""};
  bool port_open_ = false;
  bool in_service_ = false;
  TimePoint released_{};
  std::uint32_t host_register_ = 0;
  std::uint32_t device_register_ = 0;
  bool host_flag_ = false;
  bool device_flag_ = false;
  std::size_t turn_ = 0;
  std::size_t word_ = 0;
};

}  // namespace rigor
