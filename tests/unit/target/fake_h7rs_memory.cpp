// The fake H7RS's flash words, one-time cells, options and resident services.
#include <algorithm>

#include "framework/target/checksum.hpp"
#include "tests/unit/target/fake_h7rs.hpp"

namespace rigor::test {
namespace {

constexpr std::uint32_t kRefused = 0xF5F5F5F5;
constexpr std::uint32_t kWrongChecksum = 0xF5F58080;
constexpr std::uint32_t kDone = 0xEAEAEAEA;
constexpr std::uint32_t kSram3 = 0x24040000;

}  // namespace

void FakeH7rs::program(std::uint32_t offset, std::uint32_t value) {
  flags_ |= std::exchange(raise, 0);
  if ((control_ & 2U) == 0) flags_ |= 1U << 18;
  if ((options[0x218] >> (offset / 8192) & 1U) == 0) flags_ |= 1U << 17;
  if (!buffer_.empty() && buffer_.begin()->first / 16 != offset / 16) flags_ |= 1U << 21;
  if (buffer_.contains(offset)) flags_ |= 1U << 19;
  if ((flags_ & 0x152E0000) != 0) return;
  buffer_[offset] = value;
  if (buffer_.size() == 4) flush();
}

void FakeH7rs::program_otp(std::uint32_t offset, ByteView bytes) {
  if ((control_ & (1U << 16)) == 0) {
    flags_ |= 1U << 18;
    return;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) otp_cells_[offset + static_cast<std::uint32_t>(i)] = bytes[i];
}

void FakeH7rs::flush() {
  for (const auto& [offset, value] : buffer_) store_le32(flash, offset, value);
  buffer_.clear();
  for (const auto& [offset, byte] : otp_cells_) {
    flags_ |= std::exchange(raise, 0);
    if ((options[0x210] >> (offset / 64) & 1U) != 0) flags_ |= 1U << 17;
    if ((flags_ & (1U << 17)) == 0) otp[offset] &= static_cast<std::uint8_t>(byte);
  }
  otp_cells_.clear();
  queued_ = queue_polls;
}

void FakeH7rs::program_option(std::uint32_t offset, std::uint32_t value) {
  const bool open = (option_control_ & 3U) == 2U;
  const bool allowed = offset != 0x200 && offset != 0x208 && state == 0x39 && !refuse_options;
  ++option_writes;
  queued_ = queue_polls;
  if (!open || !allowed) {
    option_flags_ |= 1U << 30;
  } else if (offset == 0x210) {  // set only, and at once
    if (lock_sticks && (control_ & (1U << 16)) != 0) options[offset] |= value & 0xFFFF;
  } else {
    programmed_[offset] = value;
  }
}

// In the order of the table from 0x1FF1FD4C.
FakeCore::Served FakeH7rs::serve(std::uint32_t entry) {
  if (entry < 0x1FF18001 || entry > 0x1FF18001 + 0x2800) return FakeCore::Served::nothing;
  ++service_calls;
  if (services_stuck) return FakeCore::Served::stuck;
  std::uint32_t& r0 = core.registers[0];
  switch ((entry - 0x1FF18001) / 0x100) {
    case 0x00:
      return finish(services_refuse ? kRefused : set_protection());
    case 0x14:
      r0 = status_;
      return FakeCore::Served::returned;
    case 0x18:
      return finish(services_refuse ? kRefused : set_state());
    case 0x1C:
      return finish(store_record());
    case 0x28:
      r0 = state_answer != 0 ? state_answer : state;
      return FakeCore::Served::returned;
    default:
      return FakeCore::Served::stuck;
  }
}

FakeCore::Served FakeH7rs::finish(std::uint32_t answer) {
  if (answer != kDone || services_return) {
    core.registers[0] = answer;
    return FakeCore::Served::returned;
  }
  status_ = kDone;
  reset_chip(1U << 24);
  return FakeCore::Served::reset;
}

std::uint32_t FakeH7rs::argument(unsigned index) {
  return arguments_in_block ? words[core.registers[0] + 4 * index] : core.registers[index];
}

std::uint32_t FakeH7rs::set_state() {
  const std::uint32_t wanted = argument(0);
  const bool allowed = (state == 0x39 && wanted == 0x17) || (state == 0x17 && (wanted == 0x72 || wanted == 0x5C));
  if (!allowed) return kRefused;
  state = wanted;
  if (closed()) options[0x200] = 0x51;
  return kDone;
}

std::uint32_t FakeH7rs::set_protection() {
  const std::uint32_t offset = argument(0) - 0x52002000 - 4;
  if (offset != 0x208 && offset != 0x218 && offset != 0x230) return kRefused;
  const std::uint32_t mask = argument(1);
  programmed_[offset] = (options[offset] & ~mask) | (argument(2) << argument(3) & mask);
  return kDone;
}

std::uint32_t FakeH7rs::store_record() {
  const std::uint32_t at = core.registers[0];
  const std::uint32_t source = words[at];
  const std::uint32_t size = words[at + 8];
  const bool in_sram3 = source >= kSram3 && source + size <= kSram3 + 0x20000 && (options[0x268] >> 4 & 3U) % 3 == 0;
  Bytes data(size + 16);
  for (std::uint32_t i = 0; i < size; i += 4) store_le32(data, i, words[source + i]);
  for (std::uint32_t i = 0; i < 16; i += 4) store_le32(data, size + i, words[at + i]);
  if (words[at + 16] != checksum(service_checksum, data)) return kWrongChecksum;
  if (!in_sram3 || words[at + 12] != service_word) return kRefused;
  data.resize(size);
  stored = data;
  stored_at = words[at + 4];
  options[0x208] = (options[0x208] & 0xFFFF00FF) | (stored_at >> 16 & 0xFF) << 8;
  return kDone;
}

}  // namespace rigor::test
