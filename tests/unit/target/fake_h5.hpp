// An STM32H5 at register level behind a Probe that never fails by itself: the flash controller with its locks and
// flags, option bytes, the core's debug registers, reset flags, the mailbox, and a provisioning service. Written from
// stm32h5.md.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "framework/probe/probe.hpp"
#include "framework/target/chip_facts.hpp"
#include "tests/unit/target/fake_board.hpp"
#include "tests/unit/target/fake_core.hpp"

namespace rigor::test {

[[nodiscard]] ChipFacts h523_facts();

class FakeH5 final : public Probe, public FakeBoard {
 public:
  explicit FakeH5(std::uint16_t device_id = 0x478);

  // What tests turn.
  bool powered = true;
  bool supply_wired = true;  // the switch reaches the chip
  bool nrst_wired = true;
  bool port1_open_to_all = true;  // false: the core's access port refuses
  bool launch_resets = false;     // an option launch resets the chip
  int silence_after_launch = 5;   // accesses that get no answer after such a reset
  bool refuse_options = false;    // OPTCHANGEERR and nothing changes
  std::set<std::string> frozen;   // registers ("offset in hex") that a launch does not change, without a flag
  bool busy_for_ever = false;
  std::uint32_t protected_from = 0xFFFFFFFF;  // flash offset from which sectors are write protected
  std::uint32_t raise_on_program = 0;         // flags a programming access raises
  std::optional<std::uint32_t> corrupt_at;    // flash offset whose byte is stored wrong
  std::optional<std::uint32_t> unstable_at;   // flash offset of a word that every other read gets wrong

  // The service.
  std::string service_checksum = "crc32";
  bool service_header_first = false;
  std::uint32_t service_plain_word = 0;
  Bytes stored;  // what the service accepted
  int calls = 0;
  std::function<void()> on_call;

  // One-time memory: the cells that were written, by address. Reading another is a fault, or all ones.
  std::map<std::uint32_t, std::uint16_t> cells;
  bool virgin_cells_fault = false;
  std::map<std::uint32_t, std::uint16_t> damaged_cells;  // fault, and what their error code has seen
  int spoilt_cells = 0;                                  // written a second time, or under a lock

  // What tests look at.
  Bytes flash;
  std::map<std::uint32_t, std::uint32_t> options;  // CUR registers by offset
  std::map<std::uint32_t, std::uint32_t> words;    // everything else, by address
  bool locked_until_reset = false;
  int launches = 0;
  int mass_erases = 0;
  int sector_erases = 0;
  FakeCore core;

  void reset_chip(std::uint32_t cause);  // a bit of RCC_RSR
  void set_nrst(bool low) override;
  void set_power(bool on) override;
  void set_state(std::uint8_t code) { options[0x50] = (options[0x50] & ~0xFF00U) | (code << 8U); }
  void set_trustzone(bool on) { options[0x70] = (options[0x70] & 0xFFFFFFU) | (on ? 0xB4000000U : 0xC3000000U); }

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
  [[nodiscard]] Result<double> target_voltage() override { return powered ? 3.3 : 0.0; }

 private:
  struct Side {
    std::uint32_t control = 1;  // LOCK
    std::uint32_t status = 0;
    std::uint32_t last_key = 0;
  };

  [[nodiscard]] Result<void> reach(AccessPort port);
  [[nodiscard]] std::uint32_t load(AccessPort port, std::uint32_t address);
  void store(AccessPort port, std::uint32_t address, std::uint32_t value);
  [[nodiscard]] std::uint32_t load_controller(std::uint32_t offset);
  void store_controller(std::uint32_t offset, std::uint32_t value);
  void key(std::uint32_t& control, std::uint32_t& last, std::uint32_t value, std::uint32_t first, std::uint32_t second);
  void command(Side& side, bool secure, std::uint32_t value);
  void erase_sector(Side& side, bool secure, std::uint32_t sector);
  void program(Side& side, bool secure, std::uint32_t offset, std::uint32_t value);
  void launch();
  void serve();
  [[nodiscard]] bool trustzone() const { return options.at(0x70) >> 24 == 0xB4; }
  [[nodiscard]] bool is_secure_sector(std::uint32_t sector) const;

  ProbeIdentity identity_;
  unsigned speed_khz_ = 4000;
  Side nonsecure_;
  Side secure_;
  std::uint32_t ecc_data_ = 0;  // ECCDR: of the last double error
  std::uint32_t option_control_ = 1;
  std::uint32_t option_last_key_ = 0;
  std::map<std::uint32_t, std::uint32_t> requested_;  // PRG registers by CUR offset
  std::uint32_t reset_flags_ = 0x0C000000;
  bool nrst_low_ = false;
  std::uint32_t mailbox_ack_ = 0;
  int silent_accesses_ = 0;
  bool reads_wrong_ = false;
};

}  // namespace rigor::test
