#include "tests/unit/target/loader_chip.hpp"

#include <algorithm>

#include "tests/unit/target/fake_core.hpp"

namespace rigor::test {
LoaderChip::LoaderChip(InstantClock& clock) : clock_(clock), ran_until_(clock.now()) {
  for (std::uint32_t i = 0; i < 15; ++i) core.r[i] = 0x1000 + i;
  core.r[15] = 0x08000100;
  core.load = [this](std::uint32_t address, unsigned size) { return core_load(address, size); };
  core.store = [this](std::uint32_t address, std::uint32_t value) { core_store(address, value); };
}

Result<void> LoaderChip::access() {
  ++accesses;
  if (fails_after && (*fails_after)-- <= 0) return fail(Code::probe_lost, "as told");
  RIGOR_CHECK(clock_.sleep_for(access_time));
  catch_up();
  return {};
}

void LoaderChip::catch_up() {
  const auto passed = static_cast<std::uint64_t>((clock_.now() - ran_until_).count()) * core_khz / 1'000'000;
  ran_until_ = clock_.now();
  const bool in_ram = core.r[15] >= kRam && core.r[15] - kRam < ram.size();
  for (std::uint64_t i = 0; i < passed; ++i, ++cycles) {
    if (halted || faulted || !runs || !in_ram) continue;
    const auto step = core.step();
    halted = step == ThumbMachine::Step::breakpoint;
    faulted = step == ThumbMachine::Step::fault;
  }
}

std::uint32_t LoaderChip::core_load(std::uint32_t address, unsigned size) {
  if (address == kStatus) return busy_for_ever || cycles < busy_until_ ? kBusy : 0;
  if (address == kErrors) return cycles < busy_until_ ? 0 : errors_;
  const bool in_ram = address >= kRam && address - kRam + size <= ram.size();
  const bool in_flash = address >= kFlash && address - kFlash + size <= flash.size();
  if (!in_ram && !in_flash) {
    faulted = true;
    return 0;
  }
  const std::uint8_t* at = in_ram ? &ram[address - kRam] : &flash[address - kFlash];
  std::uint32_t value = 0;
  for (unsigned i = 0; i < size; ++i) value |= static_cast<std::uint32_t>(at[i]) << (8 * i);
  return value;
}

void LoaderChip::core_store(std::uint32_t address, std::uint32_t value) {
  if (address >= kRam && address - kRam < ram.size())
    return store_le32(std::span(ram).subspan(address - kRam), 0, value);
  if (address < kFlash || address - kFlash >= flash.size()) {
    faulted = true;
    return;
  }
  overrun = overrun || cycles < busy_until_;
  const std::uint32_t unit = 4 * unit_words;
  const bool hit = error_at && address / unit == *error_at / unit;
  if (hit) errors_ = 1U << 17;
  if (errors_ == 0) store_le32(std::span(flash).subspan(address - kFlash), 0, value);
  overrun = overrun || (address / 4) % unit_words != words_of_unit_;
  words_of_unit_ = (words_of_unit_ + 1) % unit_words;
  if (words_of_unit_ == 0) busy_until_ = cycles + static_cast<std::uint64_t>(unit_time.count()) * core_khz / 1'000'000;
}

std::uint32_t LoaderChip::debugger_load(std::uint32_t address) {
  if (address == kDhcsr) return (control_ & 0xF) | 1U << 16 | (halted ? 1U << 17 : 0);
  if (address == kDcrdr) return register_value_;
  if (address >= kRam && address - kRam < ram.size()) return load_le32(ram, address - kRam);
  if (address >= kFlash && address - kFlash < flash.size()) return load_le32(flash, address - kFlash);
  return 0;
}

void LoaderChip::debugger_store(std::uint32_t address, std::uint32_t value) {
  if (address == kDcrdr) {
    register_value_ = value;
  } else if (address == kDcrsr) {
    const std::uint32_t number = value & 0x7F;
    std::uint32_t& selected = number == 16 ? status_register_ : core.r[number & 15];
    if ((value & 1U << 16) != 0) {
      selected = register_value_;
    } else {
      register_value_ = selected;
    }
  } else if (address == kDhcsr && value >> 16 == 0xA05F) {
    control_ = value & 0xF;
    if ((value & 3U) == 3U) halted = halted || halts;
    if ((value & 2U) == 0 || (value & 1U) == 0) halted = false;
  } else if (address >= kRam && address - kRam < ram.size()) {
    store_le32(std::span(ram).subspan(address - kRam), 0, value);
  }
}

Result<std::uint32_t> LoaderChip::read_word(AccessPort port, std::uint32_t address) {
  std::array<std::uint8_t, 4> bytes{};
  RIGOR_CHECK(read_memory(port, address, bytes));
  return load_le32(bytes);
}
Result<void> LoaderChip::write_word(AccessPort port, std::uint32_t address, std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes{};
  store_le32(bytes, 0, value);
  return write_memory(port, address, bytes);
}
Result<void> LoaderChip::read_memory(AccessPort, std::uint32_t address, std::span<std::uint8_t> into) {
  RIGOR_CHECK(access());
  ++reads;
  for (std::uint32_t i = 0; i < into.size(); i += 4) store_le32(into, i, debugger_load(address + i));
  return {};
}
Result<void> LoaderChip::write_memory(AccessPort, std::uint32_t address, ByteView from) {
  RIGOR_CHECK(access());
  if (ram_faults && address >= kRam && address - kRam < ram.size()) return fail(Code::swd_fault, "as told");
  for (std::uint32_t i = 0; i < from.size(); i += 4) debugger_store(address + i, load_le32(from, i));
  return {};
}

}  // namespace rigor::test
