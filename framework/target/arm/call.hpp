// Calling a function of the chip's own from the debugger: with a borrowed core, a stub in RAM and a stack behind it.
//
//   arm::Core core(probe, port, clock);
//   RIGOR_CHECK(core.borrow());
//   RIGOR_TRY(const auto outcome, arm::call(core, memory, {.entry = entry, .arguments = {pointer}}, limit));
//   RIGOR_CHECK(core.restore());
//
// How ST's tool begins such a call is not known (stm32h5.md 10), so there are two ways: a stub that loads the arguments
// and branches, and registers set by hand with the entry as program counter.
#pragma once

#include <array>
#include <optional>

#include "framework/target/arm/core.hpp"

namespace rigor::arm {

// RAM that the call may use: the stub lies at its start, the stack grows down from its end; what is between them is the
// caller's, from kStubSize on. What it held before is lost.
struct CallMemory {
  Probe& probe;
  AccessPort port;
  std::uint32_t base = 0;  // a multiple of 8
  std::uint32_t size = 0;  // bytes, a multiple of 8
};
inline constexpr std::uint32_t kStubSize = 0x40;

struct Call {
  std::uint32_t entry = 0;  // with or without the Thumb bit
  std::array<std::uint32_t, 4> arguments{};
  bool through_stub = true;  // false: registers set, straight into the entry
};

struct CallOutcome {
  std::optional<std::uint32_t> answer;  // r0; nothing when the call did not come back
  Stop stop = Stop::halted;             // halted without an answer: a fault, or somebody else's breakpoint
};

// The core must be borrowed. Errors: chip_unexpected when the memory does not hold the stub.
[[nodiscard]] Result<CallOutcome> call(Core& core, const CallMemory& memory, const Call& what, Duration limit);

}  // namespace rigor::arm
