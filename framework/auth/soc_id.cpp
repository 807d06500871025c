#include "framework/auth/soc_id.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace rigor {
namespace {

constexpr std::size_t kWordDigits = 8;

[[nodiscard]] std::optional<std::uint32_t> read_word(std::string_view digits) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && digits.size() == kWordDigits ? std::optional(value) : std::nullopt;
}

// Words joined by underscores, the highest first; the three of the unique id alone will do.
[[nodiscard]] std::optional<SocId> read_printed(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  if (std::ranges::count(text, '_') == 2) return read_printed(fmt::format("00000000_{}", text));
  SocId id{};
  for (std::size_t word = id.size() / 4; word-- > 0;) {
    const auto value = read_word(text.substr(0, kWordDigits));
    if (!value) return std::nullopt;
    store_le32(id, 4 * word, *value);
    text.remove_prefix(kWordDigits);
    if (word == 0) break;
    if (!text.starts_with('_')) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? std::optional(id) : std::nullopt;
}

[[nodiscard]] std::optional<SocId> read_bytes(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes || (bytes->size() != 12 && bytes->size() != 16)) return std::nullopt;
  SocId id{};
  std::ranges::copy(*bytes, id.begin());
  return id;
}

}  // namespace

Result<SocId> parse_soc_id(std::string_view text) {
  const auto id = text.contains('_') ? read_printed(text) : read_bytes(text);
  if (id) return *id;
  return fail(Error(Code::usage, fmt::format("'{}' is no chip id", text))
                  .hint("24 or 32 hex digits, or 0x00000000_35353537_3332510A_00350047 as ST's tool prints it"));
}

}  // namespace rigor
