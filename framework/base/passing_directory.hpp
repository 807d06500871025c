// A directory of its own that is gone, with all that is in it, when its owner dies.
#pragma once

#include <filesystem>
#include <utility>

#include "framework/base/result.hpp"

namespace rigor {

class PassingDirectory {
 public:
  // In $TMPDIR or /tmp, for this user only. Errors: io_failed.
  [[nodiscard]] static Result<PassingDirectory> create();

  PassingDirectory(PassingDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PassingDirectory& operator=(PassingDirectory&&) = delete;
  ~PassingDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit PassingDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace rigor
