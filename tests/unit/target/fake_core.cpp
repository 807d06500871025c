#include "tests/unit/target/fake_core.hpp"

namespace rigor::test {
std::uint32_t FakeCore::load(std::uint32_t address) {
  if (address == kDcrdr) return transfer_;
  if (address != kDhcsr) return 0;
  const std::uint32_t value = control_ | (1U << 16) | (halted ? 1U << 17 : 0) | (reset_seen ? 1U << 25 : 0);
  reset_seen = false;
  return value;
}

void FakeCore::store(std::uint32_t address, std::uint32_t value) {
  if (address == kDcrdr) {
    transfer_ = value;
  } else if (address == kDcrsr) {
    std::uint32_t& chosen = registers[value & 0x7F];
    (value & (1U << 16)) != 0 ? chosen = transfer_ : transfer_ = chosen;
  } else if (address == kDhcsr && value >> 16 == 0xA05F) {
    control_ = value & 0xF;
    if ((value & 3U) == 3U) halted = halts;
    if ((value & 2U) == 0 && halted) {
      halted = false;
      if ((value & 8U) != 0) run();
    }
  }
}

void FakeCore::reset() {
  halted = false;
  reset_seen = true;
  for (std::uint32_t& each : registers) each = 0;
}

void FakeCore::run() {
  for (int steps = 0; steps < 32 && step(); ++steps) {
  }
}

bool FakeCore::step() {
  const std::uint32_t pc = registers[15];
  const Served served = serve ? serve(pc | 1U) : Served::nothing;
  if (served == Served::returned) {
    registers[15] = registers[14] & ~1U;
    return true;
  }
  if (served != Served::nothing) return false;
  const std::uint32_t word = fetch(pc & ~3U);
  const std::uint32_t code = (pc & 2U) != 0 ? word >> 16 : word & 0xFFFF;
  if (code == 0xBE00) {
    halted = true;
    return false;
  }
  if (!code_runs) return false;
  if ((code & 0xF800) == 0x4800) {
    registers[(code >> 8) & 7] = fetch(((pc + 4) & ~3U) + 4 * (code & 0xFF));
    registers[15] = pc + 2;
    return true;
  }
  if ((code & 0xFF87) != 0x4780) return false;
  registers[14] = (pc + 2) | 1U;
  registers[15] = registers[(code >> 3) & 15] & ~1U;
  return true;
}

}  // namespace rigor::test
