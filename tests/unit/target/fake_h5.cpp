#include "tests/unit/target/fake_h5.hpp"

#include <algorithm>
#include <cstdio>

namespace rigor::test {
namespace {

constexpr std::uint32_t kH5Sector = 8192;
constexpr std::uint32_t kH5Rsr = 0x44020CF4;
constexpr std::uint32_t kEntry = 0x0FF95001;
constexpr std::uint32_t kBuffer = 0x20034000;
constexpr std::uint32_t kH5OneTime = 0x08FFF000;

}  // namespace

ChipFacts h523_facts() {
  ChipFacts facts;
  facts.name = "stm32h523";
  facts.device_id = 0x478;
  facts.has_security_extension = true;
  facts.flash_base = 0x08000000;
  facts.flash_secure_base = 0x0C000000;
  facts.flash_size = 512 * 1024;
  facts.flash_bank_count = 2;
  facts.flash_sector_size = kH5Sector;
  facts.flash_registers = 0x40022000;
  facts.flash_secure_registers = 0x50022000;
  facts.unique_id_address = 0x08FFF800;
  facts.flash_size_address = 0x08FFF80C;
  facts.bootloader_version_address = 0x0BF9FAFE;
  facts.sfsp_version_address = 0x0BF960CC;
  facts.rcc_reset_status = kH5Rsr;
  facts.rcc_secure_reset_status = kH5Rsr + 0x10000000;
  facts.secure_control = 0x0B000000;
  facts.nonsecure_control = 0x4B000000;
  facts.provisioning.table_addresses = {0x0BF9FB68, 0x0BF9FD68, 0x0BF9FE68};
  facts.provisioning.buffer_address = kBuffer;
  facts.provisioning.checksums = {"crc32", "crc32-reflected"};
  facts.provisioning.plain_words = {0};
  facts.provisioning.encrypt_words = {1, 0xCACA0AA0};
  facts.authentication.dbgmcu_base = 0xE0044000;
  return facts;
}

FakeH5::FakeH5(std::uint16_t device_id) : flash(256 * 1024, 0xFF) {
  options = {{0x50, 0x2D30EDF8}, {0x70, 0xC3000070},  {0x80, 0x080000C3}, {0x88, 0x0C0000C3}, {0x90, 0},
             {0xE0, 0x000F0000}, {0x1E0, 0x000F0000}, {0xE8, 0xFF},       {0x1E8, 0xFF},      {0xF0, 0},
             {0x1F0, 0},         {0xF8, 0x00000001},  {0x1F8, 0x00000001}};
  words[0xE0044000] = 0x10006000U | device_id;
  words[0x08FFF800] = 0x00470035;
  words[0x08FFF804] = 0x3133510C;
  words[0x08FFF808] = 0x35343732;
  words[0x08FFF80C] = 256;
  words[0x0BF9FAFC] = 0x00E20000;
  words[0x0BF960CC] = 0x02050000;
  words[0x0BF9FD68] = kEntry;
  core.fetch = [this](std::uint32_t address) { return in(address, kBuffer, 0x1000) ? words[address] : 0; };
  core.serve = [this](std::uint32_t entry) {
    if (entry != kEntry) return FakeCore::Served::nothing;
    serve();
    return FakeCore::Served::returned;
  };
}

Result<void> FakeH5::reach(AccessPort port) {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  if (silent_accesses_ > 0) {
    --silent_accesses_;
    return fail(Code::swd_fault, "in reset");
  }
  if (port.number == 1 && !port1_open_to_all) return fail(Code::swd_fault, "closed");
  return {};
}

Result<void> FakeH5::attach() {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  return {};
}

Result<std::uint32_t> FakeH5::read_debug_port_id() {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  return 0x0BE12477U;
}

Result<void> FakeH5::open_access_port(std::uint8_t number) {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  if (number == 1 && !port1_open_to_all) return fail(Code::access_port_locked, "closed");
  return {};
}

Result<std::uint32_t> FakeH5::read_word(AccessPort port, std::uint32_t address) {
  RIGOR_CHECK(reach(port));
  return load(port, address);
}
Result<void> FakeH5::write_word(AccessPort port, std::uint32_t address, std::uint32_t value) {
  RIGOR_CHECK(reach(port));
  store(port, address, value);
  return {};
}
Result<void> FakeH5::read_memory(AccessPort port, std::uint32_t address, std::span<std::uint8_t> into) {
  RIGOR_CHECK(reach(port));
  if (in(address, kH5OneTime, 2048)) {
    for (std::uint32_t at = 0; at < into.size(); at += 2)
      RIGOR_CHECK(read_sized(AccessSize::halfword, port, address + at, into.subspan(at, 2)));
    return {};
  }
  for (std::size_t at = 0; at < into.size(); at += 4)
    store_le32(into, at, load(port, address + static_cast<std::uint32_t>(at)));
  return {};
}
Result<void> FakeH5::write_memory(AccessPort port, std::uint32_t address, ByteView from) {
  RIGOR_CHECK(reach(port));
  for (std::size_t at = 0; at < from.size(); at += 4)
    store(port, address + static_cast<std::uint32_t>(at), load_le32(from, at));
  return {};
}
Result<void> FakeH5::read_sized(AccessSize size, AccessPort port, std::uint32_t address, std::span<std::uint8_t> into) {
  RIGOR_CHECK(reach(port));
  if (size != AccessSize::halfword || into.size() != 2 || !in(address, kH5OneTime, 2048))
    return fail(Code::unsupported, "half-words of one-time memory only");
  const auto found = cells.find(address);
  const auto damaged = damaged_cells.find(address);
  if (damaged != damaged_cells.end() || (found == cells.end() && virgin_cells_fault)) {
    ecc_data_ = damaged != damaged_cells.end() ? damaged->second : 0xFFFF;
    return fail(Code::swd_fault, "double error");
  }
  store_le16(into, 0, found == cells.end() ? std::uint16_t{0xFFFF} : found->second);
  return {};
}

Result<void> FakeH5::write_sized(AccessSize size, AccessPort port, std::uint32_t address, ByteView from) {
  RIGOR_CHECK(reach(port));
  if (size != AccessSize::halfword || from.size() != 2 || !in(address, kH5OneTime, 2048))
    return fail(Code::unsupported, "half-words of one-time memory only");
  const bool locked = (options[0x90] >> ((address - kH5OneTime) / 64) & 1U) != 0;
  if ((nonsecure_.control & 2U) == 0) nonsecure_.status |= 1U << 18;
  if (locked || cells.contains(address)) ++spoilt_cells;
  if (locked) nonsecure_.status |= 1U << 17;
  if ((nonsecure_.status & 0x00FE0000) == 0) cells[address] = load_le16(from);
  return {};
}

Result<void> FakeH5::drive_reset(bool asserted) {
  set_nrst(asserted);
  return {};
}

std::uint32_t FakeH5::load(AccessPort port, std::uint32_t address) {
  const bool secure_access = port.control == 0x0B000000;
  if (address == 0xE0044108) return mailbox_ack_;
  if (in(address, 0x08000000, static_cast<std::uint32_t>(flash.size())) ||
      in(address, 0x0C000000, static_cast<std::uint32_t>(flash.size()))) {
    const std::uint32_t offset = address & 0x00FFFFFF;
    const bool secure_sector = is_secure_sector(offset / kH5Sector);
    if (secure_sector != (address >= 0x0C000000) || (secure_sector && !secure_access)) return 0;
    if (unstable_at && offset / 4 == *unstable_at / 4) reads_wrong_ = !reads_wrong_;
    const bool wrong = reads_wrong_ && unstable_at && offset / 4 == *unstable_at / 4;
    return load_le32(flash, offset) ^ (wrong ? 0x80U : 0U);
  }
  if (in(address, 0x40022000, 0x400)) return load_controller(address - 0x40022000);
  if (in(address, 0x50022000, 0x400)) return secure_access ? load_controller(address - 0x50022000) : 0;
  if (FakeCore::owns(address)) return core.load(address);
  if (address == kH5Rsr || address == kH5Rsr + 0x10000000) return reset_flags_;
  const auto found = words.find(address);
  return found == words.end() ? 0 : found->second;
}

void FakeH5::store(AccessPort port, std::uint32_t address, std::uint32_t value) {
  const bool secure_access = port.control == 0x0B000000;
  if (in(address, 0x08000000, static_cast<std::uint32_t>(flash.size())))
    return program(nonsecure_, false, address - 0x08000000, value);
  if (in(address, 0x0C000000, static_cast<std::uint32_t>(flash.size())))
    return program(secure_, secure_access, address - 0x0C000000, value);
  if (in(address, 0x40022000, 0x400)) return store_controller(address - 0x40022000, value);
  if (in(address, 0x50022000, 0x400) && secure_access) return store_controller(address - 0x50022000, value);
  if (address == kH5Rsr || address == kH5Rsr + 0x10000000) {
    if ((value & (1U << 23)) != 0) reset_flags_ = 0;
    return;
  }
  if (address == 0xE0044100) mailbox_ack_ |= 1;
  if (address == 0xE000ED0C && value == 0x05FA0004) return reset_chip(1U << 28);
  if (FakeCore::owns(address)) return core.store(address, value);
  words[address] = value;
}

std::uint32_t FakeH5::load_controller(std::uint32_t offset) {
  switch (offset) {
    case 0x1C:
      return option_control_ | (options[0x50] & 0x80000000U);
    case 0x20:
      return nonsecure_.status | (busy_for_ever ? 1U : 0U);
    case 0x24:
      return secure_.status;
    case 0x28:
      return nonsecure_.control;
    case 0x108:
      return ecc_data_;
    case 0x2C:
      return secure_.control;
    default:
      break;
  }
  if (nrst_low_) return 0;
  const auto found = options.find(offset);
  return found == options.end() ? 0 : found->second;
}

void FakeH5::store_controller(std::uint32_t offset, std::uint32_t value) {
  switch (offset) {
    case 0x04:
      return key(nonsecure_.control, nonsecure_.last_key, value, 0x45670123, 0xCDEF89AB);
    case 0x08:
      return key(secure_.control, secure_.last_key, value, 0x45670123, 0xCDEF89AB);
    case 0x0C:
      return key(option_control_, option_last_key_, value, 0x08192A3B, 0x4C5D6E7F);
    case 0x1C:
      if ((option_control_ & 1U) != 0) return;
      if ((value & 2U) != 0 && (nonsecure_.status & (1U << 23)) == 0) launch();
      option_control_ |= value & 1U;
      return;
    case 0x28:
      return command(nonsecure_, false, value);
    case 0x2C:
      return command(secure_, true, value);
    case 0x30:
      nonsecure_.status &= ~value;
      return;
    case 0x34:
      secure_.status &= ~value;
      return;
    default:
      break;
  }
  if ((option_control_ & 1U) == 0 && options.contains(offset - 4)) requested_[offset - 4] = value;
}

void FakeH5::key(std::uint32_t& control, std::uint32_t& last, std::uint32_t value, std::uint32_t first,
                 std::uint32_t second) {
  if ((control & 1U) == 0) {  // a sequence while unlocked locks until reset
    locked_until_reset = true;
    control = 1;
  } else if (last == first && value == second && !locked_until_reset) {
    control &= ~1U;
  } else if (value != first) {
    locked_until_reset = true;
  }
  last = value;
}

bool FakeH5::is_secure_sector(std::uint32_t sector) const {
  if (!trustzone()) return false;
  const auto per_bank = static_cast<std::uint32_t>(flash.size()) / kH5Sector / 2;
  const std::uint32_t mark = options.at(sector < per_bank ? 0xE0 : 0x1E0);
  return sector % per_bank >= (mark & 0x1F) && sector % per_bank <= ((mark >> 16) & 0x1F);
}

void FakeH5::erase_sector(Side& side, bool secure, std::uint32_t sector) {
  if (is_secure_sector(sector) != secure || sector * kH5Sector >= protected_from) {
    side.status |= 1U << 17;
    return;
  }
  std::fill_n(flash.begin() + sector * kH5Sector, kH5Sector, 0xFF);
}

void FakeH5::command(Side& side, bool secure, std::uint32_t value) {
  if ((side.control & 1U) != 0) return;
  side.control = value;
  if ((value & (1U << 5)) == 0) return;
  side.control &= ~(1U << 5);
  const auto sectors = static_cast<std::uint32_t>(flash.size()) / kH5Sector;
  if ((side.status & 0x00FE0000) != 0 || (value & 0x800C) == 0) {
    side.status |= 1U << 18;
    return;
  }
  const std::uint32_t swap = options[0x50] >> 31;
  const std::uint32_t bank = (value >> 31) ^ swap;
  if ((value & (1U << 2)) != 0) {
    ++sector_erases;
    erase_sector(side, secure, bank * sectors / 2 + ((value >> 6) & 0x7F));
  } else {
    ++mass_erases;
    const bool all = (value & (1U << 15)) != 0;
    for (std::uint32_t i = 0; i < sectors; ++i) {
      if (all || i / (sectors / 2) == bank) erase_sector(side, secure, i);
    }
  }
  if ((side.status & 0x00FE0000) == 0) side.status |= 1U << 16;
}

void FakeH5::program(Side& side, bool secure, std::uint32_t offset, std::uint32_t value) {
  side.status |= raise_on_program;
  if ((side.control & 2U) == 0) side.status |= 1U << 18;
  if (is_secure_sector(offset / kH5Sector) != secure || offset >= protected_from) side.status |= 1U << 17;
  if ((side.status & 0x00FE0000) != 0) return;
  if (load_le32(flash, offset) != 0xFFFFFFFF) {
    side.status |= 1U << 19;
    return;
  }
  store_le32(flash, offset, value);
  if (corrupt_at && *corrupt_at / 4 == offset / 4) flash[*corrupt_at] ^= 0x40;
}

void FakeH5::launch() {
  ++launches;
  if (refuse_options) {
    nonsecure_.status |= 1U << 23;
  } else {
    const bool had_trustzone = trustzone();
    for (const auto& [offset, value] : requested_) {
      char name[8];
      std::snprintf(name, sizeof name, "%X", offset);
      if (!frozen.contains(name)) options[offset] = value;
    }
    if (!had_trustzone && trustzone()) std::ranges::fill(flash, 0xFF);
    const std::uint32_t state = (options[0x50] >> 8) & 0xFF;
    if (state == 0x72 || state == 0x5C || state == 0xC6) port1_open_to_all = false;
  }
  requested_.clear();
  if (!launch_resets) return;
  reset_chip(1U << 28);
  silent_accesses_ = silence_after_launch;
}

void FakeH5::reset_chip(std::uint32_t cause) {
  nonsecure_ = {};
  secure_ = {};
  option_control_ = 1;
  option_last_key_ = 0;
  locked_until_reset = false;
  reset_flags_ |= cause | (1U << 26);
  core.reset_seen = true;
}

void FakeH5::set_nrst(bool low) {
  if (!nrst_wired) return;
  if (nrst_low_ && !low) reset_chip(1U << 26);
  nrst_low_ = low;
}

void FakeH5::set_power(bool on) {
  if (!supply_wired) return;
  if (!powered && on) {
    mailbox_ack_ = 0;
    reset_chip(1U << 27);
  }
  powered = on;
}

}  // namespace rigor::test
