// The fake chip's flash, one-time memory and option sector.
#include <algorithm>

#include "framework/target/flash_layout.hpp"
#include "tests/unit/target/fake_f4.hpp"

namespace rigor::test {
namespace {

constexpr std::uint32_t kCells = 0x200;
constexpr std::uint32_t kWriteProtected = 1U << 4;

std::vector<FlashSector> sectors_of(ChipFacts facts, std::size_t size, unsigned banks) {
  facts.flash_bank_count = banks;
  return flash_sectors(facts, static_cast<std::uint32_t>(size));
}

}  // namespace

unsigned FakeF4::banks() const {
  if (!dual_bank()) return 1;
  return flash.size() > 1U << 20 || (in_force_ >> 30 & 1U) != 0 ? 2 : 1;
}

bool FakeF4::is_protected(unsigned bank, unsigned index) const {
  const std::uint32_t word = bank == 2 ? stored_second : in_force_;
  const bool bit = (word >> (16 + index) & 1U) != 0;
  const bool code_protection = facts_.device_id != 0x413 && in_force_ >> 31 != 0;
  return bit == code_protection;
}

void FakeF4::note_operation() {
  ++touches;
  last_control = control_;
  if (!halted || (words[kF4Freeze] & 0x1800) != 0x1800) ++operations_unquiet;
}

void FakeF4::erase_sector(unsigned bank, unsigned index) {
  const auto sectors = sectors_of(facts_, flash.size(), banks());
  const auto found = std::ranges::find_if(
      sectors, [&](const FlashSector& sector) { return sector.bank == bank && sector.index == index; });
  if (found == sectors.end() || is_protected(bank, index)) {
    status_ |= kWriteProtected;
    return;
  }
  std::fill_n(flash.begin() + found->offset, found->size, 0xFF);
}

void FakeF4::erase_banks(bool first, bool second) {
  const auto sectors = sectors_of(facts_, flash.size(), banks());
  const auto chosen = [&](const FlashSector& sector) { return sector.bank == 1 ? first : second; };
  for (const FlashSector& sector : sectors) {
    if (chosen(sector) && is_protected(sector.bank, sector.index)) status_ |= kWriteProtected;
  }
  if (status_ != 0) return;
  for (const FlashSector& sector : sectors) {
    if (chosen(sector)) erase_sector(sector.bank, sector.index);
  }
}

void FakeF4::command(std::uint32_t value) {
  if ((control_ & 0x80000000) != 0) return;
  control_ = value & ~(1U << 16);
  if ((value & (1U << 16)) == 0) return;
  note_operation();
  status_ |= raise_on_erase;
  if (level() != 0xAA) status_ |= kWriteProtected;
  if (status_ != 0) return;
  const bool second = (value & (1U << 15)) != 0;
  if ((value & 4U) != 0 || second) {
    ++mass_erases;
    erase_banks((value & 4U) != 0, second);
  } else if ((value & 2U) != 0) {
    ++sector_erases;
    const std::uint32_t number = value >> 3 & 0x1F;  // bank 2 begins at 0b10000
    erase_sector(number >= 16 ? 2 : 1, number % 16);
  }
}

void FakeF4::program(AccessSize size, std::uint32_t address, ByteView unit) {
  note_operation();
  fastest_program = std::max(fastest_program, speed_khz_);
  last_access = size;
  status_ |= raise_on_program;
  if ((control_ & 1U) == 0) status_ |= 1U << 7;
  if (unit.size() != 1U << (control_ >> 8 & 3U)) status_ |= 1U << 6;
  if (level() != 0xAA) status_ |= kWriteProtected;
  if (in_one_time(address)) return program_one_time(address, unit);
  const std::uint32_t offset = address - facts_.flash_base;
  const auto sectors = sectors_of(facts_, flash.size(), banks());
  const FlashSector& sector = sectors_in(sectors, offset, 1).front();
  if (is_protected(sector.bank, sector.index)) status_ |= kWriteProtected;
  if (status_ != 0) return;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    flash[offset + i] &= unit[i];
    if (corrupt_at == offset + i) flash[offset + i] ^= 0x40;
  }
}

void FakeF4::program_one_time(std::uint32_t address, ByteView unit) {
  const std::uint32_t offset = address - kF4OneTime;
  if (offset < kCells && locks_hold && one_time[kCells + offset / 32] != 0xFF) status_ |= kWriteProtected;
  if (status_ != 0) return;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    one_time[offset + i] &= unit[i];
    if (corrupt_at == offset + i) one_time[offset + i] ^= 0x40;
  }
  if (offset >= kCells && sticky_lock) one_time[offset] = *sticky_lock;
}

void FakeF4::launch() {
  ++launches;
  note_operation();
  if (cut_at_launch) {
    cut_at_launch = false;
    stored = 0xFFFFFFFF & (facts_.device_id == 0x413 ? 0x0FFFFFEDU : 0xCFFFFFFDU);
    stored_second = 0x0FFF0000;
    reset_chip(1U << 27);
    silent_accesses_ = silence;
    return;
  }
  const auto new_level = static_cast<std::uint8_t>(options_ >> 8);
  const bool opens = level() != 0xAA && new_level == 0xAA;
  const bool drops_code_protection = in_force_ >> 31 != 0 && options_ >> 31 == 0;
  if (facts_.device_id != 0x413 && drops_code_protection && !opens) {
    status_ |= kWriteProtected;
    return;
  }
  status_ |= raise_on_erase;  // of the option sector
  if (!options_stick || raise_on_erase != 0) return;
  if (opens) std::ranges::fill(flash, 0xFF);
  stored = options_;
  stored_second = second_options_;
}

}  // namespace rigor::test
