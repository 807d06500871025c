// One writer at a time in a directory: a kernel lock (flock) on the directory itself, so that it ends with its process
// and no file has to be removed. Not inherited by programs that are started meanwhile.
#pragma once

#include <filesystem>
#include <string>

#include "framework/base/clock.hpp"
#include "framework/base/file_descriptor.hpp"
#include "framework/base/result.hpp"

namespace rigor {

class DirectoryLock {
 public:
  // Waits at most `limit`; 0 makes one attempt. `holder` is what others are told meanwhile (kept in DIR/.holder).
  // Errors: ledger_busy with the holder's words, io_failed.
  [[nodiscard]] static Result<DirectoryLock> take(const std::filesystem::path& directory, Clock& clock, Duration limit,
                                                  const std::string& holder);

 private:
  explicit DirectoryLock(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
};

}  // namespace rigor
