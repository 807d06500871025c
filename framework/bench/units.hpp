// Values with units as people write them: "20ms", "512KiB", "0x1F", "0032001A 3333510A".
//
// Used by the YAML readers and by the command line, so that a value is written the same way everywhere. A text that
// does not fit comes back as Misfit: the sentence says what is wrong with it, the hint what would be right.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/clock.hpp"

namespace rigor {

struct Misfit {
  std::string message;  // "is a bare number"
  std::string hint;     // "a duration needs a unit: 20ms, 20us or 20s"
};
template <typename T>
using Parsed = std::expected<T, Misfit>;

// "300us", "20ms", "1.5s", "2min", "1h", "10ns", with a sign where wanted; a bare number is refused.
[[nodiscard]] Parsed<Duration> parse_duration(std::string_view text);
// Bytes: "512KiB", "1MiB", "4096", "0x1000". KB and MB are refused, they mean different things to different people.
[[nodiscard]] Parsed<std::uint64_t> parse_size(std::string_view text);
// Decimal or 0x hex, with a sign where wanted. A leading zero is refused: YAML and C read it as octal, people do not.
[[nodiscard]] Parsed<std::int64_t> parse_integer(std::string_view text);
// on, true / off, false.
[[nodiscard]] Parsed<bool> parse_bool(std::string_view text);
// Pairs of hex digits, blanks between bytes allowed.
[[nodiscard]] Parsed<Bytes> parse_hex_bytes(std::string_view text);
// Words of one to eight hex digits between blanks, "0x" allowed: "0032001A 3333510A 30363532".
[[nodiscard]] Parsed<std::vector<std::uint32_t>> parse_hex_words(std::string_view text);

// The shortest exact form with a unit: "20ms", "1500us", "0ms".
[[nodiscard]] std::string format_duration(Duration duration);
// "512KiB", "1MiB", "100".
[[nodiscard]] std::string format_size(std::uint64_t bytes);

}  // namespace rigor
