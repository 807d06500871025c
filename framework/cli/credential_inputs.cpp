#include "framework/cli/credential_inputs.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "framework/auth/key_file.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/base/suggest.hpp"

namespace rigor::cli {
namespace {

// What a chip answers in each state (debug-authentication.md 6.4).
constexpr std::array<std::uint16_t, 6> kLifecycles = {0x10ED, 0x2017, 0x302E, 0x30C6, 0x3072, 0x305C};

[[nodiscard]] std::optional<std::uint32_t> read_hex(std::string_view digits, std::size_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && digits.size() <= most ? std::optional(value) : std::nullopt;
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
