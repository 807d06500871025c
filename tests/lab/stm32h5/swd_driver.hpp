// A debugger of a few lines, for these tests only: one chip, its pins, a hand-moved clock and serial-wire transfers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "fixtures/virtual/stm32h5/stm32h5.hpp"

namespace rigor::lab::test {

using namespace std::chrono_literals;

// Time that moves only when the test says so.
class HandClock final : public Scheduler {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  Ticket at(TimePoint, std::function<void()>) override { return 1; }  // the model asks for no callbacks
  void cancel(Ticket) override {}
  void advance(Duration time) { now_ += time; }

 private:
  TimePoint now_{};
};

enum class Ap : std::uint8_t { system = 0, core = 1 };
inline constexpr std::uint32_t kPlain = 0x4B000000, kSecure = 0x0B000000;  // CSW, stm32h5.md 1

class Bench {
 public:
  explicit Bench(const Stm32h5Options& options = {}, RandomBytes challenges = seeded_bytes(1));

  HandClock clock;
  std::unique_ptr<Stm32h5Chip> chip;

  void power(bool on) { chip->supply(on ? 3.3 : 0); }
  // Power, NRST high, and everything at rest: RSS has decided.
  void start();
  void pass(Duration time) { clock.advance(time); }
  void hold_reset();
  void release_reset() { chip->nrst(true); }
  void restart();  // a clean NRST pulse, and RSS has decided

  // Line reset, DPIDR, power-up requests. False when nothing answers.
  bool connect();
  // Nothing when the transfer faulted (the sticky flag is cleared) or nothing answered.
  std::optional<std::uint32_t> read(Ap ap, std::uint32_t address, std::uint32_t csw = kPlain, unsigned size = 4);
  bool write(Ap ap, std::uint32_t address, std::uint32_t value, std::uint32_t csw = kPlain, unsigned size = 4);
  // Through access port 1, and 0xDEADDEAD when it faulted.
  std::uint32_t peek(std::uint32_t address, std::uint32_t csw = kPlain) {
    return read(Ap::core, address, csw).value_or(0xDEADDEAD);
  }
  void poke(std::uint32_t address, std::uint32_t value, std::uint32_t csw = kPlain) {
    (void)write(Ap::core, address, value, csw);
  }
  void poke_block(std::uint32_t address, std::span<const std::uint8_t> bytes);

  // One transaction, repeated while the chip says WAIT (1 us each, at most 60 s of lab time).
  SwdReply transact_read(bool ap, std::uint8_t address);
  SwdAck transact_write(bool ap, std::uint8_t address, std::uint32_t data);
  bool fault_pending();

  // Core, by its debug registers.
  bool halt();
  std::uint32_t core_register(std::uint32_t number);
  void set_core_register(std::uint32_t number, std::uint32_t value);
  void resume();
  bool wait_halted(Duration limit);

  // Flash controller, non-secure face unless said otherwise.
  void unlock_flash(bool secure = false);
  void unlock_options();
  void wait_flash();
  std::uint32_t flash_status(bool secure = false);
  // Programs the OPTSR state field and launches; returns NSSR.
  std::uint32_t request_state(ProductState state);
  // Any option word: PRG register offset, value; launches; returns NSSR.
  std::uint32_t request_option(std::uint32_t program_offset, std::uint32_t value, std::uint32_t csw = kPlain);

 private:
  bool select(Ap ap, std::uint8_t bank);
  bool prepare(Ap ap, std::uint32_t address, std::uint32_t csw, unsigned size);
};

inline constexpr std::uint32_t kFlashRegisters = 0x40022000, kSecureFlashRegisters = 0x50022000;
inline constexpr std::uint32_t kFlash = 0x08000000, kSecureFlash = 0x0C000000;

}  // namespace rigor::lab::test
