// Keys, passphrases and states as they are given on the command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "framework/auth/certificate.hpp"
#include "framework/auth/discovery.hpp"
#include "framework/auth/soc_id.hpp"

namespace rigor::cli {

// The file's content without one line end at its end. Empty path: no passphrase.
// Errors: credential_unreadable for a file that cannot be read, that is empty, or that is too long to be one.
[[nodiscard]] Result<std::optional<Secret>> read_passphrase_file(const std::filesystem::path& path);

// The public half of a private or public key file.
// Errors: credential_unreadable for what is no key, for an encrypted one without passphrase, and for a type that
// certificates do not know.
[[nodiscard]] Result<PublicKey> read_public_half(const Crypto& crypto, const std::filesystem::path& path,
                                                 const Secret* passphrase);

// "closed", or the two bytes of discovery as a number: "0x3072". Errors: name_unknown with the nearest name.
[[nodiscard]] Result<Lifecycle> parse_lifecycle(std::string_view text);

}  // namespace rigor::cli
