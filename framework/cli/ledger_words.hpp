// What the actions of `rigor ledger` read in common.
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "framework/base/result.hpp"
#include "framework/ledger/board_record.hpp"

namespace rigor::cli {

// Errors: usage.
[[nodiscard]] inline Result<BoardUid> parse_uid(const std::string& text) {
  if (const auto uid = BoardUid::parse(text)) return *uid;
  return fail(Error(Code::usage, fmt::format("'{}' is not a unique id", text))
                  .hint("24 hex digits; `rigor ledger list` shows them"));
}

// Whose word it is, for the board's history.
[[nodiscard]] inline std::string operator_name() {
  const char* name = std::getenv("USER");  // NOLINT(concurrency-mt-unsafe): no other thread runs here
  return name != nullptr ? name : "an operator";
}

}  // namespace rigor::cli
