// A board's record as its file holds it (docs/formats/ledger.md).
#pragma once

#include <string>
#include <string_view>

#include "framework/base/result.hpp"
#include "framework/ledger/board_record.hpp"

namespace rigor {

inline constexpr int kLedgerVersion = 1;

[[nodiscard]] std::string board_to_json(const BoardRecord& record);

// Strict: an unknown version, field or word is refused rather than lost at the next write. `origin` names the file in
// the message. Errors: file_invalid.
[[nodiscard]] Result<BoardRecord> board_from_json(std::string_view text, std::string_view origin);

}  // namespace rigor
