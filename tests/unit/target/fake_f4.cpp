#include "tests/unit/target/fake_f4.hpp"

#include <algorithm>

namespace rigor::test {
namespace {

constexpr std::uint32_t kF4Controller = 0x40023C00;
constexpr std::uint32_t kCsr = 0x40023874;
constexpr std::uint32_t kInformation = 0x1FFF7A10;  // unique id and flash size
constexpr std::uint32_t kOneTimeSize = 0x210;
constexpr std::uint32_t kBackupSram = 0x40024000;

ChipFacts common_facts() {
  ChipFacts facts;
  facts.family = Family::stm32f4;
  facts.flash_base = 0x08000000;
  facts.flash_registers = kF4Controller;
  facts.flash_sector_runs = {{4, 16 << 10}, {1, 64 << 10}, {7, 128 << 10}};
  facts.unique_id_address = kInformation;
  facts.flash_size_address = 0x1FFF7A22;
  facts.package_address = 0x1FFF7BF0;
  facts.rcc_reset_status = kCsr;
  facts.otp = {.base = kF4OneTime, .size = 512, .block_size = 32, .lock_bytes = 0x1FFF7A00};
  facts.core_access_port = 0;
  return facts;
}

}  // namespace

ChipFacts f407_facts() {
  ChipFacts facts = common_facts();
  facts.name = "stm32f407";
  facts.device_id = 0x413;
  facts.flash_size = 1 << 20;
  facts.flash_bank_count = 1;
  facts.bootloader_version_address = 0x1FFF77DE;
  return facts;
}

ChipFacts f429_facts() {
  ChipFacts facts = common_facts();
  facts.name = "stm32f429";
  facts.device_id = 0x419;
  facts.flash_size = 2 << 20;
  facts.flash_bank_count = 2;
  facts.bootloader_version_address = 0x1FFF76DE;
  return facts;
}

FakeF4::FakeF4(const ChipFacts& facts) : flash(facts.flash_size, 0xFF), one_time(kOneTimeSize, 0xFF), facts_(facts) {
  words[0xE0042000] = 0x10070000U | facts.device_id;
  words[kInformation] = 0x0032001A;
  words[kInformation + 4] = 0x3333510A;
  words[kInformation + 8] = 0x30363532;
  words[0x1FFF7A20] = facts.flash_size / 1024 << 16;
  words[facts.bootloader_version_address & ~3U] = 0x00910000;
  words[0x1FFF7BF0] = 0xFFFF0711;
}

bool FakeF4::in_flash(std::uint32_t address) const {
  return in(address, facts_.flash_base, static_cast<std::uint32_t>(flash.size()));
}
bool FakeF4::in_one_time(std::uint32_t address) const { return in(address, kF4OneTime, kOneTimeSize); }

Result<void> FakeF4::reach() {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  if (silent_accesses_ > 0) {
    --silent_accesses_;
    return fail(Code::swd_no_answer, "cut");
  }
  if (level() == 0xCC) return fail(Code::swd_no_answer, "level 2");
  return {};
}

Result<void> FakeF4::attach() { return reach(); }
Result<std::uint32_t> FakeF4::read_debug_port_id() {
  RIGOR_CHECK(reach());
  return 0x2BA01477U;
}
Result<void> FakeF4::open_access_port(std::uint8_t number) {
  RIGOR_CHECK(reach());
  if (number != 0) return fail(Code::access_port_locked, "there is one access port");
  return {};
}
Result<std::uint32_t> FakeF4::read_word(AccessPort, std::uint32_t address) {
  RIGOR_CHECK(reach());
  return load(address);
}
Result<void> FakeF4::write_word(AccessPort port, std::uint32_t address, std::uint32_t value) {
  std::uint8_t bytes[4];
  store_le32(bytes, 0, value);
  return write_sized(AccessSize::word, port, address, bytes);
}
Result<void> FakeF4::read_memory(AccessPort, std::uint32_t address, std::span<std::uint8_t> into) {
  RIGOR_CHECK(reach());
  for (std::size_t at = 0; at < into.size(); at += 4) {
    RIGOR_TRY(const std::uint32_t word, load(address + static_cast<std::uint32_t>(at)));
    store_le32(into, at, word);
  }
  return {};
}
Result<void> FakeF4::write_memory(AccessPort port, std::uint32_t address, ByteView from) {
  return write_sized(AccessSize::word, port, address, from);
}

Result<void> FakeF4::write_sized(AccessSize size, AccessPort, std::uint32_t address, ByteView from) {
  RIGOR_CHECK(reach());
  const auto unit = static_cast<std::size_t>(size);
  if (address % unit != 0 || from.size() % unit != 0) return fail(Code::usage, "not whole accesses");
  for (std::size_t at = 0; at < from.size(); at += unit) {
    const std::uint32_t where = address + static_cast<std::uint32_t>(at);
    if (in_flash(where) || in_one_time(where)) {
      program(size, where, from.subspan(at, unit));
    } else if (size == AccessSize::word) {
      RIGOR_CHECK(store(where, load_le32(from, at)));
    } else {
      return fail(Code::swd_fault, "registers take words");
    }
  }
  return {};
}

Result<void> FakeF4::drive_reset(bool asserted) {
  set_nrst(asserted);
  return {};
}

Result<std::uint32_t> FakeF4::load(std::uint32_t address) {
  const bool hidden = in_flash(address) || in_one_time(address) || address == kBackupSram;
  if (hidden && level() != 0xAA) return fail(Code::swd_fault, "read protection");
  if (in_flash(address)) return load_le32(flash, address - facts_.flash_base);
  if (in_one_time(address)) return load_le32(one_time, address - kF4OneTime);
  if (hides_information && address >> 16 == 0x1FFF) return fail(Code::swd_fault, "hidden");
  if (in(address, kF4Controller, 0x400)) return load_controller(address - kF4Controller);
  if (address == 0xE000EDF0) {
    const std::uint32_t value =
        (debug_control_ & 0xF) | (1U << 16) | (halted ? 1U << 17 : 0) | (reset_seen_ ? 1U << 25 : 0);
    reset_seen_ = false;
    return value;
  }
  if (address == kCsr) return reset_flags_ | words[kCsr];
  const auto found = words.find(address);
  return found == words.end() ? 0 : found->second;
}

Result<void> FakeF4::store(std::uint32_t address, std::uint32_t value) {
  if (in(address, kF4Controller, 0x400)) return store_controller(address - kF4Controller, value);
  if (address == kCsr) {
    if ((value & (1U << 24)) != 0) reset_flags_ = 0;
    words[kCsr] = value & 1U;  // LSION
  } else if (address == 0xE000ED0C && value == 0x05FA0004) {
    reset_chip(1U << 28);
  } else if (address == 0xE000EDF0) {
    if (value >> 16 != 0xA05F) return {};
    debug_control_ = value & 0xF;
    halted = (value & 3U) == 3U;
  } else {
    words[address] = value;
  }
  return {};
}

std::uint32_t FakeF4::load_controller(std::uint32_t offset) const {
  switch (offset) {
    case 0x0C:
      return status_ | (busy_for_ever ? 1U << 16 : 0);
    case 0x10:
      return control_;
    case 0x14:
      return nrst_low_ ? 0 : options_;
    case 0x18:
      return dual_bank() ? second_options_ : 0;
    default:
      return 0;
  }
}

Result<void> FakeF4::store_controller(std::uint32_t offset, std::uint32_t value) {
  switch (offset) {
    case 0x04:
      return key(control_, 0x80000000, last_key_, value, 0x45670123, 0xCDEF89AB);
    case 0x08:
      return key(options_, 1, last_option_key_, value, 0x08192A3B, 0x4C5D6E7F);
    case 0x0C:
      status_ &= ~value;
      return {};
    case 0x10:
      command(value);
      return {};
    case 0x14:
      if ((options_ & 1U) != 0) return {};
      options_ = value & ~2U;
      if ((value & 2U) != 0) launch();
      return {};
    case 0x18:
      if ((options_ & 1U) == 0 && dual_bank()) second_options_ = value;
      return {};
    default:
      return {};
  }
}

Result<void> FakeF4::key(std::uint32_t& control, std::uint32_t lock, std::uint32_t& last, std::uint32_t value,
                         std::uint32_t first, std::uint32_t second) {
  const bool opens = last == first && value == second && !locked_until_reset;
  const bool begins = value == first && (control & lock) != 0;
  last = value;
  if (opens) {
    control &= ~lock;
  } else if (!begins) {
    locked_until_reset = true;
    control |= lock;
    return fail(Code::swd_fault, "wrong key");
  }
  return {};
}

void FakeF4::reset_chip(std::uint32_t cause) {
  control_ = 0x80000000;
  status_ = 0;
  options_ = stored | 1U;
  second_options_ = stored_second;
  in_force_ = stored;
  locked_until_reset = false;
  halted = false;
  reset_flags_ |= cause | (1U << 26);
  reset_seen_ = true;
}

void FakeF4::load_options(std::uint32_t options) {
  stored = options;
  options_ = options | 1U;
  in_force_ = options;
}

void FakeF4::set_nrst(bool low) {
  if (!nrst_wired) return;
  if (nrst_low_ && !low) reset_chip(1U << 26);
  nrst_low_ = low;
}

void FakeF4::set_power(bool on) {
  if (!supply_wired) return;
  if (!powered && on) {
    words[kF4Freeze] = 0;
    reset_chip((1U << 27) | (1U << 25));
  }
  powered = on;
}

}  // namespace rigor::test
