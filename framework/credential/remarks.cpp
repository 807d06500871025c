#include "framework/credential/remarks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rigor {

Result<void> check_characters(ByteView characters) {
  constexpr std::array<std::uint8_t, 3> kByteOrderMark = {0xEF, 0xBB, 0xBF};
  if (std::ranges::equal(characters.first(std::min(characters.size(), kByteOrderMark.size())), kByteOrderMark)) {
    return fail(Error(Code::credential_unreadable, "the password begins with a byte order mark")
                    .hint("save it as plain text without one"));
  }
  const auto control = std::ranges::find_if(characters, [](std::uint8_t c) { return c < 0x20 || c == 0x7F; });
  if (control == characters.end()) return {};
  return fail(Error(Code::credential_unreadable, fmt::format("character {} of the password is a control character",
                                                             control - characters.begin() + 1))
                  .hint("expected the password alone, as text on one line"));
}

std::vector<std::string> password_warnings(ByteView characters, const Part* part) {
  std::vector<std::string> warnings;
  if (std::ranges::any_of(characters, [](std::uint8_t c) { return c >= 0x80; })) {
    warnings.emplace_back(
        "the password has characters outside ASCII; the chip compares bytes, and another tool may write others");
  }
  if (part != nullptr && part->password_nominal != 0 && part->password_nominal != characters.size()) {
    warnings.push_back(fmt::format("ST names {} characters for an {}, this password has {}", part->password_nominal,
                                   part->name, characters.size()));
  }
  return warnings;
}

std::optional<std::string> foreign_permissions_warning(const Permissions& permissions, const Part& part) {
  const Permissions foreign = permissions & ~product_permissions(part.family);
  if (foreign.none()) return std::nullopt;
  return fmt::format("permissions {} are wider than an {} knows; it will not grant them", foreign.text(), part.name);
}

}  // namespace rigor
