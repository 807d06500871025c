// The belt under the redaction: does an artefact of a run hold a secret in any form in which a program would write it?
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/secret.hpp"

namespace rigor::test {
namespace secret_search {

inline std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return result;
}

// A hex dump without what people put between its bytes: "0x", blanks, line ends, colons, commas, dashes, quotes.
inline std::string without_separators(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '0' && i + 1 < text.size() && text[i + 1] == 'x') {
      ++i;
      continue;
    }
    if (std::string_view(" \t\r\n:,-_\"'[]").find(text[i]) == std::string_view::npos) result += text[i];
  }
  return result;
}

// What base64 of any text with these bytes in it holds, for each of the three places they can begin at.
inline std::array<std::string, 3> base64_cores(ByteView bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::string, 3> cores;
  for (std::size_t shift = 0; shift < 3; ++shift) {
    // Only digits made of nothing but these bytes are sure.
    const std::size_t first_bit = shift * 8;
    const std::size_t last_bit = first_bit + bytes.size() * 8;
    for (std::size_t digit = (first_bit + 5) / 6; (digit + 1) * 6 <= last_bit; ++digit) {
      unsigned value = 0;
      for (std::size_t bit = digit * 6 - first_bit; bit < digit * 6 - first_bit + 6; ++bit)
        value = (value << 1) | ((bytes[bit / 8] >> (7 - bit % 8)) & 1U);
      cores[shift] += kDigits[value];
    }
  }
  return cores;
}

// Padding and the like: a word of equal bytes, or a small number, is everywhere and says nothing.
inline bool says_something(std::uint32_t word) {
  const std::uint32_t byte = word & 0xFF;
  const std::uint32_t swapped = __builtin_bswap32(word);
  return word != byte * 0x01010101U && word > 0xFFFF && swapped > 0xFFFF;
}

inline bool has_number(std::string_view text, const std::string& digits) {
  const auto is_digit = [&](std::size_t at) {
    return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  for (std::size_t at = text.find(digits); at != std::string_view::npos; at = text.find(digits, at + 1))
    if (!(at > 0 && is_digit(at - 1)) && !is_digit(at + digits.size())) return true;
  return false;
}

}  // namespace secret_search

// Looks for the secret's bytes (any eight of them in a row), its hex (either case, with or without separators), its
// base64 (at any alignment, over line ends), and each of its 32-bit words at multiples of 4 as hex in either byte order
// and as decimal numbers. Returns what was found, for the failure message ("word 3 as hex ..."); nothing for a clean
// artefact.
[[nodiscard]] inline std::optional<std::string> contains_secret(std::string_view artefact, const Secret& secret) {
  using namespace secret_search;
  const ByteView bytes = secret.view();
  if (bytes.empty()) return std::nullopt;
  const auto has = [](std::string_view text, std::string_view wanted) {
    return !wanted.empty() && text.find(wanted) != std::string_view::npos;
  };
  const std::size_t window = std::min<std::size_t>(8, bytes.size());
  for (std::size_t i = 0; i + window <= bytes.size(); ++i) {
    const std::string raw(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                          bytes.begin() + static_cast<std::ptrdiff_t>(i + window));
    const bool padding = std::ranges::all_of(raw, [&](char c) { return c == raw.front(); });
    if (!padding && has(artefact, raw)) return "bytes " + std::to_string(i) + " and on, as they are";
  }
  const std::string lower = lowered(artefact);
  const std::string dense = without_separators(lower);
  if (has(dense, to_hex(bytes))) return "the whole as hex";
  const std::string unwrapped = without_separators(artefact);
  for (const std::string& core : base64_cores(bytes))
    if (core.size() >= 8 && has(unwrapped, core)) return "the whole as base64";
  for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    const std::uint32_t word = load_le32(bytes, i);
    if (!says_something(word)) continue;
    for (const std::uint32_t value : {word, __builtin_bswap32(word)}) {
      const std::string hex = hex_word(value).substr(2);
      const std::string where = "word " + std::to_string(i / 4);
      if (has(lower, hex) || has(dense, hex)) return where + " as hex " + hex;
      if (has_number(artefact, std::to_string(value))) return where + " as decimal " + std::to_string(value);
    }
  }
  return std::nullopt;
}

}  // namespace rigor::test
