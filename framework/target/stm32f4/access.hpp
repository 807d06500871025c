// How the debugger reaches an STM32F4 right now: its option bytes, and with them what it lets through.
#pragma once

#include "framework/base/clock.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/chip_facts.hpp"
#include "framework/target/product_state.hpp"
#include "framework/target/stm32f4/part.hpp"

namespace rigor::f4 {

// The option bytes as loaded; what holds until the next reset or option change.
struct View {
  std::uint32_t options = 0;         // OPTCR
  std::uint32_t second_options = 0;  // OPTCR1; zero where the part has none

  [[nodiscard]] std::uint8_t level_code() const { return static_cast<std::uint8_t>(options >> 8); }
  [[nodiscard]] ProductState level() const;
  // SPRMOD: the nWRP bits choose sectors with code protection (PCROP), and a one protects.
  [[nodiscard]] bool code_protection() const { return options >> 31 != 0; }
};

class Access {
 public:
  Access(Probe& probe, Clock& clock, const ChipFacts& facts, const Part& part, unsigned parallelism)
      : probe_(probe), clock_(clock), facts_(facts), part_(part), parallelism_(parallelism) {}

  [[nodiscard]] Probe& probe() { return probe_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] const ChipFacts& facts() const { return facts_; }
  [[nodiscard]] const Part& part() const { return part_; }
  // Bits that one access programs.
  [[nodiscard]] unsigned parallelism() const { return parallelism_; }
  [[nodiscard]] AccessPort port() const { return {.number = facts_.core_access_port}; }

  // Opens the access port and reads the option registers.
  // Errors: access_port_locked, as after level 2; chip_in_reset when they read as zero.
  [[nodiscard]] Result<View> look();
  // look(), attaching again while the chip does not answer, until the limit.
  [[nodiscard]] Result<View> look_again(Duration limit);
  // The same of a chip at level 0; state_unsuitable otherwise. `what` cannot be done at the other levels.
  [[nodiscard]] Result<View> look_at_open_chip(std::string_view what);

  // A register of the flash controller.
  [[nodiscard]] Result<std::uint32_t> read(std::uint32_t offset) {
    return probe_.read_word(port(), facts_.flash_registers + offset);
  }
  [[nodiscard]] Result<void> write(std::uint32_t offset, std::uint32_t value) {
    return probe_.write_word(port(), facts_.flash_registers + offset, value);
  }

  // Asks for a system reset, which loads the option bytes, and looks again.
  [[nodiscard]] Result<View> reset();

 private:
  Probe& probe_;
  Clock& clock_;
  const ChipFacts& facts_;
  const Part& part_;
  unsigned parallelism_;
};

}  // namespace rigor::f4
