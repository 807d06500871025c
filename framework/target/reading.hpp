// Reading a chip: bytes of any alignment, what it may hide, and who it is.
#pragma once

#include <functional>
#include <optional>

#include "framework/base/clock.hpp"
#include "framework/probe/probe.hpp"
#include "framework/target/poll.hpp"
#include "framework/target/target.hpp"

namespace rigor {

// Any size and alignment.
[[nodiscard]] Result<Bytes> read_bytes(Probe& probe, AccessPort port, std::uint32_t address, std::size_t size);

// Nothing where the chip hides them behind an error; other people's troubles stay errors.
template <typename T>
[[nodiscard]] Result<std::optional<T>> if_readable(Result<T> value) {
  if (value) return std::optional<T>(std::move(*value));
  if (may_pass(value.error())) return std::nullopt;
  return fail(std::move(value).error());
}

using ReadBytes = std::function<Result<Bytes>(std::uint32_t address, std::size_t size)>;

// The first byte that differs, or nothing.
[[nodiscard]] Result<std::optional<Mismatch>> compare_with(std::uint32_t address, ByteView expected,
                                                           const ReadBytes& read);

// DBGMCU_IDCODE, asked again for a while: an access port may fault for some time after a reset, and an option launch
// may have been one. Errors: identity_mismatch when it is another chip's.
[[nodiscard]] Result<Identity> read_device_id(Probe& probe, Clock& clock, AccessPort port, std::uint32_t address,
                                              const ChipFacts& facts);

// Fill in what the chip gives: unique id, flash size and bootloader version.
[[nodiscard]] Result<void> read_unique_id(Probe& probe, AccessPort port, const ChipFacts& facts, Identity& identity);
[[nodiscard]] Result<void> read_sizes(Probe& probe, AccessPort port, const ChipFacts& facts, Identity& identity);

}  // namespace rigor
