#include "tests/lab/stm32h7rs/swd_driver.hpp"

#include <utility>

namespace rigor::lab::test {
namespace {

constexpr std::uint32_t kBreakpoint = 0x24020000;

std::uint32_t crc(ByteView bytes, bool reflected, std::uint32_t value) {
  for (const std::uint8_t byte : bytes)
    for (int bit = 0; bit < 8; ++bit) {
      const std::uint32_t in = reflected ? (byte >> bit) & 1U : (byte >> (7 - bit)) & 1U;
      const std::uint32_t top = reflected ? value & 1U : value >> 31;
      value = reflected ? value >> 1 : value << 1;
      if ((top ^ in) != 0) value ^= reflected ? 0xEDB88320U : 0x04C11DB7U;
    }
  return value;
}

}  // namespace

H7Bench::H7Bench(const Stm32h7rsOptions& options, RandomBytes challenges)
    : SwdDebugger({.mailbox = 0xE00E1100, .control = kAhb}),
      chip(make_stm32h7rs(options, clock, std::move(challenges), make_stub_cpu())) {
  attach(*chip);
}

void H7Bench::unlock_flash() {
  set_flash_register(0x04, 0x45670123);
  set_flash_register(0x04, 0xCDEF89AB);
}

void H7Bench::unlock_options() {
  if ((flash_register(0x104) & 1) == 0) return;
  set_flash_register(0x100, 0x08192A3B);
  set_flash_register(0x100, 0x4C5D6E7F);
}

void H7Bench::wait_flash() {
  for (int i = 0; i < 100'000; ++i) {
    const auto status = read(Ap::core, kFlashRegisters + 0x14);
    if (!status || (*status & 4) == 0) return;
    pass(100us);
  }
}

std::uint32_t H7Bench::request_option(std::uint32_t offset, std::uint32_t value) {
  unlock_options();
  set_flash_register(0x10C, kOptErr);
  set_flash_register(0x104, 2);
  set_flash_register(offset, value);
  wait_flash();
  return flash_register(0x108);
}

std::uint32_t H7Bench::erase(std::uint32_t control) {
  unlock_flash();
  set_flash_register(0x28, 0xFFFFFFFF);
  set_flash_register(0x10, control);
  set_flash_register(0x10, control | 1U << 5);
  wait_flash();
  return flash_register(0x24);
}

bool H7Bench::begin_call(std::uint32_t slot, const std::array<std::uint32_t, 4>& arguments) {
  if (!halt()) return false;
  poke(kBreakpoint, 0xBE00BE00);
  for (std::uint32_t i = 0; i < arguments.size(); ++i) set_core_register(i, arguments[i]);
  set_core_register(13, 0x24030000);
  set_core_register(14, kBreakpoint | 1);
  set_core_register(15, peek(kTable + slot));
  set_core_register(16, 1U << 24);
  resume();
  return true;
}

std::optional<std::uint32_t> H7Bench::call(std::uint32_t slot, const std::array<std::uint32_t, 4>& arguments) {
  if (!begin_call(slot, arguments) || !wait_halted(1s)) return std::nullopt;
  EXPECT_EQ(core_register(15), kBreakpoint);
  return core_register(0);
}

std::optional<std::uint32_t> provision(H7Bench& bench, const Bytes& payload, const Provisioning& how) {
  return bench.call(kProvision, {place_record(bench, payload, how), 0, 0, 0});
}

std::uint32_t place_record(H7Bench& bench, const Bytes& payload, const Provisioning& how) {
  constexpr std::uint32_t kBlock = kSram3 + 0x1000;
  (void)bench.halt();
  bench.poke_block(how.source, payload);
  Bytes block(20);
  store_le32(block, 0, how.source);
  store_le32(block, 4, how.destination);
  store_le32(block, 8, static_cast<std::uint32_t>(payload.size()));
  store_le32(block, 12, how.encrypt);
  std::uint32_t sum = crc(ByteView(block).first(16), how.reflected, crc(payload, how.reflected, 0xFFFFFFFF));
  if (how.reflected != how.wrong_crc) sum = ~sum;
  store_le32(block, 16, sum);
  bench.poke_block(kBlock, block);
  return kBlock;
}

Bytes obk_payload(const std::string& name) {
  const Bytes file = test_file(name);
  return {file.begin() + 12, file.end()};
}

Stm32h7rsOptions certificate_part(VirtualState state) {
  Stm32h7rsOptions options;
  options.state = state;
  options.da_record = PlantedRecord::certificate;
  options.da_credential = root_key_hash();
  return options;
}

Stm32h7rsOptions password_part(VirtualState state) {
  Stm32h7rsOptions options;
  options.state = state;
  options.da_record = PlantedRecord::password;
  options.da_credential = password_hash();
  return options;
}

}  // namespace rigor::lab::test
