#include "framework/target/flash_flags.hpp"

#include <fmt/format.h>

#include "framework/base/bytes.hpp"

namespace rigor {

Result<void> check_flags(std::span<const FlashFlag> rows, std::uint32_t status, const std::string& what) {
  for (const FlashFlag& row : rows) {
    if ((status & row.mask) == 0) continue;
    return fail(Error(row.code, fmt::format("{}: {}, status {}", what, row.meaning, hex_word(status)))
                    .hint(std::string(row.hint)));
  }
  return {};
}

}  // namespace rigor
