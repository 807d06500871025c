#include "framework/auth/password.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/auth/secret_file.hpp"
#include "framework/auth/tlv.hpp"

namespace rigor {
namespace {

constexpr std::size_t kMostPasswordFile = 4096;

[[nodiscard]] std::unexpected<Error> password_unreadable(std::string what) {
  return fail(Error(Code::credential_unreadable, "password file: " + std::move(what))
                  .hint("expected 00 00 00 80, the length in four bytes, then 4 to 16 characters"));
}

[[nodiscard]] Result<void> check_length(std::size_t length) {
  if (length >= Password::kShortest && length <= Password::kLongest) return {};
  return password_unreadable(
      fmt::format("a password has {} to {} characters, this one {}", Password::kShortest, Password::kLongest, length));
}

}  // namespace

Result<Password> Password::parse(const Secret& file) {
  const ByteView bytes = file.view();
  if (bytes.size() < kTlvHeader) return password_unreadable(fmt::format("{} bytes are too few", bytes.size()));
  if (load_le16(bytes) != 0 || load_le16(bytes, 2) != tlv_type::kPassword) {
    return password_unreadable("it does not begin with the record type 0x8000");
  }
  const std::size_t length = load_le32(bytes, 4);
  const std::size_t present = bytes.size() - kTlvHeader;
  if (length > present)
    return password_unreadable(fmt::format("the length field says {}, only {} bytes follow", length, present));
  RIGOR_CHECK(check_length(length));
  const ByteView rest = bytes.subspan(kTlvHeader + length);
  if (rest.size() > 3 || std::ranges::any_of(rest, [](std::uint8_t byte) { return byte != 0; })) {
    return password_unreadable(fmt::format("{} bytes after the password", rest.size()));
  }
  const ByteView record = bytes.first(kTlvHeader + length);
  return Password(Secret(Bytes(record.begin(), record.end())));
}

Result<Password> Password::load(const std::filesystem::path& path) {
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostPasswordFile));
  auto password = parse(file);
  if (!password) return fail(Code::credential_unreadable, path.string(), password.error());
  return password;
}

Result<Password> Password::from_characters(std::string_view characters) {
  RIGOR_CHECK(check_length(characters.size()));
  Bytes record(kTlvHeader + characters.size());
  store_le16(record, 2, tlv_type::kPassword);
  store_le32(record, 4, static_cast<std::uint32_t>(characters.size()));
  std::ranges::copy(characters, record.begin() + kTlvHeader);
  return Password(Secret(std::move(record)));
}

ByteView Password::characters() const { return record_.view().subspan(kTlvHeader); }

}  // namespace rigor
