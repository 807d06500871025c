// A Cortex-M core from the debugger: halt, registers, run (Armv7-M and Armv8-M manuals, part C1).
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "framework/base/clock.hpp"
#include "framework/probe/probe.hpp"

namespace rigor::arm {

// DCRSR selectors.
inline constexpr unsigned kR0 = 0;
inline constexpr unsigned kStackPointer = 13;
inline constexpr unsigned kLinkRegister = 14;
inline constexpr unsigned kProgramCounter = 15;
inline constexpr unsigned kStatusRegister = 16;  // xPSR
inline constexpr unsigned kRegisterCount = 17;

// Why a core that was let go came to rest.
enum class Stop : std::uint8_t {
  halted,  // by itself: a breakpoint or a fault
  limit,   // the limit passed; it was halted by force
  reset,   // it was reset, or the port that leads to it went away; its registers are not the caller's any more
};

class Core {
 public:
  Core(Probe& probe, AccessPort port, Clock& clock) : probe_(probe), port_(port), clock_(clock) {}

  // Halts; let_go() lets the core run, or stay halted, as hold() found it. Errors: core_not_halted.
  [[nodiscard]] Result<void> hold();
  [[nodiscard]] Result<void> let_go();

  // hold(), and keeps the registers for restore(), which puts them back and lets go. After Stop::reset there is nothing
  // to put back, and the core runs what a reset starts. A reset may also come in the middle of restore(): ask
  // was_reset() after an error that may pass, once the port answers again, and restore() once more.
  [[nodiscard]] Result<void> borrow();
  [[nodiscard]] Result<void> restore();
  // Since run() let it go.
  [[nodiscard]] Result<bool> was_reset();

  [[nodiscard]] Result<std::uint32_t> read_register(unsigned number);
  [[nodiscard]] Result<void> write_register(unsigned number, std::uint32_t value);

  // Runs with interrupts masked until one of these happens.
  [[nodiscard]] Result<Stop> run(Duration limit);

 private:
  [[nodiscard]] Result<void> control(std::uint32_t bits);
  [[nodiscard]] Result<bool> await(std::uint32_t mask, Duration limit);
  [[nodiscard]] Result<Stop> watch(Duration limit);
  [[nodiscard]] Result<void> halt();

  Probe& probe_;
  AccessPort port_;
  Clock& clock_;
  std::uint32_t found_ = 0;  // control bits of DHCSR at hold()
  bool reset_seen_ = false;  // in a status that was read for something else; reading clears S_RESET_ST
  bool reset_ = false;       // nothing of the core is the caller's to put back
  std::array<std::uint32_t, kRegisterCount> saved_{};
};

// Asks for a system reset and requires the core to show that there was one. `come_back` attaches again and gives the
// access port to ask through afterwards. Errors: chip_unexpected when no reset followed.
[[nodiscard]] Result<void> system_reset(Probe& probe, AccessPort port,
                                        const std::function<Result<AccessPort>()>& come_back);

}  // namespace rigor::arm
