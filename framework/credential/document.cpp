#include "framework/credential/document.hpp"

#include <fmt/format.h>

#include "framework/auth/password.hpp"
#include "framework/auth/secret_file.hpp"
#include "framework/credential/recognition.hpp"

namespace rigor {
namespace {

constexpr std::string_view kKnownKinds =
    "known kinds: ADAC certificate or chain (base64, armoured or raw records), OBK file, password file (00 00 00 80 "
    "...), PEM or DER key, ST's XML description of an OBK file, 32-byte OTP image of an H503";

// What the reader said, with what the file was taken for and where that begins.
[[nodiscard]] Error placed(const Error& error, const Recognition& as) {
  return Error(error.code(),
               fmt::format("{} (read as {} from byte {} on)", error.message(), kind_words(as.kind), as.begin))
      .hint(error.hint_text());
}

template <typename T>
[[nodiscard]] Result<Document> as_document(Result<T> read, const Recognition& as) {
  if (!read) return fail(placed(read.error(), as));
  return Document(std::move(*read));
}

[[nodiscard]] Result<PasswordDocument> read_password(ByteView file) {
  RIGOR_TRY(const Password password, Password::parse(Secret(Bytes(file.begin(), file.end()))));
  return PasswordDocument{password.length()};
}

[[nodiscard]] Result<KeyFile> read_key_without_number(const Crypto& crypto, ByteView file, const Secret* passphrase) {
  RIGOR_TRY(KeyFile key, read_key(crypto, file, passphrase));
  key.scalar.wipe();
  return key;
}

[[nodiscard]] std::string_view as_text(ByteView file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

// Its errors have lines and columns, which say more than a byte.
[[nodiscard]] Result<Document> read_description(std::string_view xml, const DocumentReading& reading) {
  Faults own;
  Faults& faults = reading.faults != nullptr ? *reading.faults : own;
  auto description = parse_obk_description(xml, reading.source, faults);
  if (!description) return fail(faults.to_error());
  return Document(std::move(*description));
}

[[nodiscard]] std::unexpected<Error> unknown(ByteView file, const Recognition& found) {
  std::string what = "the file is empty";
  if (found.begin != 0 || as_text(file).starts_with("-----BEGIN "))
    what = fmt::format("the block that is fenced at byte {} is no credential of debug authentication", found.begin);
  else if (!file.empty())
    what = fmt::format("no known kind of credential begins at byte 0 (the file has {} bytes)", file.size());
  return fail(Error(Code::credential_unreadable, std::move(what)).hint(std::string(kKnownKinds)));
}

}  // namespace

Result<Document> read_document(const Crypto& crypto, ByteView file, const DocumentReading& reading) {
  const Recognition found = recognise(file);
  switch (found.kind) {
    case CredentialKind::chain:
      return as_document(parse_chain(file), found);
    case CredentialKind::obk:
      return as_document(parse_obk(file), found);
    case CredentialKind::password:
      return as_document(read_password(file), found);
    case CredentialKind::key:
      return as_document(read_key_without_number(crypto, file, reading.passphrase), found);
    case CredentialKind::xml:
      return read_description(as_text(file), reading);
    case CredentialKind::otp_image:
      return Document(OtpImage{});
    case CredentialKind::unknown:
      break;
  }
  return unknown(file, found);
}

Result<Document> load_document(const Crypto& crypto, const std::filesystem::path& path, DocumentReading reading) {
  RIGOR_TRY(const Secret file, read_secret_file(path, kMostCredentialFile));
  reading.source = path;
  auto document = read_document(crypto, file.view(), reading);
  if (document || document.error().message().starts_with(path.string())) return document;
  const Error& error = document.error();
  return fail(Error(error.code(), fmt::format("{}: {}", path.string(), error.message())).hint(error.hint_text()));
}

}  // namespace rigor
