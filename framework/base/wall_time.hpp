// The calendar: for people and records, never for waiting (framework/base/clock.hpp does that).
#pragma once

#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>

namespace rigor {

using WallTime = std::chrono::system_clock::time_point;

// Where a record takes its date from; tests hand in a fixed one.
using WallClock = std::function<WallTime()>;

[[nodiscard]] inline WallTime system_wall_time() { return std::chrono::system_clock::now(); }

// ISO 8601, UTC, milliseconds: "2026-05-04T09:15:24.042Z". Texts of this form sort by time.
[[nodiscard]] inline std::string utc_text(WallTime at) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
  const std::time_t seconds = static_cast<std::time_t>((milliseconds - (((milliseconds % 1000) + 1000) % 1000)) / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<int>(((milliseconds % 1000) + 1000) % 1000));
  return text;
}

}  // namespace rigor
