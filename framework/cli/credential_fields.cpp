#include "framework/cli/credential_fields.hpp"

#include <fmt/format.h>

#include <bit>
#include <nlohmann/json.hpp>

namespace rigor::cli {
namespace {

constexpr std::size_t kNameWidth = 13;
constexpr std::size_t kWordsWidth = 80;  // of the names of permissions, so that a line fits an ordinary terminal

[[nodiscard]] Permissions named_part(Family family, const Permissions& mask) {
  return mask & product_permissions(family);
}

[[nodiscard]] int count_bits(const Permissions& mask) {
  int bits = 0;
  for (const std::uint8_t byte : mask.bytes()) bits += std::popcount(byte);
  return bits;
}

[[nodiscard]] std::string line(std::string_view name, std::string_view value) {
  return fmt::format("  {:<{}} {}", name, kNameWidth, value);
}

// Broken at blanks.
[[nodiscard]] std::vector<std::string> broken(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (text.size() > width) {
    std::size_t blank = text.rfind(' ', width);
    if (blank == std::string_view::npos) blank = text.find(' ', width);
    if (blank == std::string_view::npos) break;
    lines.emplace_back(text.substr(0, blank));
    text.remove_prefix(blank + 1);
  }
  lines.emplace_back(text);
  return lines;
}

}  // namespace

std::string_view family_title(Family family) {
  switch (family) {
    case Family::stm32h5:
      return "H5";
    case Family::stm32h7rs:
      return "H7RS";
    case Family::stm32f4:
      return "F4";
  }
  return "?";
}

std::string_view family_key(Family family) {
  switch (family) {
    case Family::stm32h5:
      return "h5";
    case Family::stm32h7rs:
      return "h7rs";
    case Family::stm32f4:
      return "f4";
  }
  return "?";
}

void Fields::title(std::string text) {
  if (!lines_.empty()) lines_.emplace_back();
  lines_.push_back(std::move(text));
}

void Fields::add(std::string_view name, std::string_view value) { lines_.push_back(line(name, value)); }

void Fields::add_all(std::string_view name, std::span<const std::string> values) {
  for (const std::string& value : values) {
    add(name, value);
    name = {};
  }
}

void Fields::add(std::string_view name, const Permissions& mask, std::span<const Family> families) {
  add(name, mask.text());
  for (const Family family : families) {
    std::string head = fmt::format("{}:", family_title(family));
    for (const std::string& words : broken(permission_words(family, mask), kWordsWidth)) {
      add({}, fmt::format("{:<5} {}", head, words));
      head.clear();
    }
  }
}

std::string permission_words(Family family, const Permissions& mask) {
  const Permissions named = named_part(family, mask);
  const int unnamed = count_bits(mask & ~named);
  if (unnamed == 0) return permission_names(family, named);
  const std::string rest = fmt::format("{} bit{} without a name", unnamed, unnamed == 1 ? "" : "s");
  return named.none() ? rest : fmt::format("{} and {}", permission_names(family, named), rest);
}

nlohmann::json permission_names_json(std::span<const Family> families, const Permissions& mask) {
  nlohmann::json names = nlohmann::json::object();
  for (const Family family : families) {
    nlohmann::json& list = names[std::string(family_key(family))] = nlohmann::json::array();
    for (const ListedPermission& listed : list_permissions(family, named_part(family, mask)))
      list.push_back(permission_name(family, listed.bit));
  }
  return names;
}

}  // namespace rigor::cli
