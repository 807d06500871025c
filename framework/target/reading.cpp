#include "framework/target/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigor {
namespace {

// H5 and F4: the other bits differ between revisions, a real H563 shows 0x6484 (stm32h5.md 1.1, stm32f4.md 1).
constexpr std::uint32_t kDeviceIdMask = 0xFFF;
constexpr Duration kAnswerLimit = std::chrono::milliseconds(500);
constexpr std::size_t kCompareBlock = 6144;

}  // namespace

Result<Bytes> read_bytes(Probe& probe, AccessPort port, std::uint32_t address, std::size_t size) {
  const std::uint32_t before = address % 4;
  Bytes words((before + size + 3) / 4 * 4);
  RIGOR_CHECK(probe.read_memory(port, address - before, words));
  return Bytes(words.begin() + before, words.begin() + before + static_cast<std::ptrdiff_t>(size));
}

Result<std::optional<Mismatch>> compare_with(std::uint32_t address, ByteView expected, const ReadBytes& read) {
  for (std::size_t done = 0; done < expected.size(); done += kCompareBlock) {
    const ByteView block = expected.subspan(done, std::min(kCompareBlock, expected.size() - done));
    const std::uint32_t at = address + static_cast<std::uint32_t>(done);
    RIGOR_TRY(const Bytes found, read(at, block.size()));
    const auto [want, have] = std::ranges::mismatch(block, found);
    if (want != block.end()) return Mismatch{at + static_cast<std::uint32_t>(want - block.begin()), *want, *have};
  }
  return std::nullopt;
}

Result<Identity> read_device_id(Probe& probe, Clock& clock, AccessPort port, std::uint32_t address,
                                const ChipFacts& facts) {
  const TimePoint deadline = clock.now() + kAnswerLimit;
  auto word = probe.read_word(port, address);
  for (Duration pause = std::chrono::milliseconds(1); !word; pause *= 2) {
    if (!may_pass(word.error()) || clock.now() + pause >= deadline) return fail(std::move(word).error());
    RIGOR_CHECK(clock.sleep_for(pause));
    word = probe.read_word(port, address);
  }
  Identity identity;
  identity.device_id = static_cast<std::uint16_t>(*word & kDeviceIdMask);
  identity.revision = static_cast<std::uint16_t>(*word >> 16);
  if (identity.device_id == facts.device_id) return identity;
  return fail(
      Error(Code::identity_mismatch, fmt::format("the chip shows device id 0x{:03X} (IDCODE {}), {} has 0x{:03X}",
                                                 identity.device_id, hex_word(*word), facts.name, facts.device_id))
          .hint("check which board is on this bench"));
}

Result<void> read_unique_id(Probe& probe, AccessPort port, const ChipFacts& facts, Identity& identity) {
  RIGOR_TRY(const auto bytes, if_readable(read_bytes(probe, port, facts.unique_id_address, 12)));
  if (!bytes) return {};
  for (std::size_t i = 0; i < identity.unique_id.size(); ++i) identity.unique_id[i] = load_le32(*bytes, 4 * i);
  identity.unique_id_reads_zero = std::ranges::all_of(identity.unique_id, [](std::uint32_t word) { return word == 0; });
  return {};
}

Result<void> read_sizes(Probe& probe, AccessPort port, const ChipFacts& facts, Identity& identity) {
  RIGOR_TRY(const auto size, if_readable(read_bytes(probe, port, facts.flash_size_address, 2)));
  if (size && load_le16(*size) != 0 && load_le16(*size) != 0xFFFF) identity.flash_kilobytes = load_le16(*size);
  RIGOR_TRY(const auto bootloader, if_readable(read_bytes(probe, port, facts.bootloader_version_address, 1)));
  if (bootloader && bootloader->front() != 0 && bootloader->front() != 0xFF)
    identity.bootloader_version = bootloader->front();
  return {};
}

}  // namespace rigor
