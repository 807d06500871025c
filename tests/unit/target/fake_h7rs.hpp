// An STM32H7RS at register level behind a Probe that never fails by itself: flash controller, option registers that
// load at reset, one-time memory, resident services, the core's debug registers, reset flags and the mailbox. Written
// from stm32h7rs.md and lifecycle.md 2.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "framework/probe/probe.hpp"
#include "framework/target/chip_facts.hpp"
#include "tests/unit/target/fake_board.hpp"
#include "tests/unit/target/fake_core.hpp"

namespace rigor::test {

[[nodiscard]] ChipFacts h7s7_facts();

class FakeH7rs final : public Probe, public FakeBoard {
 public:
  FakeH7rs();

  // What tests turn.
  bool powered = true;
  bool supply_wired = true;
  bool nrst_wired = true;
  double volts = 3.3;
  int queue_polls = 2;  // reads of SR that show QW after an operation
  bool busy_for_ever = false;
  std::uint32_t raise = 0;          // ISR flags that the next operation raises
  bool refuse_options = false;      // OPTERRF and nothing changes
  std::set<std::uint32_t> frozen;   // registers that do not load what was programmed
  bool corrupt_options = false;     // OBLERR at the next reset
  bool lock_sticks = true;          // OTPL takes what is written
  std::optional<Code> cell_error;   // what every access to a one-time cell answers
  bool virgin_cells_fault = false;  // an unwritten one-time cell answers with a bus error
  bool halfwords = true;            // the probe has accesses of a chosen size
  bool services_return = false;     // success comes back in r0 and the host resets, instead of a reset
  bool services_stuck = false;      // they neither return nor reset
  bool services_refuse = false;     // whatever they are asked
  bool arguments_in_block = false;  // r0 of SetSecOB and SetProductState is the address of their arguments
  std::uint32_t state_answer = 0;   // instead of the state; 0: the state
  std::string service_checksum = "crc32";
  std::uint32_t service_word = 1;  // for "encrypt"

  // What tests look at.
  Bytes flash = Bytes(64 * 1024, 0xFF);
  Bytes otp = Bytes(1024, 0xFF);
  std::map<std::uint32_t, std::uint32_t> options;  // ...SR by offset
  std::map<std::uint32_t, std::uint32_t> words;    // everything else, by address
  std::uint32_t state = 0x39;                      // virtual
  bool locked_until_reset = false;
  int option_writes = 0;
  int erases = 0;
  int forced_writes = 0;
  int service_calls = 0;
  int resets = 0;
  Bytes stored;                 // the record that the service took
  std::uint32_t stored_at = 0;  // its destination
  FakeCore core;

  void reset_chip(std::uint32_t cause);  // a bit of RCC_RSR
  void set_nrst(bool low) override;
  void set_power(bool on) override;
  [[nodiscard]] bool closed() const { return state == 0x72 || state == 0x5C; }

  [[nodiscard]] const ProbeIdentity& identity() const override { return identity_; }
  [[nodiscard]] Result<void> attach() override;
  [[nodiscard]] Result<void> detach() override { return {}; }
  [[nodiscard]] Result<unsigned> set_speed_khz(unsigned wish) override { return speed_khz_ = wish; }
  [[nodiscard]] unsigned speed_khz() const override { return speed_khz_; }
  [[nodiscard]] Result<std::uint32_t> read_debug_port_id() override;
  [[nodiscard]] Result<void> open_access_port(std::uint8_t number) override;
  [[nodiscard]] Result<void> close_access_port(std::uint8_t) override { return {}; }
  [[nodiscard]] Result<std::uint32_t> read_word(AccessPort port, std::uint32_t address) override;
  [[nodiscard]] Result<void> write_word(AccessPort port, std::uint32_t address, std::uint32_t value) override;
  [[nodiscard]] Result<void> read_memory(AccessPort port, std::uint32_t address, std::span<std::uint8_t> into) override;
  [[nodiscard]] Result<void> write_memory(AccessPort port, std::uint32_t address, ByteView from) override;
  [[nodiscard]] Result<void> read_sized(AccessSize size, AccessPort port, std::uint32_t address,
                                        std::span<std::uint8_t> into) override;
  [[nodiscard]] Result<void> write_sized(AccessSize size, AccessPort port, std::uint32_t address,
                                         ByteView from) override;
  [[nodiscard]] Result<void> drive_reset(bool asserted) override;
  [[nodiscard]] Result<double> target_voltage() override { return powered ? volts : 0.0; }

 private:
  // In reset only the debug registers of the core answer.
  [[nodiscard]] Result<void> reach(AccessPort port, std::uint32_t address);
  [[nodiscard]] Result<std::uint32_t> load(std::uint32_t address);
  [[nodiscard]] Result<void> store(std::uint32_t address, std::uint32_t value);
  [[nodiscard]] std::uint32_t load_controller(std::uint32_t offset);
  [[nodiscard]] Result<void> store_controller(std::uint32_t offset, std::uint32_t value);
  [[nodiscard]] Result<void> key(std::uint32_t& control, std::uint32_t& last, std::uint32_t value, std::uint32_t first,
                                 std::uint32_t second);
  void command(std::uint32_t value);
  void erase_sector(std::uint32_t sector);
  void program(std::uint32_t offset, std::uint32_t value);
  void program_otp(std::uint32_t offset, ByteView bytes);
  void flush();
  void program_option(std::uint32_t offset, std::uint32_t value);
  [[nodiscard]] FakeCore::Served serve(std::uint32_t entry);
  [[nodiscard]] FakeCore::Served finish(std::uint32_t answer);
  [[nodiscard]] std::uint32_t argument(unsigned index);
  [[nodiscard]] std::uint32_t set_state();
  [[nodiscard]] std::uint32_t set_protection();
  [[nodiscard]] std::uint32_t store_record();

  ProbeIdentity identity_;
  unsigned speed_khz_ = 4000;
  std::uint32_t control_ = 1;
  std::uint32_t last_key_ = 0;
  std::uint32_t option_control_ = 1;
  std::uint32_t option_last_key_ = 0;
  std::uint32_t flags_ = 0;
  std::uint32_t option_flags_ = 0;
  int queued_ = 0;
  std::map<std::uint32_t, std::uint32_t> buffer_;      // flash word in the making, by offset
  std::map<std::uint32_t, std::uint32_t> otp_cells_;   // waiting for FW: byte by offset
  std::map<std::uint32_t, std::uint32_t> programmed_;  // ...SR by offset, in force at the next reset
  std::uint32_t status_ = 0xF5F5F5F5;                  // GetRssStatus
  std::uint32_t reset_flags_ = 0x00C00000;
  bool nrst_low_ = false;
  std::uint32_t mailbox_ack_ = 0;
};

}  // namespace rigor::test
