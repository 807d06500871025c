// The error flags of a flash controller as errors.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "framework/base/result.hpp"

namespace rigor {

struct FlashFlag {
  std::uint32_t mask = 0;
  Code code = Code::flash_sequence;
  std::string_view meaning;  // "write protected (WRPERR)"
  std::string_view hint;
};

// The error of the first row whose flag is set; nothing when none is. `what` starts its sentence.
[[nodiscard]] Result<void> check_flags(std::span<const FlashFlag> rows, std::uint32_t status, const std::string& what);

}  // namespace rigor
