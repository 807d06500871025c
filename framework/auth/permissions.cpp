#include "framework/auth/permissions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "framework/base/suggest.hpp"

namespace rigor {
namespace {

struct NamedBit {
  unsigned bit;
  std::string_view name;
  std::string_view title;
};

// Section 7. The order is ST's listing order, from which the letters follow.
constexpr std::array<NamedBit, 8> kH5Bits = {{
    {14, "full-regression", "Full Regression"},
    {12, "tz-regression", "To TZ Regression"},
    {6, "level-3-secure-debug", "Level 3 Intrusive Debug"},
    {5, "level-2-secure-debug", "Level 2 Intrusive Debug"},
    {4, "level-1-secure-debug", "Level 1 Intrusive Debug"},
    {2, "level-3-nonsecure-debug", "Level 3 Intrusive Non Secure Debug"},
    {1, "level-2-nonsecure-debug", "Level 2 Intrusive Non Secure Debug"},
    {0, "level-1-nonsecure-debug", "Level 1 Intrusive Non Secure Debug"},
}};
constexpr std::array<NamedBit, 5> kH7rsBits = {{
    {14, "full-regression", "Full Regression"},
    {2, "level-3-debug", "Level 3 Intrusive Debug"},
    {1, "level-2-debug", "Level 2 Intrusive Debug"},
    {0, "level-1-debug", "Level 1 Intrusive Debug"},
    {127, "forced-download", "Forced Download"},
}};
constexpr std::array<unsigned, 9> kListingOrder = {14, 12, 6, 5, 4, 2, 1, 0, 127};

[[nodiscard]] std::span<const NamedBit> named_bits(Family family) {
  switch (family) {
    case Family::stm32h5:
      return kH5Bits;
    case Family::stm32h7rs:
      return kH7rsBits;
    case Family::stm32f4:
      return {};
  }
  return {};
}

[[nodiscard]] const NamedBit* find_bit(Family family, unsigned bit) {
  const auto bits = named_bits(family);
  const auto found = std::ranges::find(bits, bit, &NamedBit::bit);
  return found == bits.end() ? nullptr : &*found;
}

// Every bit of the mask, in ST's order.
[[nodiscard]] std::vector<unsigned> ordered_bits(const Permissions& mask) {
  std::vector<unsigned> order(kListingOrder.begin(), kListingOrder.end() - 1);
  for (unsigned bit = Permissions::kBits - 1; bit-- > 0;) {
    if (std::ranges::find(kListingOrder, bit) == kListingOrder.end()) order.push_back(bit);
  }
  order.push_back(kListingOrder.back());
  std::erase_if(order, [&](unsigned bit) { return !mask.test(bit); });
  return order;
}

[[nodiscard]] std::optional<unsigned> read_bit_number(std::string_view text) {
  if (text.starts_with("bit-")) text.remove_prefix(4);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number >= Permissions::kBits) return std::nullopt;
  return number;
}

[[nodiscard]] std::optional<Permissions> read_mask(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  text.remove_prefix(2);
  if (text.empty() || text.size() > 2 * Permissions::kSize) return std::nullopt;
  auto bytes = from_hex(std::string(2 * Permissions::kSize - text.size(), '0').append(text));
  if (!bytes) return std::nullopt;
  std::ranges::reverse(*bytes);
  return Permissions::from_bytes(*bytes);
}

[[nodiscard]] Result<Permissions> read_one(std::span<const Family> families, std::string_view word) {
  if (const auto mask = read_mask(word)) return *mask;
  if (const auto bit = read_bit_number(word)) return Permissions::bit(*bit);
  std::vector<std::string> known;
  for (const Family family : families) {
    for (const NamedBit& named : named_bits(family)) {
      if (named.name == word) return Permissions::bit(named.bit);
      if (std::ranges::find(known, named.name) == known.end()) known.emplace_back(named.name);
    }
  }
  return fail(
      Error(Code::name_unknown, fmt::format("no permission is called '{}'", word)).hint(suggestion(word, known)));
}

[[nodiscard]] std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Permissions Permissions::from_bytes(ByteView bytes) {
  Permissions mask;
  std::ranges::copy(bytes.first(kSize), mask.bytes_.begin());
  return mask;
}

bool Permissions::none() const { return *this == Permissions(); }

std::string Permissions::text() const {
  Bytes big_endian(bytes_.rbegin(), bytes_.rend());
  const std::string digits = to_hex(big_endian);
  const auto first = digits.find_first_not_of('0');
  return "0x" + (first == std::string::npos ? "0" : digits.substr(first));
}

Permissions operator&(const Permissions& a, const Permissions& b) {
  Permissions result = a;
  for (std::size_t i = 0; i < Permissions::kSize; ++i) result.bytes_[i] &= b.bytes_[i];
  return result;
}
Permissions operator|(const Permissions& a, const Permissions& b) {
  Permissions result = a;
  for (std::size_t i = 0; i < Permissions::kSize; ++i) result.bytes_[i] |= b.bytes_[i];
  return result;
}
Permissions operator~(const Permissions& a) {
  Permissions result = a;
  for (std::uint8_t& byte : result.bytes_) byte = static_cast<std::uint8_t>(~byte);
  return result;
}

Permissions product_permissions(Family family) {
  Permissions mask;
  for (const NamedBit& named : named_bits(family)) mask = mask | Permissions::bit(named.bit);
  return mask;
}

std::string permission_title(Family family, unsigned bit) {
  const NamedBit* named = find_bit(family, bit);
  return named != nullptr ? std::string(named->title) : fmt::format("bit {}", bit);
}

std::string permission_name(Family family, unsigned bit) {
  const NamedBit* named = find_bit(family, bit);
  return named != nullptr ? std::string(named->name) : fmt::format("bit-{}", bit);
}

std::string permission_names(Family family, const Permissions& mask) {
  std::string names;
  for (const unsigned bit : ordered_bits(mask)) {
    if (!names.empty()) names += ", ";
    names += permission_name(family, bit);
  }
  return names.empty() ? "none" : names;
}

std::vector<ListedPermission> list_permissions(Family family, const Permissions& available) {
  std::vector<ListedPermission> list;
  for (const unsigned bit : ordered_bits(available)) {
    const char letter = list.size() < 26 ? static_cast<char>('a' + list.size()) : '?';
    list.push_back({letter, bit, permission_title(family, bit)});
  }
  return list;
}

Result<Permissions> parse_permissions(std::optional<Family> family, std::string_view text) {
  constexpr std::array<Family, 2> kAll = {Family::stm32h5, Family::stm32h7rs};
  const std::span<const Family> families =
      family ? std::span<const Family>(&*family, 1) : std::span<const Family>(kAll);
  Permissions mask;
  for (bool more = true; more;) {
    const auto comma = text.find(',');
    more = comma != std::string_view::npos;
    RIGOR_TRY(const Permissions one, read_one(families, trimmed(text.substr(0, comma))));
    mask = mask | one;
    if (more) text.remove_prefix(comma + 1);
  }
  return mask;
}

Result<Permissions> parse_permission_letters(Family family, const Permissions& available, std::string_view letters) {
  const auto list = list_permissions(family, available);
  Permissions mask;
  for (const char letter : letters) {
    const auto found = std::ranges::find(list, letter, &ListedPermission::letter);
    if (letter == '?' || found == list.end()) {
      return fail(Error(Code::name_unknown, fmt::format("the chip offers no permission '{}'", letter))
                      .hint("it offers " + permission_names(family, available)));
    }
    mask = mask | Permissions::bit(found->bit);
  }
  return mask;
}

}  // namespace rigor
