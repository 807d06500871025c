// The range of flash that a verb was asked for by `offset` and `size`, where this part answers for it, and whether
// anything protects it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "framework/base/result.hpp"
#include "framework/suite/arguments.hpp"
#include "framework/target/target.hpp"

namespace rigor {

class Step;

struct VerbRange {
  std::uint32_t offset = 0;  // from the start of the flash, bytes
  std::uint32_t size = 0;    // bytes, not 0
};

// `offset` and `size` as given, within the board's flash and not empty; without a size, to the end of the flash.
// Errors: usage.
[[nodiscard]] Result<VerbRange> range_of(const Step& step, const Arguments& arguments);

// The same by the addresses at which the part answers for it as it is: with TrustZone on, each sector answers at the
// alias of its own world only.
[[nodiscard]] Result<std::vector<FlashRange>> ranges_of(const Step& step, const Arguments& arguments);

// Bytes of an image, and where they go.
struct PlacedBytes {
  std::uint32_t address = 0;
  ByteView bytes;
};
[[nodiscard]] Result<std::vector<PlacedBytes>> place_bytes(const Step& step, std::uint32_t offset, ByteView bytes);

// What would make the chip refuse, told before it is asked (lifecycle.md 4). `passed_over`: a kind that does not count.
// Errors: state_unsuitable, flash_write_protected.
[[nodiscard]] Result<void> check_unprotected(const Step& step, const FlashRange& range,
                                             std::optional<ProtectionKind> passed_over = std::nullopt);

}  // namespace rigor
