// What is said about passwords and permissions wherever a file is made of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/auth/part.hpp"
#include "framework/auth/permissions.hpp"
#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

// Nobody means these to be part of a password: line ends and other control characters, and a byte order mark in front.
// Errors: credential_unreadable; no message contains a character of it.
[[nodiscard]] Result<void> check_characters(ByteView characters);

// Warnings: bytes outside ASCII, which another tool may encode otherwise, and a length that ST does not name for the
// part. `part` may be null.
[[nodiscard]] std::vector<std::string> password_warnings(ByteView characters, const Part* part);

// A warning when the mask has bits that the part does not know.
[[nodiscard]] std::optional<std::string> foreign_permissions_warning(const Permissions& permissions, const Part& part);

}  // namespace rigor
