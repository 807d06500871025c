// How the debugger reaches an STM32H5 right now: which registers, through which access port, with which security.
#pragma once

#include "framework/base/clock.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/chip_facts.hpp"
#include "framework/target/poll.hpp"
#include "framework/target/product_state.hpp"

namespace rigor::h5 {

// A look at the option status: what holds until the next reset or option change.
struct View {
  std::uint32_t status = 0;  // OPTSR_CUR as read
  bool trustzone = false;    // TZEN
  // The secure registers and aliases are the debugger's: TZEN on and OPEN (stm32h5.md 3.5). Otherwise non-secure only.
  bool secure = false;

  [[nodiscard]] std::uint8_t state_code() const { return static_cast<std::uint8_t>(status >> 8); }
};

// True where the address lies in a secure alias of flash, system flash, SRAM or peripherals.
[[nodiscard]] bool is_secure_alias(std::uint32_t address);

class Access {
 public:
  Access(Probe& probe, Clock& clock, const ChipFacts& facts) : probe_(probe), clock_(clock), facts_(facts) {}

  [[nodiscard]] Probe& probe() { return probe_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] const ChipFacts& facts() const { return facts_; }

  // Opens the core's access port and reads the option status. Errors: access_port_locked, chip_in_reset.
  [[nodiscard]] Result<View> look();
  // look(), attaching again while the chip does not answer, until the limit.
  [[nodiscard]] Result<View> look_again(Duration limit);

  [[nodiscard]] AccessPort port(bool secure) const;
  [[nodiscard]] std::uint32_t controller(const View& view) const;

  // A register of the flash controller.
  [[nodiscard]] Result<std::uint32_t> read(const View& view, std::uint32_t offset);
  [[nodiscard]] Result<void> write(const View& view, std::uint32_t offset, std::uint32_t value);

  // Memory through the core's access port; the address chooses the world. Any size and alignment.
  [[nodiscard]] Result<Bytes> read_bytes(const View& view, std::uint32_t address, std::size_t size);
  [[nodiscard]] Result<void> write_bytes(const View& view, std::uint32_t address, ByteView data);
  [[nodiscard]] Result<std::uint32_t> read_word(const View& view, std::uint32_t address);

 private:
  [[nodiscard]] Error judge_fault(const Error& fault) const;
  [[nodiscard]] Result<AccessPort> port_for(const View& view, std::uint32_t address) const;

  Probe& probe_;
  Clock& clock_;
  const ChipFacts& facts_;
};

}  // namespace rigor::h5
