// The password file: exactly the record that is sent to the chip (debug-authentication.md 14.5).
#pragma once

#include <filesystem>
#include <string_view>

#include "framework/auth/crypto.hpp"
#include "framework/base/secret.hpp"

namespace rigor {

class Password {
 public:
  // Limits of ST's generator, enforced by the devices whose code is known (section 11).
  static constexpr std::size_t kShortest = 4;
  static constexpr std::size_t kLongest = 16;

  // Errors: credential_unreadable; no message contains a byte of the password.
  [[nodiscard]] static Result<Password> parse(const Secret& file);
  [[nodiscard]] static Result<Password> load(const std::filesystem::path& path);
  // From its characters, for making a file.
  [[nodiscard]] static Result<Password> from_characters(std::string_view characters);

  [[nodiscard]] ByteView characters() const;
  [[nodiscard]] std::size_t length() const { return characters().size(); }
  // The file's content without padding; goes out filled up to whole words.
  [[nodiscard]] ByteView record() const { return record_.view(); }
  // What the chip stores. Guessable offline: do not print, do not keep.
  [[nodiscard]] Digest hash(const Crypto& crypto) const { return crypto.sha256(characters()); }

 private:
  explicit Password(Secret record) : record_(std::move(record)) {}
  Secret record_;
};

}  // namespace rigor
