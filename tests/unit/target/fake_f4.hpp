// An STM32F4 at register level behind a Probe that never fails by itself: the flash controller with its locks and
// flags, stored and loaded option bytes, read protection, one-time memory, the core's debug registers and the reset
// flags. Written from stm32f4.md.
#pragma once

#include <map>
#include <optional>

#include "framework/target/chip_facts.hpp"
#include "tests/unit/target/fake_board.hpp"

namespace rigor::test {

inline constexpr std::uint32_t kF4OneTime = 0x1FFF7800;
inline constexpr std::uint32_t kF4Freeze = 0xE0042008;  // DBGMCU, watchdogs of a halted core

[[nodiscard]] ChipFacts f407_facts();
[[nodiscard]] ChipFacts f429_facts();  // two banks of 1 MB, option control 1, PCROP

class FakeF4 final : public Probe, public FakeBoard {
 public:
  explicit FakeF4(const ChipFacts& facts);

  // What tests turn.
  bool powered = true;
  bool supply_wired = true;
  bool nrst_wired = true;
  bool busy_for_ever = false;
  std::uint32_t raise_on_program = 0;       // flags a programming access raises
  std::uint32_t raise_on_erase = 0;         // flags an erase raises
  std::optional<std::uint32_t> corrupt_at;  // flash offset whose byte is stored wrong
  std::optional<std::uint8_t> sticky_lock;  // what a lock byte holds after 0x00 was written to it
  bool locks_hold = true;                   // false: a locked block still takes writes
  bool options_stick = true;                // false: a launch stores nothing, and no flag says so
  bool cut_at_launch = false;               // power fails while the option sector is erased
  int silence = 5;                          // accesses without an answer after such a cut
  bool hides_information = false;           // unique id and sizes fault

  // What tests look at.
  Bytes flash;
  Bytes one_time;  // the cells and, behind them, the locks
  std::uint32_t stored = 0x0FFFAAED;
  std::uint32_t stored_second = 0x0FFF0000;
  std::map<std::uint32_t, std::uint32_t> words;  // everything else, by address
  bool locked_until_reset = false;
  bool halted = false;
  int launches = 0;
  int sector_erases = 0;
  int mass_erases = 0;
  int operations_unquiet = 0;      // begun while the core ran or a watchdog could bite
  int touches = 0;                 // programming accesses and operations
  unsigned fastest_program = 0;    // kHz
  AccessSize last_access{};        // of a programming access
  std::uint32_t last_control = 0;  // CR at the last operation

  void reset_chip(std::uint32_t cause);  // bits of RCC_CSR; loads the option bytes
  void set_nrst(bool low) override;
  void set_power(bool on) override;
  void load_options(std::uint32_t options);  // as if stored long ago

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
  [[nodiscard]] Result<void> write_sized(AccessSize size, AccessPort port, std::uint32_t address,
                                         ByteView from) override;
  [[nodiscard]] Result<void> drive_reset(bool asserted) override;
  [[nodiscard]] Result<double> target_voltage() override { return powered ? 3.3 : 0.0; }

 private:
  [[nodiscard]] Result<void> reach();
  [[nodiscard]] Result<std::uint32_t> load(std::uint32_t address);
  [[nodiscard]] Result<void> store(std::uint32_t address, std::uint32_t value);
  [[nodiscard]] std::uint32_t load_controller(std::uint32_t offset) const;
  [[nodiscard]] Result<void> store_controller(std::uint32_t offset, std::uint32_t value);
  [[nodiscard]] Result<void> key(std::uint32_t& control, std::uint32_t lock, std::uint32_t& last, std::uint32_t value,
                                 std::uint32_t first, std::uint32_t second);
  void command(std::uint32_t value);
  void erase_sector(unsigned bank, unsigned index);
  void erase_banks(bool first, bool second);
  void program(AccessSize size, std::uint32_t address, ByteView unit);
  void program_one_time(std::uint32_t address, ByteView unit);
  void launch();
  void note_operation();
  [[nodiscard]] bool dual_bank() const { return facts_.flash_bank_count == 2; }
  [[nodiscard]] unsigned banks() const;
  [[nodiscard]] bool is_protected(unsigned bank, unsigned index) const;
  [[nodiscard]] std::uint8_t level() const { return static_cast<std::uint8_t>(in_force_ >> 8); }
  [[nodiscard]] bool in_flash(std::uint32_t address) const;
  [[nodiscard]] bool in_one_time(std::uint32_t address) const;

  ChipFacts facts_;
  ProbeIdentity identity_;
  unsigned speed_khz_ = 4000;
  std::uint32_t control_ = 0x80000000;
  std::uint32_t status_ = 0;
  std::uint32_t last_key_ = 0;
  std::uint32_t options_ = 0x0FFFAAED;  // OPTCR as written or loaded
  std::uint32_t second_options_ = 0x0FFF0000;
  std::uint32_t in_force_ = 0x0FFFAAED;  // as loaded
  std::uint32_t last_option_key_ = 0;
  std::uint32_t reset_flags_ = 0x0E000000;
  std::uint32_t debug_control_ = 0;
  bool reset_seen_ = true;
  bool nrst_low_ = false;
  int silent_accesses_ = 0;
};

}  // namespace rigor::test
