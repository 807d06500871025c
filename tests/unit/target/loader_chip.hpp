// A chip for the loader: RAM, a core that executes the stub's own machine words, and a flash controller with a clock of
// its own, all behind a Probe. Every access to the probe takes time, in which the core runs.
#pragma once

#include <optional>

#include "framework/probe/probe.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/target/thumb_machine.hpp"

namespace rigor::test {

class LoaderChip final : public Probe {
 public:
  static constexpr std::uint32_t kRam = 0x20000000;
  static constexpr std::uint32_t kFlash = 0x08000000;
  static constexpr std::uint32_t kStatus = 0x40022020;
  static constexpr std::uint32_t kErrors = 0x40022024;
  static constexpr std::uint32_t kBusy = 1U << 2;
  static constexpr std::uint32_t kErrorBits = 0x00FE0000;

  explicit LoaderChip(InstantClock& clock);

  // What tests turn.
  unsigned core_khz = 16'000;
  Duration access_time = std::chrono::microseconds(300);
  unsigned unit_words = 1;
  Duration unit_time = std::chrono::microseconds(16);
  bool runs = true;   // false: a core that executes nothing
  bool halts = true;  // false: one that the debugger cannot halt
  bool ram_faults = false;
  bool busy_for_ever = false;
  std::optional<std::uint32_t> error_at;  // address whose unit raises an error
  std::optional<int> fails_after;         // accesses from now on until the wire breaks

  // What tests look at.
  Bytes flash = Bytes(512 * 1024, 0xFF);
  Bytes ram = Bytes(64 * 1024, 0xA5);
  ThumbMachine core;
  bool halted = false;
  bool faulted = false;
  bool overrun = false;  // the core wrote to a busy flash, or gave half a unit
  void clear_errors() { errors_ = 0; }
  int accesses = 0;
  int reads = 0;
  std::uint64_t cycles = 0;  // that the core has run

  [[nodiscard]] const ProbeIdentity& identity() const override { return identity_; }
  [[nodiscard]] Result<void> attach() override { return {}; }
  [[nodiscard]] Result<void> detach() override { return {}; }
  [[nodiscard]] Result<unsigned> set_speed_khz(unsigned wish) override { return wish; }
  [[nodiscard]] unsigned speed_khz() const override { return 4000; }
  [[nodiscard]] Result<std::uint32_t> read_debug_port_id() override { return 1U; }
  [[nodiscard]] Result<void> open_access_port(std::uint8_t) override { return {}; }
  [[nodiscard]] Result<void> close_access_port(std::uint8_t) override { return {}; }
  [[nodiscard]] Result<std::uint32_t> read_word(AccessPort port, std::uint32_t address) override;
  [[nodiscard]] Result<void> write_word(AccessPort port, std::uint32_t address, std::uint32_t value) override;
  [[nodiscard]] Result<void> read_memory(AccessPort port, std::uint32_t address, std::span<std::uint8_t> into) override;
  [[nodiscard]] Result<void> write_memory(AccessPort port, std::uint32_t address, ByteView from) override;
  [[nodiscard]] Result<void> drive_reset(bool) override { return {}; }
  [[nodiscard]] Result<double> target_voltage() override { return 3.3; }

 private:
  [[nodiscard]] Result<void> access();
  void catch_up();
  [[nodiscard]] std::uint32_t core_load(std::uint32_t address, unsigned size);
  void core_store(std::uint32_t address, std::uint32_t value);
  [[nodiscard]] std::uint32_t debugger_load(std::uint32_t address);
  void debugger_store(std::uint32_t address, std::uint32_t value);

  InstantClock& clock_;
  ProbeIdentity identity_;
  TimePoint ran_until_;
  std::uint32_t control_ = 0;
  std::uint32_t register_value_ = 0;
  std::uint32_t status_register_ = 1U << 24;
  unsigned words_of_unit_ = 0;
  std::uint64_t busy_until_ = 0;  // cycles
  std::uint32_t errors_ = 0;
};

}  // namespace rigor::test
