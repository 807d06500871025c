// One process at a time at something that the kernel does not guard: a kernel lock (flock) on a file that is named
// after it, so that it goes with its process, however that ends, and is not inherited by programs started meanwhile.
//
//   RIGOR_TRY(auto lock, ProcessLock::take("/run/lock/rigor-usb-1-2.lock", "4711 rigor"));
//   if (!lock) ... held by lock_words(file)
//
// The file stays when the lock goes, with the words that were written last. Two locks of one process exclude each
// other, too.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "framework/base/file_descriptor.hpp"
#include "framework/base/result.hpp"

namespace rigor {

class ProcessLock {
 public:
  // Makes one attempt; nothing when somebody else has it. `words` are for others to read, one line.
  // Errors: io_failed when the file can be neither opened nor made.
  [[nodiscard]] static Result<std::optional<ProcessLock>> take(const std::filesystem::path& file,
                                                               const std::string& words);

  // What the holder before had written last.
  [[nodiscard]] const std::string& left_behind() const { return left_behind_; }
  // Other words from now on. Losing them loses nothing.
  void write(const std::string& words) const;

 private:
  ProcessLock(FileDescriptor file, std::string left_behind)
      : file_(std::move(file)), left_behind_(std::move(left_behind)) {}
  FileDescriptor file_;
  std::string left_behind_;
};

// What is written in the file of a lock, printable; empty when there is none.
[[nodiscard]] std::string lock_words(const std::filesystem::path& file);

}  // namespace rigor
