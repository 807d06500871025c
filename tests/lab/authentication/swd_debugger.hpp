// A debugger of a few lines, for tests of chip models only: one chip, its pins, a hand-moved clock and serial-wire
// transfers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "fixtures/virtual/chip.hpp"
#include "fixtures/virtual/scheduler.hpp"

namespace rigor::lab::test {

using namespace std::chrono_literals;

// Time that moves only when the test says so.
class HandClock final : public Scheduler {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  Ticket at(TimePoint, std::function<void()>) override { return 1; }  // the models ask for no callbacks
  void cancel(Ticket) override {}
  void advance(Duration time) { now_ += time; }

 private:
  TimePoint now_{};
};

enum class Ap : std::uint8_t { system = 0, core = 1 };

// How a family's debug port wants to be used.
struct DebuggerFacts {
  std::uint32_t mailbox = 0;  // address of HOST, through the system port
  std::uint32_t control = 0;  // CSW of plain accesses, without the size
  Duration restart = 1s;      // after which everything is at rest: RSS has decided
};

class SwdDebugger {
 public:
  explicit SwdDebugger(const DebuggerFacts& facts) : facts_(facts) {}

  HandClock clock;

  [[nodiscard]] const DebuggerFacts& facts() const { return facts_; }
  void power(bool on) { chip_->supply(on ? 3.3 : 0); }
  // Power, NRST high, and everything at rest.
  void start();
  void pass(Duration time) { clock.advance(time); }
  void hold_reset();
  void release_reset() { chip_->nrst(true); }
  void restart();  // a clean NRST pulse

  // Line reset, DPIDR, power-up requests. False when nothing answers.
  bool connect();
  // Nothing when the transfer faulted (the sticky flag is cleared) or nothing answered.
  std::optional<std::uint32_t> read(Ap ap, std::uint32_t address, std::uint32_t csw, unsigned size = 4);
  std::optional<std::uint32_t> read(Ap ap, std::uint32_t address) { return read(ap, address, facts_.control); }
  bool write(Ap ap, std::uint32_t address, std::uint32_t value, std::uint32_t csw, unsigned size = 4);
  bool write(Ap ap, std::uint32_t address, std::uint32_t value) { return write(ap, address, value, facts_.control); }
  // Through access port 1, and 0xDEADDEAD when it faulted.
  std::uint32_t peek(std::uint32_t address, std::uint32_t csw) {
    return read(Ap::core, address, csw).value_or(0xDEADDEAD);
  }
  std::uint32_t peek(std::uint32_t address) { return peek(address, facts_.control); }
  void poke(std::uint32_t address, std::uint32_t value, std::uint32_t csw) {
    (void)write(Ap::core, address, value, csw);
  }
  void poke(std::uint32_t address, std::uint32_t value) { poke(address, value, facts_.control); }
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

 protected:
  // The chip is made by the derived bench; it must live as long.
  void attach(Chip& chip) { chip_ = &chip; }

 private:
  bool select(Ap ap, std::uint8_t bank);
  bool prepare(Ap ap, std::uint32_t address, std::uint32_t csw, unsigned size);

  DebuggerFacts facts_;
  Chip* chip_ = nullptr;
};

}  // namespace rigor::lab::test
