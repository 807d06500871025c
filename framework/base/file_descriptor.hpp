// A number behind which the kernel holds an open file, socket or the like; closed when its owner goes.
#pragma once

#include <string>
#include <utility>

#include "framework/base/error.hpp"

namespace rigor {

// Move-only. Negative: nothing is open, as system calls say it.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor();

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

// io_failed: `what`, and what errno says.
[[nodiscard]] Error system_error(const std::string& what);

}  // namespace rigor
