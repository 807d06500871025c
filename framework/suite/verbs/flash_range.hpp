// The range of flash that a verb was asked for by `offset` and `size`, and whether anything protects it.
#pragma once

#include <cstdint>
#include <optional>

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

// Where the flash starts for this part as it is: on a part with TrustZone on, flash that the watermarks make secure
// answers at its secure alias only.
[[nodiscard]] Result<std::uint32_t> flash_base(const Step& step);

// What would make the chip refuse, told before it is asked (lifecycle.md 4). `passed_over`: a kind that does not count.
// Errors: state_unsuitable, flash_write_protected.
[[nodiscard]] Result<void> check_unprotected(const Step& step, std::uint32_t address, std::uint32_t size,
                                             std::optional<ProtectionKind> passed_over = std::nullopt);

}  // namespace rigor
