#include "framework/target/arm/core_registers.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "framework/target/arm/registers.hpp"

namespace rigor::arm {
namespace {

constexpr std::size_t kAccessesEach = 3;

// The core needs a few cycles for each register and the wire takes longer than that, so nearly always yes.
bool all_ready(std::span<const WordAccess> accesses) {
  return std::ranges::all_of(accesses, [](const WordAccess& access) {
    return access.writes || access.address != kDhcsr || (access.value & kDhcsrRegisterReady) != 0;
  });
}

}  // namespace

Result<void> read_registers(Probe& probe, AccessPort port, Clock& clock, std::span<CoreRegister> registers) {
  std::vector<WordAccess> accesses;
  for (const CoreRegister& each : registers)
    accesses.insert(accesses.end(),
                    {WordAccess::write(kDcrsr, each.number), WordAccess::read(kDhcsr), WordAccess::read(kDcrdr)});
  RIGOR_CHECK(probe.transfer(port, accesses));
  const bool ready = all_ready(accesses);
  Core patient(probe, port, clock);
  for (std::size_t i = 0; i < registers.size(); ++i) {
    registers[i].value = accesses[kAccessesEach * i + 2].value;
    if (ready) continue;
    RIGOR_TRY(registers[i].value, patient.read_register(registers[i].number));
  }
  return {};
}

Result<void> write_registers(Probe& probe, AccessPort port, Clock& clock, std::span<const CoreRegister> registers) {
  std::vector<WordAccess> accesses;
  for (const CoreRegister& each : registers)
    accesses.insert(accesses.end(), {WordAccess::write(kDcrdr, each.value),
                                     WordAccess::write(kDcrsr, each.number | kDcrsrWrite), WordAccess::read(kDhcsr)});
  RIGOR_CHECK(probe.transfer(port, accesses));
  if (all_ready(accesses)) return {};
  Core patient(probe, port, clock);
  for (const CoreRegister& each : registers) RIGOR_CHECK(patient.write_register(each.number, each.value));
  return {};
}

Result<void> start_masked(Probe& probe, AccessPort port) {
  // The mask may change only while the core is halted, and not in the same write that lets it go.
  std::array accesses{
      WordAccess::write(kDhcsr, kDhcsrKey | kDhcsrDebugEnable | kDhcsrHalt | kDhcsrMaskInterrupts),
      WordAccess::write(kDhcsr, kDhcsrKey | kDhcsrDebugEnable | kDhcsrMaskInterrupts),
  };
  return probe.transfer(port, accesses);
}

}  // namespace rigor::arm
