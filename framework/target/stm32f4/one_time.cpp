#include "framework/target/stm32f4/one_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/target/reading.hpp"
#include "framework/target/slow_wire.hpp"
#include "framework/target/stm32f4/protection.hpp"

namespace rigor::f4 {
namespace {

constexpr std::uint8_t kOpen = 0xFF;
constexpr std::uint8_t kLocked = 0x00;
constexpr std::uint8_t kErased = 0xFF;

bool is_blank(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == kErased; });
}

// The widest access that the supply allows and that touches no byte beside the range.
AccessSize access_for(std::uint32_t address, std::size_t size, unsigned parallelism) {
  for (const AccessSize each : {AccessSize::word, AccessSize::halfword}) {
    const auto unit = static_cast<unsigned>(each);
    if (unit * 8 <= parallelism && address % unit == 0 && size % unit == 0) return each;
  }
  return AccessSize::byte;
}

}  // namespace

std::uint32_t OneTime::block_count() const {
  const OtpFacts& otp = access_.facts().otp;
  return otp.block_size == 0 ? 0 : otp.size / otp.block_size;
}

bool OneTime::covers(std::uint32_t address) const {
  const OtpFacts& otp = access_.facts().otp;
  return (address >= otp.base && address - otp.base < otp.size) ||
         (address >= otp.lock_bytes && address - otp.lock_bytes < block_count());
}

Result<void> OneTime::check_range(std::uint32_t address, std::size_t size) const {
  const OtpFacts& otp = access_.facts().otp;
  if (otp.size == 0) return fail(Code::unsupported, fmt::format("{} has no one-time memory", access_.facts().name));
  if (address >= otp.base && address - otp.base <= otp.size && size <= otp.size - (address - otp.base)) return {};
  const bool lock = address >= otp.lock_bytes && address - otp.lock_bytes < block_count();
  return fail(Error(Code::address_invalid,
                    fmt::format("{} bytes at {} are not inside the one-time memory, {} to {}", size, hex_word(address),
                                hex_word(otp.base), hex_word(otp.base + otp.size - 1)))
                  .hint(lock
                            ? "these are the locks: lock a block by its number"
                            : "count the digits: what is written there cannot be taken back, so nothing is corrected"));
}

Result<Bytes> OneTime::read_locks() {
  return read_bytes(access_.probe(), access_.port(), access_.facts().otp.lock_bytes, block_count());
}

Result<std::vector<OtpBlock>> OneTime::read() {
  const OtpFacts& otp = access_.facts().otp;
  RIGOR_CHECK(check_range(otp.base, otp.size));
  RIGOR_CHECK(without_value(access_.look_at_open_chip("reading one-time memory")));
  RIGOR_TRY(const Bytes locks, read_locks());
  std::vector<OtpBlock> blocks;
  for (unsigned i = 0; i < block_count(); ++i) {
    OtpBlock block{.index = i,
                   .address = otp.base + i * otp.block_size,
                   .size = otp.block_size,
                   .locked = locks[i] != kOpen,
                   .blank = {}};
    if (locks[i] != kOpen && locks[i] != kLocked)
      block.note = fmt::format("its lock byte is 0x{:02X}, which the manual does not allow", locks[i]);
    RIGOR_TRY(const auto bytes, if_readable(read_bytes(access_.probe(), access_.port(), block.address, block.size)));
    if (bytes) block.blank = is_blank(*bytes);
    blocks.push_back(block);
  }
  return blocks;
}

Result<void> OneTime::check_unlocked(std::uint32_t address, std::size_t size) {
  const OtpFacts& otp = access_.facts().otp;
  RIGOR_TRY(const Bytes locks, read_locks());
  const std::size_t last = (address - otp.base + size - 1) / otp.block_size;
  for (std::size_t block = (address - otp.base) / otp.block_size; block <= last; ++block) {
    if (locks[block] == kOpen) continue;
    return fail(
        Error(Code::otp_locked,
              fmt::format("block {} of the one-time memory is locked (lock byte 0x{:02X})", block, locks[block]))
            .hint(locks[block] == kLocked ? "a lock is final" : "a lock byte is 0xFF or 0x00, this is neither"));
  }
  return {};
}

Result<void> OneTime::check_unwritten(std::uint32_t address, std::size_t size) {
  RIGOR_TRY(const Bytes cells, read_bytes(access_.probe(), access_.port(), address, size));
  const auto written = std::ranges::find_if(cells, [](std::uint8_t byte) { return byte != kErased; });
  if (written == cells.end()) return {};
  return fail(Code::otp_written,
              fmt::format("{} of the one-time memory was written before, it holds 0x{:02X}",
                          hex_word(address + static_cast<std::uint32_t>(written - cells.begin())), *written));
}

Result<void> OneTime::program(AccessSize size, std::uint32_t address, ByteView data) {
  SlowWire wire(access_.probe(), kProgramSpeedKhz);
  RIGOR_CHECK(wire.begin());
  const Result<void> programmed = controller_.unlocked([&] { return controller_.program(size, address, data); });
  const Result<void> restored = wire.end();
  return programmed ? restored : programmed;
}

Result<void> OneTime::write(std::uint32_t address, ByteView data) {
  RIGOR_CHECK(check_range(address, data.size()));
  if (data.empty()) return {};
  RIGOR_CHECK(without_value(access_.look_at_open_chip("writing one-time memory")));
  RIGOR_CHECK(check_unlocked(address, data.size()));
  RIGOR_CHECK(check_unwritten(address, data.size()));
  const AccessSize size = access_for(address, data.size(), access_.parallelism());
  RIGOR_CHECK(program(size, address, data));
  RIGOR_TRY(const auto wrong, compare_with(address, data, [this](std::uint32_t at, std::size_t count) {
              return read_bytes(access_.probe(), access_.port(), at, count);
            }));
  if (!wrong) return {};
  return fail(Code::verify_mismatch,
              fmt::format("{} of the one-time memory holds 0x{:02X} where 0x{:02X} was written, for good",
                          hex_word(wrong->address), wrong->found, wrong->expected));
}

Result<void> OneTime::lock(unsigned block) {
  const OtpFacts& otp = access_.facts().otp;
  RIGOR_CHECK(check_range(otp.base, otp.size));
  if (block >= block_count()) {
    return fail(Code::address_invalid,
                fmt::format("there is no block {} of one-time memory, the last is {}", block, block_count() - 1));
  }
  RIGOR_CHECK(without_value(access_.look_at_open_chip("locking one-time memory")));
  RIGOR_TRY(const Bytes before, read_locks());
  if (before[block] != kLocked) {
    const std::array<std::uint8_t, 1> lock{kLocked};
    if (auto written = program(AccessSize::byte, otp.lock_bytes + block, lock); !written)
      return fail(Code::otp_not_locked, fmt::format("the lock of block {} was not written", block),
                  std::move(written).error());
  }
  return check_lock_holds(block, before);
}

// The lock byte says so, its neighbours are as they were, and the chip refuses to program the block. The attempt
// programs ones, which would change nothing.
Result<void> OneTime::check_lock_holds(unsigned block, const Bytes& before) {
  RIGOR_TRY(const Bytes after, read_locks());
  if (after[block] != kLocked) {
    return fail(Code::otp_not_locked,
                fmt::format("the lock byte of block {} reads 0x{:02X} after 0x00 was written", block, after[block]));
  }
  for (unsigned i = 0; i < after.size(); ++i) {
    if (i == block || after[i] == before[i]) continue;
    return fail(Code::chip_unexpected,
                fmt::format("locking block {} changed the lock byte of block {} to 0x{:02X}", block, i, after[i]));
  }
  const OtpFacts& otp = access_.facts().otp;
  const std::array<std::uint8_t, 1> ones{kErased};
  const auto tried = program(AccessSize::byte, otp.base + block * otp.block_size, ones);
  if (!tried && tried.error().code() == Code::flash_write_protected) return {};
  if (!tried) return tried;
  return fail(Code::otp_not_locked,
              fmt::format("the lock byte of block {} reads 0x00, but the chip still takes writes to the block", block));
}

Result<std::vector<Protection>> OneTime::protections(std::uint32_t address, std::uint32_t size) {
  RIGOR_CHECK(check_range(address, size));
  RIGOR_TRY(const View view, access_.look());
  std::vector<Protection> found;
  if (auto level = level_protection(view, access_.part())) return std::vector{std::move(*level)};  // hides the locks
  RIGOR_TRY(const Bytes locks, read_locks());
  const OtpFacts& otp = access_.facts().otp;
  for (std::uint32_t at = address - otp.base; at < address - otp.base + size;
       at += otp.block_size - at % otp.block_size) {
    const std::uint32_t block = at / otp.block_size;
    if (locks[block] == kOpen) continue;
    found.push_back({fmt::format("block {} of the one-time memory is locked (0x{:02X} at {})", block, locks[block],
                                 hex_word(otp.lock_bytes + block)),
                     "none: a lock is final"});
  }
  return found;
}

}  // namespace rigor::f4
