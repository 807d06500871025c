#include "framework/target/stm32h7rs/otp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/target/reading.hpp"
#include "framework/target/stm32h7rs/registers.hpp"

namespace rigor::h7rs {
namespace {

constexpr std::uint32_t kCellSize = 2;  // bytes
constexpr std::uint16_t kUnwritten = 0xFFFF;
constexpr Duration kCellLimit = std::chrono::seconds(1);  // ST's HAL (stm32h7rs.md 3)

bool all_unwritten(const Bytes& bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0xFF; });
}

}  // namespace

Result<std::vector<OtpBlock>> Otp::read() {
  const OtpFacts& facts = access_.facts().otp;
  RIGOR_CHECK(access_.look());
  RIGOR_TRY(const std::uint32_t locks, access_.read(kOtplsr));
  std::vector<OtpBlock> blocks;
  for (std::uint32_t at = 0; at < facts.size; at += facts.block_size) {
    const auto index = static_cast<unsigned>(blocks.size());
    OtpBlock block{.index = index,
                   .address = facts.base + at,
                   .size = facts.block_size,
                   .locked = (locks >> index & 1U) != 0,
                   .blank = std::nullopt};
    RIGOR_TRY(const auto bytes,
              if_readable(read_bytes(access_.probe(), access_.port(), block.address, facts.block_size)));
    if (bytes) block.blank = all_unwritten(*bytes);
    blocks.push_back(block);
  }
  return blocks;
}

Result<void> Otp::check_address(std::uint32_t address, std::size_t size) const {
  const OtpFacts& facts = access_.facts().otp;
  const bool inside = address >= facts.base && address - facts.base <= facts.size &&
                      size <= facts.size - (address - facts.base) && size != 0;
  if (inside && address % kCellSize == 0 && size % kCellSize == 0) return {};
  return fail(Code::address_invalid,
              fmt::format("{} bytes at {} are not whole cells of the {} bytes of one-time memory at {}", size,
                          hex_word(address), facts.size, hex_word(facts.base)));
}

// Cell by cell: a word of which one half was never written may be a bus error as a whole.
Result<std::optional<std::uint16_t>> Otp::read_cell(std::uint32_t address) {
  std::array<std::uint8_t, kCellSize> cell{};
  const auto read = access_.probe().read_sized(AccessSize::halfword, access_.port(), address, cell);
  if (read) return load_le16(cell);
  // What a cell that was never written answers with, if it does not read as ones (lifecycle.md 5); silence does not.
  if (read.error().code() == Code::swd_fault) return std::nullopt;
  if (read.error().code() != Code::unsupported && read.error().code() != Code::probe_too_old) return fail(read.error());
  // A probe without such accesses: what a whole word does not tell, it cannot tell.
  RIGOR_TRY(const Bytes bytes, read_bytes(access_.probe(), access_.port(), address, kCellSize));
  return load_le16(bytes);
}

Result<void> Otp::check_unwritten(std::uint32_t address, std::size_t size) {
  const OtpFacts& facts = access_.facts().otp;
  RIGOR_TRY(const std::uint32_t locks, access_.read(kOtplsr));
  for (std::uint32_t at = address; at < address + size; at += kCellSize) {
    const std::uint32_t block = (at - facts.base) / facts.block_size;
    if ((locks >> block & 1U) != 0)
      return fail(Code::otp_locked, fmt::format("{} lies in block {}, which is locked", hex_word(at), block));
    RIGOR_TRY(const auto cell, read_cell(at));
    if (cell && *cell != kUnwritten)
      return fail(Code::otp_written, fmt::format("the cell at {} holds 0x{:04X}", hex_word(at), *cell));
  }
  return {};
}

// Words where the address allows, since every probe writes those.
Result<void> Otp::write_cells(std::uint32_t address, ByteView data) {
  for (std::size_t done = 0; done < data.size();) {
    const std::uint32_t at = address + static_cast<std::uint32_t>(done);
    const std::size_t step = at % 4 == 0 && data.size() - done >= 4 ? 4 : kCellSize;
    RIGOR_CHECK(access_.write(kCr, kCrProgramOtp));
    const auto written =
        step == 4 ? access_.probe().write_word(access_.port(), at, load_le32(data, done))
                  : access_.probe().write_sized(AccessSize::halfword, access_.port(), at, data.subspan(done, step));
    RIGOR_CHECK(access_.write(kCr, kCrProgramOtp | kCrForceWrite));
    // The controller knows better than the bus why a write failed.
    RIGOR_CHECK(flash_.finish(kCellLimit, fmt::format("writing one-time memory at {}", hex_word(at))));
    RIGOR_CHECK(written);
    done += step;
  }
  return {};
}

Result<void> Otp::write(std::uint32_t address, ByteView data) {
  RIGOR_CHECK(check_address(address, data.size()));
  RIGOR_CHECK(access_.look());
  RIGOR_CHECK(check_unwritten(address, data.size()));
  RIGOR_CHECK(flash_.unlocked([&] { return write_cells(address, data); }));
  for (std::size_t done = 0; done < data.size(); done += kCellSize) {
    const std::uint32_t at = address + static_cast<std::uint32_t>(done);
    RIGOR_TRY(const auto found, read_cell(at));
    if (found == load_le16(data, done)) continue;
    return fail(Code::verify_mismatch,
                fmt::format("the cell at {} holds {} where 0x{:04X} was written", hex_word(at),
                            found ? fmt::format("0x{:04X}", *found) : "nothing", load_le16(data, done)));
  }
  return {};
}

Result<void> Otp::lock(unsigned block) {
  const OtpFacts& facts = access_.facts().otp;
  const std::uint32_t count = facts.size / facts.block_size;
  if (block >= count)
    return fail(Code::address_invalid,
                fmt::format("there is no block {} of one-time memory, the last is {}", block, count - 1));
  RIGOR_CHECK(access_.look());
  RIGOR_TRY(const std::uint32_t before, access_.read(kOtplsr));
  const std::uint32_t bit = 1U << block;
  if ((before & bit) != 0) return {};
  bool taken = false;
  RIGOR_CHECK(flash_.unlocked([&]() -> Result<void> {
    RIGOR_CHECK(access_.write(kCr, kCrProgramOtp));
    RIGOR_TRY(taken, options_.program(kOtplsr, before | bit));
    return {};
  }));
  RIGOR_TRY(std::uint32_t after, access_.read(kOtplsr));
  if ((after & bit) == 0) {  // in force at the next reset, as any option
    RIGOR_CHECK(access_.system_reset());
    RIGOR_TRY(after, access_.read(kOtplsr));
  }
  if ((after & bit) != 0) return {};
  return fail(Code::otp_not_locked,
              fmt::format("the lock of block {} does not stick ({})", block, taken ? "no error flag" : "OPTERRF"));
}

}  // namespace rigor::h7rs
