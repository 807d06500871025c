#include "framework/target/stm32h5/one_time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigor::h5 {
namespace {

constexpr std::uint32_t kCellSize = 2;  // bytes
constexpr std::uint16_t kUnwritten = 0xFFFF;
constexpr std::string_view kLocks = "LOCKBL";
constexpr std::uint32_t kEccData = 0x108;  // ECCDR

}  // namespace

Result<std::optional<std::uint16_t>> OneTimeMemory::cell(std::uint32_t address) {
  std::array<std::uint8_t, kCellSize> bytes{};
  const auto read = access_.probe().read_sized(AccessSize::halfword, access_.port(false), address, bytes);
  if (!read) {
    if (read.error().code() != Code::swd_fault) return fail(read.error());
    return faulting_cell(address);
  }
  const std::uint16_t value = load_le16(bytes);
  return value == kUnwritten ? std::nullopt : std::optional(value);
}

// A double error whose data are all ones is a cell that was never written; any other is one that two writes or wear
// have spoilt (stm32h5.md 3.5).
Result<std::optional<std::uint16_t>> OneTimeMemory::faulting_cell(std::uint32_t address) {
  RIGOR_TRY(const View view, access_.look());
  RIGOR_TRY(const std::uint32_t data, access_.read(view, kEccData));
  if ((data & 0xFFFF) == kUnwritten) return std::nullopt;
  return fail(Error(Code::otp_written, fmt::format("the cell at {} cannot be read, its error code has seen 0x{:04X}",
                                                   hex_word(address), data & 0xFFFF))
                  .hint("it was written twice, or is worn: nothing more can be done with it"));
}

Result<bool> OneTimeMemory::blank(std::uint32_t address, std::uint32_t size) {
  // All at once where unwritten cells read as ones; a fault says nothing about the others.
  Bytes all(size);
  const auto read = access_.probe().read_memory(access_.port(false), address, all);
  if (read) return std::ranges::all_of(all, [](std::uint8_t byte) { return byte == 0xFF; });
  if (!may_pass(read.error())) return fail(read.error());
  for (std::uint32_t at = address; at < address + size; at += kCellSize) {
    const auto written = cell(at);
    if (!written && written.error().code() != Code::otp_written) return fail(written.error());
    if (!written || *written) return false;
  }
  return true;
}

Result<std::uint32_t> OneTimeMemory::locks() {
  RIGOR_TRY(const OptionValue value, options_.read(std::string(kLocks)));
  return value.value;
}

Result<std::vector<OtpBlock>> OneTimeMemory::blocks() {
  RIGOR_TRY(const std::uint32_t locked, locks());
  std::vector<OtpBlock> blocks;
  for (unsigned index = 0; index < facts_.size / facts_.block_size; ++index) {
    OtpBlock block{.index = index,
                   .address = facts_.base + index * facts_.block_size,
                   .size = facts_.block_size,
                   .locked = (locked >> index & 1U) != 0,
                   .blank = {}};
    RIGOR_TRY(block.blank, blank(block.address, block.size));
    blocks.push_back(block);
  }
  return blocks;
}

Result<void> OneTimeMemory::check_writable(std::uint32_t address, ByteView data) {
  const std::uint32_t offset = address - facts_.base;
  if (address < facts_.base || offset >= facts_.size || data.size() > facts_.size - offset)
    return fail(Error(Code::address_invalid,
                      fmt::format("{} bytes at {} are not inside the one-time memory", data.size(), hex_word(address)))
                    .hint(fmt::format("it is {} bytes at {}", facts_.size, hex_word(facts_.base))));
  if (data.empty() || address % kCellSize != 0 || data.size() % kCellSize != 0)
    return fail(Code::address_invalid, fmt::format("one-time memory is written in cells of {} bytes", kCellSize));
  RIGOR_TRY(const std::uint32_t locked, locks());
  for (std::uint32_t at = offset; at < offset + data.size(); at += kCellSize) {
    const unsigned block = at / facts_.block_size;
    if ((locked >> block & 1U) != 0)
      return fail(Code::otp_locked, fmt::format("block {} of the one-time memory is locked", block));
    RIGOR_TRY(const auto written, cell(facts_.base + at));
    if (written)
      return fail(
          Error(Code::otp_written, fmt::format("{} holds 0x{:04X} already", hex_word(facts_.base + at), *written))
              .hint("a second write would destroy the cell and its error code"));
  }
  return {};
}

Result<void> OneTimeMemory::write(std::uint32_t address, ByteView data) {
  RIGOR_CHECK(check_writable(address, data));
  RIGOR_CHECK(flash_.program_cells(address, data));
  for (std::uint32_t at = 0; at < data.size(); at += kCellSize) {
    const std::uint16_t wanted = load_le16(data, at);
    RIGOR_TRY(const auto found, cell(address + at));
    if (found.value_or(kUnwritten) != wanted)
      return fail(Code::verify_mismatch, fmt::format("{} holds 0x{:04X} where 0x{:04X} was written",
                                                     hex_word(address + at), found.value_or(kUnwritten), wanted));
  }
  return {};
}

Result<bool> OneTimeMemory::locked(unsigned block) {
  RIGOR_TRY(const std::uint32_t word, locks());
  return (word >> block & 1U) != 0;
}

Result<bool> OneTimeMemory::holds(std::uint32_t address, ByteView data) {
  for (std::uint32_t at = 0; at + kCellSize <= data.size(); at += kCellSize) {
    RIGOR_TRY(const auto found, cell(address + at));
    if (found != load_le16(data, at)) return false;
  }
  return !data.empty();
}

Result<void> OneTimeMemory::lock(unsigned block) {
  if (block >= facts_.size / facts_.block_size)
    return fail(Code::address_invalid, fmt::format("there is no block {} of one-time memory", block));
  RIGOR_TRY(const std::uint32_t locked, locks());
  const OptionValue wanted{.name = std::string(kLocks), .value = locked | 1U << block};
  const auto changed = options_.write(std::span(&wanted, 1));
  if (changed) return {};
  return fail(
      Error(Code::otp_not_locked, fmt::format("block {} did not become locked", block)).because(changed.error()));
}

}  // namespace rigor::h5
