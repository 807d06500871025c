#include "framework/base/file_descriptor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace rigor {

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

Error system_error(const std::string& what) {
  return {Code::io_failed, fmt::format("{}: {}", what, std::generic_category().message(errno))};
}

}  // namespace rigor
