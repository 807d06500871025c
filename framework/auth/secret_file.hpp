// Reads files that are secrets, leaving no second copy in memory.
#pragma once

#include <filesystem>

#include "framework/base/result.hpp"
#include "framework/base/secret.hpp"

namespace rigor {

// Errors: credential_unreadable with the path and the system's words; files over `limit` bytes are refused.
[[nodiscard]] Result<Secret> read_secret_file(const std::filesystem::path& path, std::size_t limit);

// A file that a person typed: one line end after the text is not part of it. Errors: also when nothing is left.
[[nodiscard]] Result<Secret> read_typed_secret(const std::filesystem::path& path);

}  // namespace rigor
