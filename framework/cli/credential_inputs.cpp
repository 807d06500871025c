#include "framework/cli/credential_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "framework/auth/key_file.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/base/suggest.hpp"

namespace rigor::cli {
namespace {

constexpr std::size_t kWordDigits = 8;

// What a chip answers in each state (debug-authentication.md 6.4).
constexpr std::array<std::uint16_t, 6> kLifecycles = {0x10ED, 0x2017, 0x302E, 0x30C6, 0x3072, 0x305C};

[[nodiscard]] std::optional<std::uint32_t> read_hex(std::string_view digits, std::size_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && digits.size() <= most ? std::optional(value) : std::nullopt;
}

// Words joined by underscores, the highest first; the three of the unique id alone will do.
[[nodiscard]] std::optional<SocId> read_printed(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  if (std::ranges::count(text, '_') == 2) return read_printed(fmt::format("00000000_{}", text));
  SocId id{};
  for (std::size_t word = id.size() / 4; word-- > 0;) {
    const std::string_view digits = text.substr(0, kWordDigits);
    const auto value = digits.size() == kWordDigits ? read_hex(digits, kWordDigits) : std::nullopt;
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

Result<std::optional<Secret>> read_passphrase_file(const std::filesystem::path& path) {
  if (path.empty()) return std::nullopt;
  return read_typed_secret(path);
}

Result<PublicKey> read_public_half(const Crypto& crypto, const std::filesystem::path& path, const Secret* passphrase) {
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostKeyFile));
  const auto key = read_key(crypto, file.view(), passphrase);
  const auto unreadable = [&](std::string_view why, std::string_view hint) {
    return fail(Error(Code::credential_unreadable, fmt::format("{}: {}", path.string(), why)).hint(std::string(hint)));
  };
  if (!key) return unreadable(key.error().message(), key.error().hint_text());
  if (key->locked()) return unreadable("the key is encrypted", "--passphrase-file FILE opens it");
  if (!key->public_half)
    return unreadable(fmt::format("certificates hold no {} {} key", key->is_private ? "private" : "public", key->type),
                      "give the public key of a type that certificates know, such as ecdsa-p256");
  return *key->public_half;
}

Result<SocId> parse_soc_id(std::string_view text) {
  const auto id = text.contains('_') ? read_printed(text) : read_bytes(text);
  if (id) return *id;
  return fail(Error(Code::usage, fmt::format("'{}' is no chip id", text))
                  .hint("24 or 32 hex digits, or 0x00000000_35353537_3332510A_00350047 as ST's tool prints it"));
}

Result<Lifecycle> parse_lifecycle(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    if (const auto raw = read_hex(text.substr(2), 4)) return Lifecycle{static_cast<std::uint16_t>(*raw)};
  }
  std::vector<std::string> known;
  for (const std::uint16_t raw : kLifecycles) {
    const Lifecycle lifecycle{raw};
    known.emplace_back(lifecycle_state_name(lifecycle.state()));
    if (known.back() == text) return lifecycle;
  }
  return fail(
      Error(Code::name_unknown, fmt::format("no life cycle is called '{}'", text)).hint(suggestion(text, known)));
}

}  // namespace rigor::cli
