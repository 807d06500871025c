#include "framework/bench/units.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace rigor {

namespace {

struct DurationUnit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Longest first in no sense but ours: the unit is everything after the number, so no prefix is ambiguous.
constexpr std::array<DurationUnit, 6> kDurationUnits{{
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"min", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<SizeUnit, 5> kSizeUnits{
    {{"", 1}, {"B", 1}, {"KiB", 1U << 10}, {"MiB", 1U << 20}, {"GiB", 1U << 30}}};

constexpr std::size_t kShown = 40;  // characters of a value repeated in a message

std::string quoted(std::string_view text) {
  if (text.size() <= kShown) return fmt::format("'{}'", text);
  return fmt::format("'{}...'", text.substr(0, kShown));
}

template <typename T>
std::unexpected<Misfit> misfit(T message, std::string hint) {
  return std::unexpected(Misfit{std::move(message), std::move(hint)});
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Number and unit of "1.5ms": the number ends where the first character stands that no number has.
std::pair<std::string_view, std::string_view> split_unit(std::string_view text) {
  const auto end =
      std::ranges::find_if_not(text, [](char c) { return is_digit(c) || c == '.' || c == '-' || c == '+'; });
  const auto length = static_cast<std::size_t>(end - text.begin());
  std::string_view unit = text.substr(length);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  return {text.substr(0, length), unit};
}

// A decimal number times `scale`, exactly: "1.5" times 1,000,000. Nothing when it is no number, is too large, or has
// digits finer than one.
std::optional<std::int64_t> scaled(std::string_view number, std::int64_t scale) {
  const bool negative = number.starts_with('-');
  if (negative || number.starts_with('+')) number.remove_prefix(1);
  const std::size_t dot = std::min(number.find('.'), number.size());
  const std::string_view whole = number.substr(0, dot);
  const std::string_view fraction = dot < number.size() ? number.substr(dot + 1) : std::string_view{};
  if (whole.empty() || (dot < number.size() && fraction.empty())) return std::nullopt;
  if (!std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(fraction, is_digit)) return std::nullopt;
  std::int64_t value = 0;
  for (const char digit : whole) {
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) return std::nullopt;
    if (__builtin_add_overflow(value, std::int64_t{digit - '0'}, &value)) return std::nullopt;
  }
  if (__builtin_mul_overflow(value, scale, &value)) return std::nullopt;
  for (const char digit : fraction) {
    if (scale % 10 != 0 && digit != '0') return std::nullopt;
    scale /= 10;
    if (__builtin_add_overflow(value, scale * (digit - '0'), &value)) return std::nullopt;
  }
  return negative ? -value : value;
}

std::optional<std::uint64_t> hex_number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

bool has_hex_prefix(std::string_view text) { return text.starts_with("0x") || text.starts_with("0X"); }

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
  const auto [number, unit] = split_unit(text);
  if (number.empty()) return misfit(fmt::format("{} is not a duration", quoted(text)), "expected one such as 20ms");
  if (unit.empty()) {
    return misfit(fmt::format("{} has no unit", quoted(text)), fmt::format("write {0}ms, {0}us or {0}s", number));
  }
  const auto known = std::ranges::find(kDurationUnits, unit, &DurationUnit::name);
  if (known == kDurationUnits.end()) {
    return misfit(fmt::format("{} has the unknown unit {}", quoted(text), quoted(unit)),
                  "expected ns, us, ms, s, min or h");
  }
  const auto value = scaled(number, known->nanoseconds);
  if (!value) {
    return misfit(fmt::format("{} is not a duration that can be counted in nanoseconds", quoted(text)),
                  "expected one such as 20ms");
  }
  return Duration(*value);
}

Parsed<std::uint64_t> parse_size(std::string_view text) {
  const auto refuse = [&] {
    return misfit(fmt::format("{} is not a size", quoted(text)), "expected one such as 512KiB, 4096 or 0x1000");
  };
  if (has_hex_prefix(text)) {
    const auto value = hex_number(text.substr(2));
    return value ? Parsed<std::uint64_t>(*value) : refuse();
  }
  const auto [number, unit] = split_unit(text);
  if (unit == "KB" || unit == "kB" || unit == "MB" || unit == "K" || unit == "M" || unit == "k") {
    return misfit(fmt::format("{} may mean 1000 or 1024", quoted(text)),
                  fmt::format("write {}{}iB for powers of two", number, unit[0] == 'M' ? 'M' : 'K'));
  }
  const auto known = std::ranges::find(kSizeUnits, unit, &SizeUnit::name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (known == kSizeUnits.end() || number.empty() || error != std::errc{} || end != number.data() + number.size()) {
    return refuse();
  }
  if (__builtin_mul_overflow(value, known->bytes, &value)) return refuse();
  return value;
}

Parsed<std::int64_t> parse_integer(std::string_view text) {
  const auto refuse = [&] {
    return misfit(fmt::format("{} is not a whole number", quoted(text)), "expected one such as 12 or 0x1F");
  };
  const bool negative = text.starts_with('-');
  std::string_view digits = text;
  if (negative || text.starts_with('+')) digits.remove_prefix(1);
  std::uint64_t magnitude = 0;
  if (has_hex_prefix(digits)) {
    const auto value = hex_number(digits.substr(2));
    if (!value) return refuse();
    magnitude = *value;
  } else {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return refuse();
    if (digits.size() > 1 && digits.front() == '0') {
      return misfit(fmt::format("{} starts with a zero, which some read as octal", quoted(text)),
                    fmt::format("write {} or 0x{:x}", magnitude, magnitude));
    }
  }
  const std::uint64_t limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) + (negative ? 1 : 0);
  if (magnitude > limit) return refuse();
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

Parsed<bool> parse_bool(std::string_view text) {
  if (text == "on" || text == "true") return true;
  if (text == "off" || text == "false") return false;
  return misfit(fmt::format("{} is neither on nor off", quoted(text)), "expected on, off, true or false");
}

Parsed<Bytes> parse_hex_bytes(std::string_view text) {
  std::string digits;
  bool half = false;
  for (const char c : text) {
    if (c == ' ' && half) break;  // a blank inside a byte: let it fail below
    if (c == ' ') continue;
    digits += c;
    half = !half;
  }
  auto bytes = half ? std::nullopt : from_hex(digits);
  if (!bytes || digits.empty()) {
    return misfit(fmt::format("{} is not a row of bytes", quoted(text)),
                  "expected pairs of hex digits such as 0a1b or '0a 1b'");
  }
  return *std::move(bytes);
}

Parsed<std::vector<std::uint32_t>> parse_hex_words(std::string_view text) {
  std::vector<std::uint32_t> words;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    if (word.empty()) continue;
    if (has_hex_prefix(word)) word.remove_prefix(2);
    const auto value = hex_number(word);
    if (!value || word.size() > 8) {
      return misfit(fmt::format("{} is not a hex word", quoted(word)),
                    "expected words such as 0032001A, with blanks between");
    }
    words.push_back(static_cast<std::uint32_t>(*value));
  }
  if (words.empty()) return misfit(std::string("there is no hex word"), "expected words such as 0032001A");
  return words;
}

std::string format_duration(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0ms";
  const DurationUnit* unit = kDurationUnits.data();
  for (const DurationUnit& larger : kDurationUnits) {
    // Minutes and hours are for people's files; a measured time reads better in seconds.
    if (count % larger.nanoseconds == 0 && larger.nanoseconds <= 1'000'000'000) unit = &larger;
  }
  return fmt::format("{}{}", count / unit->nanoseconds, unit->name);
}

std::string format_size(std::uint64_t bytes) {
  const SizeUnit* unit = kSizeUnits.data();
  for (const SizeUnit& larger : kSizeUnits) {
    if (bytes != 0 && larger.bytes > 1 && bytes % larger.bytes == 0) unit = &larger;
  }
  return fmt::format("{}{}", bytes / unit->bytes, unit->name);
}

}  // namespace rigor
