#include "framework/ledger/board_record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/bytes.hpp"

namespace rigor {
namespace {

struct IdentityName {
  BoardIdentity identity;
  std::string_view name;
};
constexpr IdentityName kIdentityNames[] = {{BoardIdentity::confirmed, "confirmed"},
                                           {BoardIdentity::presumed, "presumed"},
                                           {BoardIdentity::unknown, "unknown"}};

bool all_are(const std::array<std::uint32_t, 3>& words, std::uint32_t value) {
  return std::ranges::all_of(words, [value](std::uint32_t word) { return word == value; });
}

}  // namespace

std::optional<BoardUid> BoardUid::from_words(std::array<std::uint32_t, 3> words) {
  if (all_are(words, 0) || all_are(words, 0xFFFFFFFF)) return std::nullopt;
  return BoardUid(words);
}

std::optional<BoardUid> BoardUid::parse(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ' ' && c != '-' && c != '_') digits += c;
  const auto bytes = from_hex(digits);
  if (!bytes || bytes->size() != 12) return std::nullopt;
  std::array<std::uint32_t, 3> words{};
  for (std::size_t i = 0; i < 12; ++i) words[i / 4] = (words[i / 4] << 8) | (*bytes)[i];
  return from_words(words);
}

std::string BoardUid::text() const { return fmt::format("{:08x}{:08x}{:08x}", words_[0], words_[1], words_[2]); }

std::string_view identity_name(BoardIdentity identity) {
  return kIdentityNames[static_cast<std::size_t>(identity)].name;
}

std::optional<BoardIdentity> identity_from(std::string_view name) {
  for (const IdentityName& row : kIdentityNames)
    if (row.name == name) return row.identity;
  return std::nullopt;
}

std::string CredentialUse::text() const {
  return fmt::format("{} {}, security {}, {}", method, digest.substr(0, 16), security ? "on" : "off",
                     encrypted ? "encrypted" : "not encrypted");
}

bool BoardRecord::interrupted() const { return intended && (!proven || proven->state != intended->state); }

}  // namespace rigor
