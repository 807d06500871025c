#include "framework/target/arm/call.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/target/arm/registers.hpp"
#include "framework/target/poll.hpp"

namespace rigor::arm {
namespace {

constexpr std::uint32_t kThumb = 1;
constexpr std::uint32_t kThumbState = 1U << 24;  // xPSR: Thumb, no exception, no flags

// ldr r0..r3, =arguments; ldr r4, =entry; blx r4; bkpt 0; b .
constexpr std::array<std::uint16_t, 8> kCode{0x4803, 0x4904, 0x4A04, 0x4B05, 0x4C05, 0x47A0, 0xBE00, 0xE7FE};
constexpr std::uint32_t kBreakpointAt = 12;
constexpr std::size_t kLiteralsAt = 2 * kCode.size();
constexpr std::size_t kUsed = kLiteralsAt + 5 * 4;
static_assert(kUsed <= kStubSize);

Result<void> place_stub(const CallMemory& memory, const Call& what) {
  std::array<std::uint8_t, kUsed> stub{};
  for (std::size_t i = 0; i < kCode.size(); ++i) store_le16(stub, 2 * i, kCode[i]);
  for (std::size_t i = 0; i < what.arguments.size(); ++i) store_le32(stub, kLiteralsAt + 4 * i, what.arguments[i]);
  store_le32(stub, kUsed - 4, what.entry | kThumb);
  RIGOR_CHECK(memory.probe.write_memory(memory.port, memory.base, stub));
  std::array<std::uint8_t, kUsed> found{};
  RIGOR_CHECK(memory.probe.read_memory(memory.port, memory.base, found));
  if (std::ranges::equal(found, stub)) return {};
  return fail(Code::chip_unexpected, fmt::format("RAM at {} does not hold what was written", hex_word(memory.base)));
}

// A debugger's writes do not reach the instruction cache of a Cortex-M7, which may hold what the memory held before.
Result<void> forget_instructions(const CallMemory& memory) {
  const auto control = memory.probe.read_word(memory.port, kCcr);
  if (!control) return may_pass(control.error()) ? Result<void>() : fail(control.error());
  if ((*control & kCcrInstructionCache) == 0) return {};
  return memory.probe.write_word(memory.port, kIciallu, 0);
}

}  // namespace

Result<CallOutcome> call(Core& core, const CallMemory& memory, const Call& what, Duration limit) {
  RIGOR_CHECK(place_stub(memory, what));
  RIGOR_CHECK(forget_instructions(memory));
  for (unsigned i = 0; i < what.arguments.size(); ++i) RIGOR_CHECK(core.write_register(kR0 + i, what.arguments[i]));
  const std::uint32_t breakpoint = memory.base + kBreakpointAt;
  RIGOR_CHECK(core.write_register(kStackPointer, memory.base + memory.size));
  RIGOR_CHECK(core.write_register(kLinkRegister, breakpoint | kThumb));
  RIGOR_CHECK(core.write_register(kProgramCounter, what.through_stub ? memory.base : what.entry & ~kThumb));
  RIGOR_CHECK(core.write_register(kStatusRegister, kThumbState));
  CallOutcome outcome;
  RIGOR_TRY(outcome.stop, core.run(limit));
  if (outcome.stop != Stop::halted) return outcome;
  RIGOR_TRY(const std::uint32_t at, core.read_register(kProgramCounter));
  if ((at & ~kThumb) == breakpoint) {
    RIGOR_TRY(outcome.answer, core.read_register(kR0));
  }
  return outcome;
}

}  // namespace rigor::arm
