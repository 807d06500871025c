#include "tests/unit/target/fake_h7rs.hpp"

#include <algorithm>

namespace rigor::test {
namespace {

constexpr std::uint32_t kH7rsSector = 8192;
constexpr std::uint32_t kFlash = 0x08000000;
constexpr std::uint32_t kOtp = 0x08FFF000;
constexpr std::uint32_t kH7rsController = 0x52002000;
constexpr std::uint32_t kH7rsRsr = 0x58024530;
constexpr std::uint32_t kDbgmcu = 0xE00E1000;
constexpr std::uint32_t kIsrErrors = 0x152E0000;

}  // namespace

ChipFacts h7s7_facts() {
  ChipFacts facts;
  facts.name = "stm32h7s7";
  facts.family = Family::stm32h7rs;
  facts.device_id = 0x485;
  facts.flash_base = kFlash;
  facts.flash_size = 64 * 1024;
  facts.flash_bank_count = 1;
  facts.flash_sector_size = kH7rsSector;
  facts.flash_registers = kH7rsController;
  facts.unique_id_address = 0x08FFF800;
  facts.flash_size_address = 0x08FFF80C;
  facts.bootloader_version_address = 0x1FF1FCFE;
  facts.rcc_reset_status = kH7rsRsr;
  facts.otp = {.base = kOtp, .size = 1024, .block_size = 64};
  facts.sram = {{"sram1", 0x24000000, 0, 128 * 1024}, {"sram2", 0x24020000, 0, 128 * 1024}};
  facts.provisioning.table_addresses = {0x1FF1FD4C};
  facts.provisioning.buffer_address = 0x24040000;
  facts.provisioning.checksums = {"crc32", "crc32-reflected"};
  facts.provisioning.plain_words = {0};
  facts.provisioning.encrypt_words = {1};
  facts.provisioning.encrypts = true;
  facts.authentication.dbgmcu_base = kDbgmcu;
  return facts;
}

FakeH7rs::FakeH7rs() {
  options = {{0x200, 0xB4},       {0x208, 0xB400FF6A}, {0x210, 0},          {0x218, 0xFF},
             {0x230, 0x00000001}, {0x250, 1},          {0x260, 0x10000010}, {0x268, 0}};
  words = {{kDbgmcu, 0x20000485},    {0x08FFF800, 0x00450059}, {0x08FFF804, 0x30335112},
           {0x08FFF808, 0x38323634}, {0x08FFF80C, 0xFFFFFFFF}, {0x1FF1FCFC, 0x00E40000}};
  for (std::uint32_t offset = 0; offset <= 0x28; offset += 4) words[0x1FF1FD4C + offset] = 0x1FF18001 + offset * 0x100;
  core.fetch = [this](std::uint32_t address) { return words[address]; };
  core.serve = [this](std::uint32_t entry) { return serve(entry); };
}

Result<void> FakeH7rs::reach(AccessPort port, std::uint32_t address) {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  if (port.number == 1 && closed()) return fail(Code::swd_fault, "closed");
  if (port.number == 1 && nrst_low_ && !FakeCore::owns(address)) return fail(Code::swd_fault, "the bus stands");
  return {};
}

Result<void> FakeH7rs::attach() {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  return {};
}
Result<std::uint32_t> FakeH7rs::read_debug_port_id() {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  return 0x6BA02477U;
}
Result<void> FakeH7rs::open_access_port(std::uint8_t number) {
  if (!powered) return fail(Code::swd_no_answer, "no power");
  if (number == 1 && closed()) return fail(Code::access_port_locked, "closed");
  return {};
}
Result<std::uint32_t> FakeH7rs::read_word(AccessPort port, std::uint32_t address) {
  RIGOR_CHECK(reach(port, address));
  return load(address);
}
Result<void> FakeH7rs::write_word(AccessPort port, std::uint32_t address, std::uint32_t value) {
  RIGOR_CHECK(reach(port, address));
  return store(address, value);
}
Result<void> FakeH7rs::read_memory(AccessPort port, std::uint32_t address, std::span<std::uint8_t> into) {
  RIGOR_CHECK(reach(port, address));
  for (std::size_t at = 0; at < into.size(); at += 4) {
    RIGOR_TRY(const std::uint32_t word, load(address + static_cast<std::uint32_t>(at)));
    store_le32(into, at, word);
  }
  return {};
}
Result<void> FakeH7rs::write_memory(AccessPort port, std::uint32_t address, ByteView from) {
  RIGOR_CHECK(reach(port, address));
  for (std::size_t at = 0; at < from.size(); at += 4)
    RIGOR_CHECK(store(address + static_cast<std::uint32_t>(at), load_le32(from, at)));
  return {};
}
Result<void> FakeH7rs::read_sized(AccessSize size, AccessPort port, std::uint32_t address,
                                  std::span<std::uint8_t> into) {
  RIGOR_CHECK(reach(port, address));
  if (!halfwords || size != AccessSize::halfword) return fail(Code::unsupported, "no accesses of a chosen size");
  if (cell_error) return fail(*cell_error, "as the test wants it");
  for (std::size_t at = 0; at < into.size(); at += 2) {
    const std::uint16_t cell = load_le16(otp, address + at - kOtp);
    if (virgin_cells_fault && cell == 0xFFFF) return fail(Code::swd_fault, "never written");
    store_le16(into, at, cell);
  }
  return {};
}
Result<void> FakeH7rs::write_sized(AccessSize size, AccessPort port, std::uint32_t address, ByteView from) {
  RIGOR_CHECK(reach(port, address));
  if (!halfwords || size != AccessSize::halfword) return fail(Code::unsupported, "no accesses of a chosen size");
  program_otp(address - kOtp, from);
  return {};
}
Result<void> FakeH7rs::drive_reset(bool asserted) {
  set_nrst(asserted);
  return {};
}

Result<std::uint32_t> FakeH7rs::load(std::uint32_t address) {
  if (address == kDbgmcu + 0x108) return mailbox_ack_;
  if (FakeCore::owns(address)) return core.load(address);
  if (address == kH7rsRsr) return reset_flags_;
  if (in(address, kH7rsController, 0x280)) return load_controller(address - kH7rsController);
  if (in(address, kFlash, flash.size())) return load_le32(flash, address - kFlash);
  if (in(address, kOtp, otp.size())) {
    const std::uint32_t word = load_le32(otp, address - kOtp);
    if (virgin_cells_fault && ((word & 0xFFFF) == 0xFFFF || word >> 16 == 0xFFFF))
      return fail(Code::swd_fault, "never written");
    return word;
  }
  const auto found = words.find(address);
  return found == words.end() ? 0 : found->second;
}

Result<void> FakeH7rs::store(std::uint32_t address, std::uint32_t value) {
  if (FakeCore::owns(address)) {
    core.store(address, value);
  } else if (in(address, kH7rsController, 0x280)) {
    return store_controller(address - kH7rsController, value);
  } else if (in(address, kFlash, flash.size())) {
    program(address - kFlash, value);
  } else if (in(address, kOtp, otp.size())) {
    std::array<std::uint8_t, 4> bytes{};
    store_le32(bytes, 0, value);
    program_otp(address - kOtp, bytes);
  } else if (address == kH7rsRsr) {
    if ((value & (1U << 16)) != 0) reset_flags_ = 0;
  } else if (address == 0xE000ED0C && value == 0x05FA0004) {
    reset_chip(1U << 24);
  } else {
    if (address == kDbgmcu + 0x100) mailbox_ack_ |= 1;
    words[address] = value;
  }
  return {};
}

std::uint32_t FakeH7rs::load_controller(std::uint32_t offset) {
  switch (offset) {
    case 0x10:
      return control_;
    case 0x14:
      if (queued_ > 0) --queued_;
      return busy_for_ever || queued_ > 0 ? 4U : 0U;
    case 0x24:
      return flags_;
    case 0x104:
      return option_control_;
    case 0x108:
      return option_flags_;
    default:
      break;
  }
  const auto found = options.find(offset);
  return found == options.end() ? 0 : found->second;
}

Result<void> FakeH7rs::store_controller(std::uint32_t offset, std::uint32_t value) {
  switch (offset) {
    case 0x04:
      return key(control_, last_key_, value, 0x45670123, 0xCDEF89AB);
    case 0x100:
      return key(option_control_, option_last_key_, value, 0x08192A3B, 0x4C5D6E7F);
    case 0x10:
      command(value);
      break;
    case 0x28:
      flags_ &= ~value;
      break;
    case 0x104:
      if ((option_control_ & 1U) == 0) option_control_ = value & 3U;
      break;
    case 0x10C:
      option_flags_ &= ~value;
      break;
    default:
      if (options.contains(offset - 4)) program_option(offset - 4, value);
      break;
  }
  return {};
}

Result<void> FakeH7rs::key(std::uint32_t& control, std::uint32_t& last, std::uint32_t value, std::uint32_t first,
                           std::uint32_t second) {
  const bool opens = (control & 1U) != 0 && last == first && value == second && !locked_until_reset;
  const bool begins = (control & 1U) != 0 && value == first;
  last = value;
  if (opens) control &= ~1U;
  if (opens || begins) return {};
  locked_until_reset = true;
  control |= 1U;
  return fail(Code::swd_fault, "wrong key");
}

void FakeH7rs::reset_chip(std::uint32_t cause) {
  ++resets;
  control_ = option_control_ = 1;
  last_key_ = option_last_key_ = 0;
  locked_until_reset = false;
  flags_ = std::exchange(corrupt_options, false) ? 1U << 20 : 0;
  option_flags_ = 0;
  buffer_.clear();
  otp_cells_.clear();
  for (const auto& [offset, value] : programmed_) {
    if (!frozen.contains(offset)) options[offset] = value;
  }
  programmed_.clear();
  reset_flags_ |= cause | (1U << 22);
  core.reset();
}

void FakeH7rs::set_nrst(bool low) {
  if (!nrst_wired) return;
  if (nrst_low_ && !low) reset_chip(1U << 22);
  nrst_low_ = low;
}

void FakeH7rs::set_power(bool on) {
  if (!supply_wired) return;
  if (!powered && on) {
    mailbox_ack_ = 0;
    reset_chip((1U << 21) | (1U << 23));
  }
  powered = on;
}

void FakeH7rs::erase_sector(std::uint32_t sector) {
  ++erases;
  if ((options[0x218] >> sector & 1U) == 0) {
    flags_ |= 1U << 17;
    return;
  }
  std::fill_n(flash.begin() + sector * kH7rsSector, kH7rsSector, 0xFF);
}

void FakeH7rs::command(std::uint32_t value) {
  if ((control_ & 1U) != 0) return;
  control_ = value & ~(1U << 5);
  if ((value & (1U << 4)) != 0) {
    ++forced_writes;
    flush();
  }
  if ((value & (1U << 5)) == 0) return;
  queued_ = queue_polls;
  flags_ |= std::exchange(raise, 0);
  if ((flags_ & kIsrErrors) != 0 || (value & 0xC) == 0) {
    flags_ |= 1U << 18;
  } else if ((value & 8U) != 0) {  // BER wins over SER; one protected sector stops all of it
    if ((options[0x218] & 0xFF) != 0xFF) {
      flags_ |= 1U << 17;
    } else {
      for (std::uint32_t sector = 0; sector < 8; ++sector) erase_sector(sector);
    }
  } else {
    erase_sector((value >> 6) & 7);
  }
}

}  // namespace rigor::test
