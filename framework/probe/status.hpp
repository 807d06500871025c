// Status codes of an ST-LINK and the errors they are (st-link-protocol.md 5).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "framework/base/result.hpp"

namespace rigor {

struct StatusRow {
  std::uint8_t status = 0;
  Code code = Code::probe_refused;
  std::string_view meaning;
};

inline constexpr std::uint8_t kStatusOk = 0x80;
inline constexpr std::uint8_t kStatusBadAccessPort = 0x1D;

// Every code that means an error; all others are unknown to everybody and become probe_confused.
[[nodiscard]] std::span<const StatusRow> status_table();

[[nodiscard]] bool status_is_ok(std::uint8_t status);
// Nothing for success, otherwise the error, its sentence starting with `what` ("read of 4 bytes at 0xE000ED00").
[[nodiscard]] Result<void> check_status(std::uint8_t status, const std::string& what);

}  // namespace rigor
