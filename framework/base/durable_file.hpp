// Files that survive a crash: written beside, flushed, renamed, and the directory flushed too.
//
// After write_durably() returned, a reader finds the new content even if the machine loses power; before, the old one;
// never a mixture. Mode 0600 unless asked otherwise.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

// Errors: io_failed with the path and the system's words.
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& path, std::string_view content,
                                         unsigned mode = 0600);

// Errors: file_unreadable. Files over `limit` bytes are refused.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit = 16U << 20);
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t limit = 16U << 20);

}  // namespace rigor
