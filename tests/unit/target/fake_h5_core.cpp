// The fake chip's core and its provisioning service.
#include "framework/target/stm32h5/checksum.hpp"
#include "tests/unit/target/fake_h5.hpp"

namespace rigor::test {
namespace {

constexpr std::uint32_t kEntry = 0x0FF95001;
constexpr std::uint32_t kBuffer = 0x20034000;

bool in(std::uint32_t address, std::uint32_t base, std::uint32_t size) {
  return address >= base && address - base < size;
}

}  // namespace

void FakeH5::store_core(std::uint32_t address, std::uint32_t value) {
  if (address == 0xE000EDF4) {
    const std::uint32_t number = value & 0x7F;
    if ((value & (1U << 16)) != 0) {
      core[number] = words[0xE000EDF8];
    } else {
      words[0xE000EDF8] = core[number];
    }
  } else if (address == 0xE000EDF0 && value >> 16 == 0xA05F) {
    debug_control_ = value & 0xF;
    if ((value & 3U) == 3U) halted = halts;
    if ((value & 2U) == 0 && halted) {
      halted = false;
      if ((value & 8U) != 0) run_core();
    }
  } else {
    words[address] = value;
  }
}

// Enough of Thumb for a stub: LDR literal, BLX register, BKPT.
void FakeH5::run_core() {
  for (int steps = 0; steps < 32; ++steps) {
    const std::uint32_t pc = core[15];
    if ((pc | 1U) == kEntry) {
      serve();
      core[15] = core[14] & ~1U;
      continue;
    }
    const bool begun_in_sram = in(pc, kBuffer, 0x1000);
    if (!begun_in_sram) return;
    const std::uint32_t word = words[pc & ~3U];
    const std::uint32_t code = (pc & 2U) != 0 ? word >> 16 : word & 0xFFFF;
    if (code == 0xBE00) {
      halted = true;
      return;
    }
    if (!stub_runs) return;
    if ((code & 0xF800) == 0x4800) {
      core[(code >> 8) & 7] = words[((pc + 4) & ~3U) + 4 * (code & 0xFF)];
      core[15] = pc + 2;
    } else if ((code & 0xFF87) == 0x4780) {
      core[14] = (pc + 2) | 1U;
      core[15] = core[(code >> 3) & 15] & ~1U;
    } else {
      return;
    }
  }
}

void FakeH5::serve() {
  ++calls;
  if (on_call) on_call();
  const std::uint32_t at = core[0];
  const std::uint32_t source = words[at];
  const std::uint32_t size = words[at + 8];
  Bytes data(size);
  for (std::uint32_t i = 0; i < size; i += 4) store_le32(data, i, words[source + i]);
  Bytes header(16);
  for (std::uint32_t i = 0; i < 16; i += 4) store_le32(header, i, words[at + i]);
  Bytes covered = data;
  covered.insert(service_header_first ? covered.begin() : covered.end(), header.begin(), header.end());
  if (words[at + 16] != h5::checksum(service_checksum, covered)) {
    core[0] = 0xF5F58080;
  } else if (words[at + 12] != service_plain_word) {
    core[0] = 0xF5F5F5F5;
  } else {
    stored = data;
    core[0] = 0xEAEAEAEA;
  }
  core[4] = 0;
}

}  // namespace rigor::test
