// How the debugger reaches an STM32H7RS: the core's access port for memory and the flash controller.
//
// That port goes through the AXI bus, which stands while NRST is low (stm32h7rs.md 1), and is shut in CLOSED and
// LOCKED.
#pragma once

#include "framework/base/clock.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/chip_facts.hpp"
#include "framework/target/poll.hpp"

namespace rigor::h7rs {

class Access {
 public:
  Access(Probe& probe, Clock& clock, const ChipFacts& facts) : probe_(probe), clock_(clock), facts_(facts) {}

  [[nodiscard]] Probe& probe() { return probe_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] const ChipFacts& facts() const { return facts_; }
  [[nodiscard]] AccessPort port() const { return {.number = facts_.core_access_port}; }
  [[nodiscard]] std::uint32_t controller() const { return facts_.flash_registers; }

  // Opens the core's access port and reads NVSTATE. Errors: access_port_locked, also for a port that
  // faults; chip_in_reset when no state is there, or none can be read while the core answers.
  [[nodiscard]] Result<std::uint32_t> look();
  // look(), attaching again while the chip does not answer, until the limit.
  [[nodiscard]] Result<std::uint32_t> look_again(Duration limit);

  // A register of the flash controller.
  [[nodiscard]] Result<std::uint32_t> read(std::uint32_t offset);
  [[nodiscard]] Result<void> write(std::uint32_t offset, std::uint32_t value);

  // Requires the core to show that there was a reset.
  [[nodiscard]] Result<void> system_reset();

 private:
  [[nodiscard]] Error judge_fault(Error fault);

  Probe& probe_;
  Clock& clock_;
  const ChipFacts& facts_;
};

}  // namespace rigor::h7rs
