// Keys, passphrases and identities as they are given on the command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "framework/auth/certificate.hpp"
#include "framework/auth/discovery.hpp"

namespace rigor::cli {

// The file's content without one line end at its end. Empty path: no passphrase.
// Errors: credential_unreadable for a file that cannot be read, that is empty, or that is too long to be one.
[[nodiscard]] Result<std::optional<Secret>> read_passphrase_file(const std::filesystem::path& path);

// The public half of a private or public key file.
// Errors: credential_unreadable for what is no key, for an encrypted one without passphrase, and for a type that
// certificates do not know.
[[nodiscard]] Result<PublicKey> read_public_half(const Crypto& crypto, const std::filesystem::path& path,
                                                 const Secret* passphrase);

// 24 or 32 hex digits: the bytes as certificates and discovery carry them (24: the unique id, word 3 is zero); or as
// ST's tool prints it, "0x00000000_35353537_3332510A_00350047", highest word first. Errors: usage.
[[nodiscard]] Result<SocId> parse_soc_id(std::string_view text);

// "closed", or the two bytes of discovery as a number: "0x3072". Errors: name_unknown with the nearest name.
[[nodiscard]] Result<Lifecycle> parse_lifecycle(std::string_view text);

}  // namespace rigor::cli
